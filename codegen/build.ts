/** `npm run build`: bundles the doors of the package with tsup and writes their declarations with the TypeScript compiler. */
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build as bundle, type Plugin } from "esbuild";
import { build } from "tsup";
import { editionOf } from "../src/catalog/edition.js";
import { emitDeclarations } from "./emit-declarations.js";
import { copyCatalog, dropUnreachedTypes, trimProviders } from "./trim-build.js";

const root = fileURLToPath(new URL("../", import.meta.url));

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly exports: { readonly [door: string]: string | { readonly types: string; readonly default: string } };
  readonly [member: string]: object;
};

/** What bundles are made of: the name in `dist` and the source behind it. */
function doors(): { [name: string]: string } {
  const entries: { [name: string]: string } = {
    cli: "src/cli/main.ts",
    "transport/undici": "src/transport/undici.ts",
    "transport/platform-fetch": "src/transport/platform-fetch.ts",
  };
  for (const door of Object.values(manifest.exports)) {
    if (typeof door === "string" || door.default.includes("*")) continue;
    entries[inDist(door.default, ".js")] = `${inDist(door.types, ".d.ts").replace(/^types\//, "")}.ts`;
  }
  for (const file of readdirSync(join(root, "generated"))) {
    if (file.endsWith(".ts") && !file.endsWith(".d.ts"))
      entries[`providers/${file.slice(0, -3)}`] = `generated/${file}`;
  }
  for (const room of readdirSync(join(root, "src/protocols"))) {
    const index = `src/protocols/${room}/index.ts`;
    if (existsSync(join(root, index))) entries[`protocols/${room}`] = index;
  }
  for (const { path } of exporting(barrel)) entries[partOf(path)] = path;
  delete entries.index;
  return entries;
}

/** It only exports again. */
const barrel = "src/index.ts";

/** The modules whose values a module exports again, and their names. */
function exporting(path: string): readonly { readonly path: string; readonly names: readonly string[] }[] {
  const text = readFileSync(join(root, path), "utf8");
  const found = text.matchAll(/^export \{([^}]*)\} from "\.\/([^"]+)\.js";$/gm);
  return [...found].map(([, list = "", name]) => {
    const names = list.split(",").map((each) => each.trim());
    return { path: join(dirname(path), `${name}.ts`), names: names.filter((each) => !/^(type\b|$)/.test(each)) };
  });
}

function partOf(path: string): string {
  return path.replace(/^src/, "parts").slice(0, -3);
}

/**
 * The barrel takes each name from a file that declares it anew. Past such a file a bundler goes only for a program that
 * takes the name; of what a barrel merely passes on, it loads at once all that any later part of the program uses.
 */
function writeBarrel(): void {
  const dist = join(root, "dist");
  const lines = exporting(barrel).map(({ path, names }) => {
    const part = partOf(path);
    const taken = names.map((name) => `${name} as ${name}$`);
    const text = `import{${taken}}from"./${basename(part)}.js";export const ${names.map((name) => `${name}=${name}$`)};\n`;
    writeFileSync(join(dist, `${part}.door.js`), text);
    return `export{${names}}from"./${part}.door.js";\n`;
  });
  writeFileSync(join(dist, "index.js"), lines.join(""));
}

/** `./dist/a/b.js` as `a/b`. */
function inDist(path: string, ending: string): string {
  return path.slice("./dist/".length, -ending.length);
}

/** Every package that ours names. */
function packages(): readonly string[] {
  return Object.entries(manifest).flatMap(([name, value]) => (/ependencies$/.test(name) ? Object.keys(value) : []));
}

/** What every client carries, and what every call carries beside it. */
const cores = ["src/define.ts", "src/client/client.ts"].map((path) => join(root, path));

/** The modules behind `import()`: what a client loads when a feature is first used. */
async function lazyModules(): Promise<ReadonlySet<string>> {
  const { metafile } = await bundle({
    absWorkingDir: root,
    entryPoints: ["src/index.ts", ...Object.values(doors()).filter((path) => /^(generated|src\/protocols)/.test(path))],
    bundle: true,
    format: "esm",
    packages: "external",
    external: ["#*"],
    write: false,
    outdir: "dist",
    metafile: true,
  });
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  // The list of providers imports each of them lazily, too: they are doors.
  const lazy = imports.filter(({ kind, path }) => kind === "dynamic-import" && path.startsWith("src/"));
  return new Set(lazy.map(({ path }) => path));
}

/**
 * Keeps each core in one chunk. esbuild cuts a chunk for each set of entries that share a file, so every lazy module
 * would cut the cores anew; here each of them reaches all of both, which are loaded before it in any case.
 */
function wholeCores(lazy: ReadonlySet<string>): Plugin {
  return {
    name: "whole-cores",
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /\.ts$/ }, ({ path }) => (cores.includes(path) ? { path, sideEffects: true } : undefined));
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (!lazy.has(path.slice(root.length))) return undefined;
        const imports = cores.filter((core) => core !== path).map((core) => `import ${JSON.stringify(core)};\n`);
        return { contents: imports.join("") + (await readFile(path, "utf8")), loader: "ts", resolveDir: dirname(path) };
      });
    },
  };
}

await build({
  entry: doors(),
  outDir: join(root, "dist"),
  config: false,
  clean: true,
  format: "esm",
  target: "node20",
  platform: "neutral",
  splitting: true,
  // A fifth of the code, most of it in the data of the providers. Names of code stay, for stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  // Declarations keep the structure of the sources: one module per provider, so an import loads one provider's types.
  dts: false,
  // Built-ins and packages stay imports, resolved where the package is installed; so does the transport.
  external: [/^node:/, /^#/, ...packages()],
  esbuildPlugins: [wholeCores(await lazyModules())],
  silent: true,
});
const dist = join(root, "dist");
trimProviders(join(dist, "providers"));
writeBarrel();

// The page of the dev server is served as it is written, from beside the bundles.
cpSync(join(root, "src/server/page"), join(dist, "page"), { recursive: true });
copyCatalog(join(root, "catalog"), join(dist, "catalog"));

// For those who read the version of the catalog without Node.
writeFileSync(join(dist, "catalog.json"), JSON.stringify(editionOf(join(dist, "catalog"))));

emitDeclarations(join(dist, "types"));
dropUnreachedTypes(
  join(dist, "types"),
  Object.values(manifest.exports).flatMap((door) => (typeof door === "string" ? [] : [join(root, door.types)])),
);
