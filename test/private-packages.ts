/** npm packages that only some tests and benches use, installed into the test cache beside the project's own. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { cachedFolder } from "./servers/once.js";

const run = promisify(execFile);

/**
 * Installs exact versions once and gives the folder whose `node_modules` holds them.
 * @throws when npm cannot: its last lines are in the message.
 */
export function privatePackages(name: string, packages: { readonly [name: string]: string }): Promise<string> {
  return cachedFolder(`packages/${name}`, packages, async (folder) => {
    writeFileSync(
      join(folder, "package.json"),
      JSON.stringify({ private: true, type: "module", dependencies: packages }),
    );
    const quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"];
    try {
      await run("npm", ["install", ...quiet], { cwd: folder, maxBuffer: 16 * 1024 * 1024 });
    } catch (error) {
      const { stderr, message } = error as Error & { stderr?: string };
      throw new Error(`npm install of ${Object.keys(packages).join(", ")} failed: ${(stderr ?? message).slice(-600)}`);
    }
  });
}
