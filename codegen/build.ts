/** `npm run build`: bundles the doors of the package with tsup and writes their declarations with the TypeScript compiler. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
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
  // Built-ins and optional packages stay imports, resolved where the package is installed; so does the transport.
  external: [/^node:/, /^#/, "undici", "aws4fetch", "zod", "ts-morph", "handlebars", "chokidar", "zod-to-json-schema"],
  silent: true,
});

// `node_modules/.bin/tsc` may belong to another TypeScript version that the type tests install.
execFileSync(
  process.execPath,
  [join(root, "node_modules/typescript/bin/tsc"), "-p", join(root, "codegen/tsconfig.build.json")],
  { stdio: "inherit" },
);
