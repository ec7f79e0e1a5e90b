/** Takes out of a build what no program that installed the package can reach or needs to read. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { transformSync } from "esbuild";

/**
 * Shortens the names within providers, which are those of data, and removes their `import"../chunk.js";`: it binds
 * nothing, repeats what the chunks import themselves, and modules of this package do nothing when they are loaded.
 */
export function trimProviders(folder: string): void {
  for (const file of filesIn(folder, ".js")) {
    const text = readFileSync(file, "utf8").replace(/(?:import)"\.\.\/chunk-\w+\.js";/g, "");
    writeFileSync(file, transformSync(text, { minify: true, format: "esm", target: "node20" }).code);
  }
}

/** Removes declarations that none of the doors leads to. `doors` are files, or paths with one `*`. */
export function dropUnreachedTypes(types: string, doors: readonly string[]): void {
  const all = filesIn(types, ".d.ts");
  const patterns = doors.map((door) => door.split("*"));
  const reached = new Set(
    all.filter((file) =>
      patterns.some(([start = "", end]) =>
        end === undefined ? file === start : file.startsWith(start) && file.endsWith(end),
      ),
    ),
  );
  if (reached.size === 0) throw new Error(`no door leads into ${types}`);
  for (const file of reached)
    for (const [, path = ""] of readFileSync(file, "utf8").matchAll(/(?:from |import\()"(\.[^"]+)\.js"/g))
      reached.add(`${join(dirname(file), path)}.d.ts`);
  for (const file of all) if (!reached.has(file)) rmSync(file);
}

/** Copies provider files without the blanks between their values. Each line stays, for what tells where a fact stands. */
export function copyCatalog(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (!name.endsWith(".json") || name.endsWith(".schema.json")) continue;
    const text = readFileSync(join(from, name), "utf8").replace(
      '"./provider.schema.json"',
      '"../../catalog/provider.schema.json"',
    );
    writeFileSync(join(to, name), text.replace(/("(?:[^"\\]|\\.)*")|[ \t]+/g, "$1"));
  }
}

function filesIn(folder: string, ending: string): readonly string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => join(folder, path));
  return paths.filter((path) => path.endsWith(ending) && statSync(path).isFile());
}
