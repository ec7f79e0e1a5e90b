/** Writes the declarations of the package: those of the TypeScript compiler, without what only takes time to read. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

/** Into `folder`, which is made. `flags` go to the compiler. */
export function emitDeclarations(folder: string, flags: readonly string[] = []): void {
  // `node_modules/.bin/tsc` may belong to another TypeScript version that the type tests install.
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const settings = ["-p", join(root, "codegen/tsconfig.build.json"), "--outDir", folder];
  execFileSync(process.execPath, [compiler, ...settings, ...flags], { stdio: "inherit" });
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".d.ts")) continue;
    const path = join(folder, file);
    writeFileSync(path, compact(readFileSync(path, "utf8")));
  }
}

/** Each importing program reads these bytes: no blanks before lines, and no heading of the file. */
function compact(text: string): string {
  const body = text.replace(/^\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n(?=import |\/\*\*)/, "");
  return body.replace(/^(?: {4})+/gm, "");
}
