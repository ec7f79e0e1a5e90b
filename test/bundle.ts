/** Bundles a program as its users would, runs it, and tells which of the chunks it loaded. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const run = promisify(execFile);

export interface Size {
  /** Minified bytes. */
  readonly raw: number;
  /** The same compressed, each chunk by itself. */
  readonly gzip: number;
}

export interface Bundle {
  /** What a page or a process has before its first call. */
  readonly start: Size;
  /** What it has when the program is through. */
  readonly loaded: Size;
  /** With the features that this program could use and does not. */
  readonly all: Size;
  /** Packages and built-ins that loaded chunks import. */
  readonly packages: readonly string[];
  /** Sources in the loaded chunks, by their bytes. */
  readonly sources: ReadonlyMap<string, number>;
  /** What the program printed. */
  readonly output: string;
}

// Stands in each chunk while the program runs, and is not counted.
const mark = "(globalThis.loadedChunks??=[]).push(import.meta.url);";

/** CommonJS packages in a bundle ask for built-ins by `require`. */
const starter = `
  import { createRequire } from "node:module";
  globalThis.require = createRequire(import.meta.url);
  await import("./entry.mjs");
  console.error(JSON.stringify(globalThis.loadedChunks));
`;

/** `folder` holds the packages. `undici` stays outside, as it does in an image. The program gets `env`. */
export async function bundleAndRun(
  folder: string,
  source: string,
  { platform, env }: { readonly platform: "node" | "browser"; readonly env: { readonly [name: string]: string } },
): Promise<Bundle> {
  const out = await mkdtemp(join(folder, "bundle-"));
  try {
    const { metafile } = await build({
      stdin: { contents: source, resolveDir: folder },
      bundle: true,
      minify: true,
      splitting: true,
      metafile: true,
      format: "esm",
      platform,
      target: "es2022",
      external: ["undici"],
      banner: { js: mark },
      outdir: out,
      outExtension: { ".js": ".mjs" },
      entryNames: "entry",
      logLevel: "error",
    });
    await writeFile(join(out, "run.mjs"), starter);
    const { stdout, stderr } = await run(process.execPath, [join(out, "run.mjs")], { env: { ...process.env, ...env } });
    const urls = JSON.parse(stderr.trim().split("\n").at(-1) ?? "") as readonly string[];
    const loadedNames = new Set(urls.map((url) => basename(url)));
    const chunks = await Promise.all(
      Object.entries(metafile.outputs).map(async ([path, about]) => {
        const name = basename(path);
        const text = (await readFile(join(out, name), "utf8")).replace(mark, "");
        return { name, about, raw: Buffer.byteLength(text), gzip: gzipSync(text, { level: 9 }).length };
      }),
    );
    const started = staticImports("entry.mjs", new Map(chunks.map(({ name, about }) => [name, about.imports])));
    const loaded = chunks.filter(({ name }) => loadedNames.has(name));
    const imports = loaded.flatMap(({ about }) => about.imports).filter(({ external }) => external);
    const sources = new Map<string, number>();
    for (const { about } of loaded)
      for (const [path, { bytesInOutput }] of Object.entries(about.inputs))
        sources.set(path, (sources.get(path) ?? 0) + bytesInOutput);
    return {
      start: sizeOf(chunks.filter(({ name }) => started.has(name))),
      loaded: sizeOf(loaded),
      all: sizeOf(chunks),
      packages: [...new Set(imports.map(({ path }) => path))],
      sources,
      output: stdout,
    };
  } finally {
    await rm(out, { recursive: true });
  }
}

/** A chunk and what it imports outright, not what it may import later. */
function staticImports(
  entry: string,
  imports: ReadonlyMap<string, readonly { readonly path: string; readonly kind: string }[]>,
): ReadonlySet<string> {
  const found = new Set([entry]);
  for (const name of found)
    for (const { path, kind } of imports.get(name) ?? []) if (kind === "import-statement") found.add(basename(path));
  return found;
}

function sizeOf(chunks: readonly Size[]): Size {
  return {
    raw: chunks.reduce((sum, { raw }) => sum + raw, 0),
    gzip: chunks.reduce((sum, { gzip }) => sum + gzip, 0),
  };
}
