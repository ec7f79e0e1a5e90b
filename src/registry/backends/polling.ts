/** What stores without notices share: a revision made of versions, a read that saw one moment, a wait that looks again and again. */
import { createHash } from "node:crypto";
import { ModelwrightError } from "../../errors.js";
import { stopped } from "../backend.js";

/** How often a store without notices is looked at. */
export interface PollingOptions {
  /** Default 500 ms. Each look costs a request, from each instance. */
  readonly pollMs?: number;
}

/** Keys and versions of everything that is there, deleted entries too. */
export type Versions = ReadonlyMap<string, string>;

const maxReads = 20;

/** Another one after each write, as no version is given twice. */
export function revisionOf(versions: Versions): string {
  const hash = createHash("sha256");
  for (const [key, version] of [...versions].sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(`${key}\n${version}\n`);
  return hash.digest("base64url");
}

/**
 * What is read in pieces belongs together when nothing was written in between: `isSame` looks again. Throws "network"
 * when the store is written to all the time.
 */
export async function readStill<Value>(
  name: string,
  read: () => Promise<Value>,
  isSame: (value: Value) => boolean | Promise<boolean>,
): Promise<Value> {
  for (let tries = 0; tries < maxReads; tries += 1) {
    const value = await read();
    if (await isSame(value)) return value;
  }
  throw new ModelwrightError("network", `${name}: the store changes faster than it is read`);
}

/** Resolves when `read` gives another revision. Throws "aborted" by the signal, and what `read` throws. */
export async function pollRevision(
  name: string,
  { pollMs = 500 }: PollingOptions,
  revision: string,
  signal: AbortSignal,
  read: () => Promise<string>,
): Promise<void> {
  for (;;) {
    if (signal.aborted) throw stopped(name);
    if ((await read()) !== revision) return;
    // Instances that began together do not ask together for ever.
    await pause(pollMs * (0.9 + Math.random() / 5), signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms).unref();
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done, { once: true });
    if (signal.aborted) done();
  });
}
