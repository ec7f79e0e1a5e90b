/** Bundlers: each bundles the program for Node and for browsers, and leaves nothing of an import that is not used. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { privatePackages } from "../private-packages.js";
import { unused } from "./program.js";
import { type Check, output, type Wait, writeEntry } from "./runtimes.js";

const versions = { vite: "8.3.8", webpack: "5.112.2", rollup: "4.68.7", "@rollup/plugin-node-resolve": "16.0.3" };

type Platform = "node" | "browser";
/** Bundles `entry` into `out/main.mjs`, minified where the bundler can. */
type Bundler = (entry: string, out: string, platform: Platform) => Promise<void>;

/** A package of the private folder; only its shape is known here. */
async function load<Module>(name: string): Promise<Module> {
  const folder = await privatePackages("bundlers", versions);
  const path = createRequire(join(folder, "package.json")).resolve(name);
  return (await import(pathToFileURL(path).href)) as Module;
}

const esbuild: Bundler = async (entry, out, platform) => {
  await build({
    entryPoints: [entry],
    outfile: join(out, "main.mjs"),
    bundle: true,
    minify: true,
    format: "esm",
    platform,
    external: ["undici"],
    logLevel: "silent",
  });
};

const vite: Bundler = async (entry, out, platform) => {
  const { build: viteBuild } = await load<{ build(options: object): Promise<unknown> }>("vite");
  await viteBuild({
    configFile: false,
    logLevel: "silent",
    // A build for a server takes the conditions of Node.
    ssr: platform === "node" ? { noExternal: true, external: ["undici"] } : {},
    build: {
      outDir: out,
      target: "es2022",
      ssr: platform === "node" ? entry : false,
      ...(platform === "node" ? {} : { lib: { entry, formats: ["es"], fileName: () => "main.mjs" } }),
      rollupOptions: { output: { entryFileNames: "main.mjs" } },
    },
  });
};

/**
 * Rollup puts what lazy modules share with the entry into the entry's chunk, and so lets them import it back: a top-level
 * await that leads to one of them waits for itself (rollup/rollup#5922). A chunk of the packages' own cures it.
 */
const rollupWith =
  (output: object): Bundler =>
  async (entry, out, platform) => {
    const [{ rollup: bundle }, { nodeResolve }] = await Promise.all([
      load<{ rollup(options: object): Promise<{ write(options: object): Promise<unknown> }> }>("rollup"),
      load<{ nodeResolve(options: object): unknown }>("@rollup/plugin-node-resolve"),
    ]);
    const plugins = [nodeResolve(platform === "node" ? { exportConditions: ["node"] } : { browser: true })];
    const bundled = await bundle({ input: entry, plugins, external: ["undici", /^node:/], logLevel: "silent" });
    await bundled.write({
      dir: out,
      format: "es",
      entryFileNames: "main.mjs",
      chunkFileNames: "[name].mjs",
      ...output,
    });
  };
const packagesApart = (id: string) => (id.includes("node_modules") ? "packages" : undefined);

const webpack: Bundler = async (entry, out, platform) => {
  const { default: pack } = await load<{
    default: (
      options: object,
      done: (error: unknown, stats?: { hasErrors(): boolean; toString(): string }) => void,
    ) => void;
  }>("webpack");
  await new Promise<void>((resolve, reject) => {
    const options = {
      mode: "production",
      entry,
      target: platform === "node" ? "node20" : ["web", "es2022"],
      experiments: { outputModule: true },
      output: {
        path: out,
        filename: "main.mjs",
        chunkFilename: "[name].mjs",
        module: true,
        publicPath: "auto",
        library: { type: "module" },
      },
      externals: { undici: "module undici" },
      externalsType: "module",
      performance: false,
    };
    pack(options, (error, stats) => {
      if (error) reject(error);
      else if (stats?.hasErrors()) reject(new Error(stats.toString()));
      else resolve();
    });
  });
};

const rollupName = `Rollup ${versions.rollup}`;

const all: { readonly [name: string]: Bundler } = {
  esbuild,
  [`Vite ${versions.vite}`]: vite,
  [`${rollupName}, packages apart`]: rollupWith({ manualChunks: packagesApart }),
  [`webpack ${versions.webpack}`]: webpack,
};

const bundled = (name: string, bundle: Bundler, platform: Platform, wait: Wait = "await"): Check => ({
  name: `${name}, for ${platform === "node" ? "Node" : "browsers"}`,
  async run(app, baseURL) {
    const out = join(app, "bundle");
    rmSync(out, { recursive: true, force: true });
    await bundle(writeEntry(app, "entry", baseURL, wait), out, platform);
    return output(process.execPath, [join(out, "main.mjs")], app);
  },
});

/** The bundle of an unused import holds the program's own line and the bundler's frame. */
const shaken = (name: string, bundle: Bundler): Check => ({
  name: `${name}, unused import`,
  async run(app) {
    const out = join(app, "bundle");
    rmSync(out, { recursive: true, force: true });
    const entry = join(app, "unused.mjs");
    writeFileSync(entry, unused);
    await bundle(entry, out, "node");
    const text = readFileSync(join(out, "main.mjs"), "utf8");
    if (text.length > 200) throw new Error(`${text.length} characters are left of an import that is not used`);
    return output(process.execPath, [join(out, "main.mjs")], app);
  },
});

export const bundlers: readonly Check[] = Object.entries(all)
  .flatMap(([name, bundle]) => [bundled(name, bundle, "node"), bundled(name, bundle, "browser")])
  .concat(bundled(`${rollupName}, no top-level await`, rollupWith({}), "node", "then"));
export const treeShaking: readonly Check[] = Object.entries(all).map(([name, bundle]) => shaken(name, bundle));
