/** A hash of everything that is generated. */
import { createHash } from "node:crypto";

export function digestOf(files: ReadonlyMap<string, string>): string {
  return createHash("sha256")
    .update(JSON.stringify([...files]))
    .digest("hex");
}
