/** Prepares a folder of the test cache once, however many processes ask for it at the same time. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { lock } from "proper-lockfile";
import { root } from "../source-tree.js";

const cache = join(root, "test/.cache");

/** A folder named by its contents' recipe, filled by `fill` unless an earlier run has done so. A failed fill leaves nothing. */
export async function cachedFolder(
  name: string,
  recipe: unknown,
  fill: (folder: string) => void | Promise<void>,
): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 12);
  const folder = join(cache, `${name}-${hash}`);
  const done = join(folder, ".done");
  if (existsSync(done)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const release = await lock(folder, { realpath: false, retries: { retries: 600, minTimeout: 500, maxTimeout: 1000 } });
  try {
    if (existsSync(done)) return folder;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await fill(folder);
    writeFileSync(done, "");
    return folder;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  } finally {
    await release();
  }
}
