/** Reads the source tree for the architecture test: files, rooms and what each file imports. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export const root = fileURLToPath(new URL("../", import.meta.url));

export interface SourceFile {
  /** Path from the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Repository paths of the files it imports, types included. */
  readonly files: readonly string[];
  /** Names of the packages it imports; `node:` built-ins as `node:fs`. */
  readonly packages: readonly string[];
}

/** All TypeScript files below a folder of the repository. */
export function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => readSource(join(entry.parentPath, entry.name)))
    .sort((a, b) => a.path.localeCompare(b.path));
}

function readSource(absolute: string): SourceFile {
  const text = readFileSync(absolute, "utf8");
  const specifiers = ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName);
  return {
    path: repositoryPath(absolute),
    text,
    files: specifiers
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => repositoryPath(resolve(dirname(absolute), specifier.replace(/\.js$/, ".ts")))),
    packages: specifiers.filter((specifier) => !specifier.startsWith(".")).map(packageName),
  };
}

function repositoryPath(absolute: string): string {
  return relative(root, absolute).replaceAll("\\", "/");
}

function packageName(specifier: string): string {
  const [first = "", second = ""] = specifier.split("/");
  if (first.startsWith("node:")) return specifier;
  return first.startsWith("@") ? `${first}/${second}` : first;
}

/** The imports that close a circle, as readable paths; empty when there is none. */
export function importCycles(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const finished = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (finished.has(path)) return;
    const start = trail.indexOf(path);
    if (start >= 0) {
      cycles.push([...trail.slice(start), path].join(" -> "));
      return;
    }
    for (const next of byPath.get(path)?.files ?? []) visit(next, [...trail, path]);
    finished.add(path);
  };
  for (const file of files) visit(file.path, []);
  return cycles;
}
