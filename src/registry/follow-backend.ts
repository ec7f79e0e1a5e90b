/** Follows a configuration store: reads it whole, waits, reads again; survives its failures and says when it is stale. */
import { isModelwrightError, ModelwrightError } from "../errors.js";
import type { ConfigBackend, ConfigSnapshot } from "./backend.js";

/** How a store is followed. */
export interface FollowOptions {
  readonly prefix: string;
  /** Told of the first snapshot, of each that differs from the one before, and of the first after a failure. */
  readonly onSnapshot: (snapshot: ConfigSnapshot) => void;
  /** Told of each failed try; the store is tried again by itself. */
  readonly onFailure?: ((error: ModelwrightError) => void) | undefined;
  /** `true` when the store has not been read for `staleAfterMs`, `false` when it is read again. */
  readonly onStale?: ((stale: boolean) => void) | undefined;
  /** Default 10 s. */
  readonly staleAfterMs?: number | undefined;
  /** The store is read this often also without a notice, and a read may take this long. Default 5 s. */
  readonly heartbeatMs?: number | undefined;
  /** The first pause after a failure, doubled up to 5 s. Default 100 ms. */
  readonly retryMs?: number | undefined;
}

const maxRetryMs = 5_000;

/** Follows until the function given back is called, which resolves when nothing runs any more. */
export function followBackend(backend: ConfigBackend, options: FollowOptions): () => Promise<void> {
  const { staleAfterMs = 10_000, heartbeatMs = 5_000, retryMs = 100 } = options;
  const ending = new AbortController();
  const { signal } = ending;
  let stale = false;
  const tell = (now: boolean) => {
    if (stale === now || signal.aborted) return;
    stale = now;
    options.onStale?.(now);
  };
  let alarm: NodeJS.Timeout | undefined;
  const reached = () => {
    tell(false);
    clearTimeout(alarm);
    alarm = setTimeout(tell, staleAfterMs, true).unref();
  };

  const follow = async (): Promise<void> => {
    let last: ConfigSnapshot | undefined;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const snapshot = await limited(signal, heartbeatMs, (limit) => backend.list(options.prefix, limit));
        if (signal.aborted) return;
        reached();
        if (last === undefined || failures > 0 || !sameEntries(last, snapshot)) options.onSnapshot(snapshot);
        failures = 0;
        last = snapshot;
        await waitForNotice(backend, { prefix: options.prefix, revision: snapshot.revision, signal, heartbeatMs });
      } catch (error) {
        if (signal.aborted) return;
        options.onFailure?.(asError(error, backend.name));
        await pause(Math.min(maxRetryMs, retryMs * 2 ** failures) * (0.5 + Math.random() / 2), signal);
        failures += 1;
      }
    }
  };
  alarm = setTimeout(tell, staleAfterMs, true).unref();
  const running = follow();
  return async () => {
    ending.abort();
    clearTimeout(alarm);
    await running;
  };
}

/** Ends without a failure when the heartbeat is due, also when the backend does not heed the signal. */
async function waitForNotice(
  backend: ConfigBackend,
  {
    prefix,
    revision,
    signal,
    heartbeatMs,
  }: { readonly prefix: string; readonly revision: string; readonly signal: AbortSignal; readonly heartbeatMs: number },
): Promise<void> {
  const limit = new AbortController();
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = () => {
      limit.abort();
      resolve();
    };
  });
  // Instances that began together do not read together for ever.
  const timer = setTimeout(end, heartbeatMs * (0.9 + Math.random() / 5)).unref();
  signal.addEventListener("abort", end, { once: true });
  const watching = backend.watch(prefix, revision, limit.signal).catch((error: unknown) => {
    if (!limit.signal.aborted) throw error;
  });
  try {
    await Promise.race([watching, ended]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}

/** Runs a read with a time limit, kept also when the backend does not heed the signal. */
async function limited<Value>(
  signal: AbortSignal,
  ms: number,
  run: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const limit = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let end: (() => void) | undefined;
  const ended = new Promise<never>((_resolve, reject) => {
    end = () => {
      limit.abort();
      reject(new ModelwrightError("timeout", `the store did not answer within ${ms} ms`));
    };
    timer = setTimeout(end, ms).unref();
    signal.addEventListener("abort", end, { once: true });
  });
  try {
    return await Promise.race([run(limit.signal), ended]);
  } finally {
    clearTimeout(timer);
    if (end !== undefined) signal.removeEventListener("abort", end);
  }
}

function sameEntries(a: ConfigSnapshot, b: ConfigSnapshot): boolean {
  if (a.revision === b.revision) return true;
  if (a.entries.size !== b.entries.size) return false;
  for (const [key, { value }] of a.entries) if (b.entries.get(key)?.value !== value) return false;
  return true;
}

function asError(error: unknown, name: string): ModelwrightError {
  // Only the class of a foreign error is told: its message may hold an address with credentials.
  return isModelwrightError(error) ? error : new ModelwrightError("network", `${name}: the store failed`);
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
