/** The package's own description, read by the tools that know how others will read it: publint and Are the Types Wrong. */
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { publint } from "publint";
import { root } from "../source-tree.js";
import { type Check, output } from "./runtimes.js";

/** Every door that is no provider's, and one that is: all providers have the same form. */
const { exports } = createRequire(import.meta.url)("../../package.json") as { readonly exports: object };
const doors = [
  ...Object.keys(exports).filter((door) => !door.includes("*") && !door.endsWith(".json")),
  "./openai",
  "./protocols/openai-chat",
];

/** Each checks what lies in `node_modules`, and prints nothing when all is well. */
export const descriptions: readonly Check[] = [
  {
    name: "publint",
    async run(app) {
      const { messages } = await publint({ pkgDir: join(app, "node_modules/modelwright"), pack: false });
      return messages
        .filter(({ type }) => type !== "suggestion")
        .map(({ code, path }) => `${code} at ${path.join(".")}`)
        .join("\n");
    },
  },
  {
    name: "Are the Types Wrong",
    async run(app) {
      const attw = join(root, "node_modules/@arethetypeswrong/cli/dist/index.js");
      const folder = dirname(app);
      const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
      if (tarball === undefined) throw new Error(`${folder} holds no tarball`);
      const options = ["--profile", "esm-only", "--no-definitely-typed", "--quiet", "--entrypoints", ...doors];
      return output(process.execPath, [attw, join(folder, tarball), ...options], app);
    },
  },
];
