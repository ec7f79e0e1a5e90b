/** `npm run build`: bundles the doors of the package with tsup and writes their declarations with the TypeScript compiler. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build as bundle, type Plugin } from "esbuild";
import { build } from "tsup";

const root = fileURLToPath(new URL("../", import.meta.url));

/** What bundles are made of: the name in `dist` and the source behind it. Mirrors `exports` and `imports` of package.json. */
function doors(): { [name: string]: string } {
  const entries: { [name: string]: string } = {
    index: "src/index.ts",
    define: "src/define.ts",
    testing: "src/testing.ts",
    server: "src/server.ts",
    registry: "src/registry.ts",
    codegen: "codegen/index.ts",
    cli: "src/cli/main.ts",
    "transport/undici": "src/transport/undici.ts",
    "transport/platform-fetch": "src/transport/platform-fetch.ts",
  };
  for (const file of readdirSync(join(root, "generated"))) {
    if (file.endsWith(".ts") && !file.endsWith(".d.ts"))
      entries[`providers/${file.slice(0, -3)}`] = `generated/${file}`;
  }
  for (const room of readdirSync(join(root, "src/protocols"))) {
    const index = `src/protocols/${room}/index.ts`;
    if (existsSync(join(root, index))) entries[`protocols/${room}`] = index;
  }
  return entries;
}

/** Every package that ours names. */
function packages(): readonly string[] {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { [member: string]: object };
  return Object.entries(manifest).flatMap(([name, value]) => (/ependencies$/.test(name) ? Object.keys(value) : []));
}

/** What every client carries. */
const core = join(root, "src/define.ts");

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
  return new Set(
    imports.filter(({ kind, external }) => kind === "dynamic-import" && !external).map(({ path }) => path),
  );
}

/**
 * Keeps the core in one chunk. esbuild cuts a chunk for each set of entries that share a file, so every lazy module
 * would cut the core anew; here each of them reaches all of the core, which is loaded before it in any case.
 */
function oneCore(lazy: ReadonlySet<string>): Plugin {
  return {
    name: "one-core",
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /\/src\/define\.ts$/ }, () => ({ path: core, sideEffects: true }));
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (!lazy.has(path.slice(root.length))) return undefined;
        const contents = `import ${JSON.stringify(core)};\n${await readFile(path, "utf8")}`;
        return { contents, loader: "ts", resolveDir: dirname(path) };
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
  // Declarations keep the structure of the sources: one module per provider, so an import loads one provider's types.
  dts: false,
  // Built-ins and packages stay imports, resolved where the package is installed; so does the transport.
  external: [/^node:/, /^#/, ...packages()],
  esbuildPlugins: [oneCore(await lazyModules())],
  silent: true,
});

// `node_modules/.bin/tsc` may belong to another TypeScript version that the type tests install.
execFileSync(
  process.execPath,
  [join(root, "node_modules/typescript/bin/tsc"), "-p", join(root, "codegen/tsconfig.build.json")],
  { stdio: "inherit" },
);
