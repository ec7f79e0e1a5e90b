/** A project that has installed the package: its declarations, zod, and the compilers that check programs against them. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emitDeclarations } from "../../codegen/emit-declarations.js";
import { root } from "../source-tree.js";

/** Package folders of the TypeScript versions under test: 5.4, 5.9, 6.0 and 7.0. */
export type Compiler = "ts54" | "typescript" | "ts60" | "ts70";

export interface CompileOptions {
  readonly compiler: Compiler;
  /** The files to check, relative to the project. */
  readonly files: readonly string[];
  readonly strict?: boolean;
  readonly resolution?: "nodenext" | "bundler";
  /** Checks declarations, too. */
  readonly declarations?: boolean;
}

/** One message of the compiler. */
export interface Diagnostic {
  readonly file: string;
  readonly line: number;
  /** Its lines, the first without file and code. */
  readonly lines: readonly string[];
}

/** What the compiler counts. Times in seconds, memory in kilobytes. */
export interface Counts {
  readonly instantiations: number;
  readonly types: number;
  readonly memory: number;
  readonly checkTime: number;
  readonly totalTime: number;
}

export interface Project {
  readonly folder: string;
  write(file: string, text: string): void;
  check(options: CompileOptions): readonly Diagnostic[];
  count(options: CompileOptions): Counts;
  /** Absolute paths of all files the compiler read. */
  list(options: CompileOptions): readonly string[];
  remove(): void;
}

/** Emits the declarations of this repository as the build does, and makes a project around them. */
export function createProject(): Project {
  const project = emptyProject(linkZod);
  const installed = join(project.folder, "node_modules/modelwright");
  mkdirSync(installed);
  copyFileSync(join(root, "package.json"), join(installed, "package.json"));
  // Whether the sources are right is asked elsewhere; here only their declarations are wanted.
  emitDeclarations(join(installed, "dist/types"), ["--noCheck"]);
  return project;
}

/** A project that has the packages of another folder's `node_modules`, and not ours. */
export function createProjectWith(folder: string): Project {
  return emptyProject((modules) => symlinkSync(join(folder, "node_modules"), modules));
}

function linkZod(modules: string): void {
  mkdirSync(modules);
  for (const name of ["zod", "zod3"]) symlinkSync(join(root, "node_modules", name), join(modules, name));
}

/** A project without the package. */
function emptyProject(link: (modules: string) => void): Project {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-types-"));
  link(join(folder, "node_modules"));
  const write = (file: string, text: string) => {
    mkdirSync(join(folder, file, ".."), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  write("package.json", '{ "type": "module", "private": true }');
  const compile = (options: CompileOptions, flags: readonly string[]) => {
    write("tsconfig.json", JSON.stringify({ compilerOptions: settingsOf(options), files: options.files }));
    const run = [tsc(options.compiler), "-p", folder, "--pretty", "false", ...flags];
    const { stdout } = spawnSync(process.execPath, run, { encoding: "utf8", cwd: folder, maxBuffer: 1 << 26 });
    return stdout;
  };
  return {
    folder,
    write,
    check: (options) => parseDiagnostics(compile(options, [])),
    count(options) {
      const output = compile(options, ["--extendedDiagnostics"]);
      const [first] = parseDiagnostics(output);
      if (first !== undefined) throw new Error(`${first.file}(${first.line}): ${first.lines.join("\n")}`);
      return parseCounts(output);
    },
    list: (options) =>
      compile(options, ["--listFiles"])
        .split("\n")
        .filter((line) => line.startsWith("/")),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function tsc(compiler: Compiler): string {
  return join(root, "node_modules", compiler, "bin/tsc");
}

function settingsOf({ strict = true, resolution = "nodenext", declarations = false }: CompileOptions): object {
  return {
    target: "ES2022",
    lib: ["ES2023", "DOM", "DOM.Iterable", "DOM.AsyncIterable", "ESNext.Disposable"],
    module: resolution === "nodenext" ? "NodeNext" : "ESNext",
    moduleResolution: resolution,
    strict,
    skipLibCheck: !declarations,
    types: [],
    noEmit: true,
  };
}

/** A message starts with `file(line,column): error TS1234: `; its further lines are indented. */
function parseDiagnostics(output: string): Diagnostic[] {
  const diagnostics: { file: string; line: number; lines: string[] }[] = [];
  for (const line of output.split("\n")) {
    const start = /^(.+?)\((\d+),\d+\): error TS\d+: (.*)$/.exec(line);
    if (start !== null) diagnostics.push({ file: start[1] ?? "", line: Number(start[2]), lines: [start[3] ?? ""] });
    else if (line.startsWith("  ")) diagnostics.at(-1)?.lines.push(line);
    else if (line.startsWith("error ")) throw new Error(line);
  }
  return diagnostics;
}

function parseCounts(output: string): Counts {
  const read = (name: string) => {
    const value = new RegExp(`^${name}:\\s+([\\d.]+)`, "m").exec(output)?.[1];
    if (value === undefined) throw new Error(`the compiler gave no "${name}":\n${output}`);
    return Number(value);
  };
  return {
    instantiations: read("Instantiations"),
    types: read("Types"),
    memory: read("Memory used"),
    checkTime: read("Check time"),
    totalTime: read("Total time"),
  };
}
