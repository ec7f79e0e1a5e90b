/** What a shared configuration store is to the registry: a small map of texts that can be read whole, changed with care, and waited for. */
import { ModelwrightError } from "../errors.js";

/** One text under a key. */
export interface ConfigEntry {
  /** Segments of any printable text, joined by `/`. At most 512 bytes of UTF-8. */
  readonly key: string;
  /** At most 512 KiB of UTF-8. */
  readonly value: string;
  /** Another one after each write of this key, also when it was deleted in between. Compared for equality only. */
  readonly version: string;
}

/** Everything under a prefix, as it was at one moment. */
export interface ConfigSnapshot {
  /** By key. */
  readonly entries: ReadonlyMap<string, ConfigEntry>;
  /** Another one when an entry was written or deleted. Compared for equality only, and only with those of this backend. */
  readonly revision: string;
}

/** What a write expects to find. */
export interface WriteOptions {
  /**
   * Writes only when the entry still has this version; `null`: only when there is no entry. Absent: whatever is there.
   * Else throws "conflict".
   */
  readonly expected?: string | null | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A store that many instances share. It is level-triggered: `watch` only says that it is time to read again, so that
 * lost, repeated and reordered notices do no harm. Whoever uses it reads again from time to time even without a notice.
 *
 * Every method throws a `ModelwrightError`: "permission" when the store refuses the credentials, "network" when it
 * cannot be reached, "timeout", "aborted" by the signal, "conflict" from writes, "invalid-response" for what it should not
 * answer. Messages hold no credentials.
 */
export interface ConfigBackend {
  /** For messages: `consul`, `etcd`, `memory`. No address, no credentials. */
  readonly name: string;
  /** Everything whose key begins with `prefix`. Reads what was last written, by any instance. */
  list(prefix: string, signal?: AbortSignal): Promise<ConfigSnapshot>;
  get(key: string, signal?: AbortSignal): Promise<ConfigEntry | undefined>;
  put(key: string, value: string, options?: WriteOptions): Promise<ConfigEntry>;
  /** True when there was an entry. */
  delete(key: string, options?: WriteOptions): Promise<boolean>;
  /**
   * Resolves when `list(prefix)` may give another revision than this one: at once when it already does. May resolve
   * without a change. Rejects when the store cannot be reached, and with "aborted" when the signal says so.
   */
  watch(prefix: string, revision: string, signal: AbortSignal): Promise<void>;
  /** Ends connections. What is still waiting rejects. */
  close(): Promise<void>;
}

export const configLimits = { keyBytes: 512, valueBytes: 512 * 1024 } as const;

/** Throws "invalid-configuration" for a key or value that not every backend takes. */
export function checkEntry(key: string, value?: string): void {
  const fault = keyFault(key) ?? (value === undefined ? undefined : valueFault(value));
  if (fault !== undefined) throw new ModelwrightError("invalid-configuration", `config entry: ${fault}`);
}

function keyFault(key: string): string | undefined {
  if (key === "" || key.startsWith("/") || key.endsWith("/") || key.includes("//"))
    return "a key is segments joined by /";
  if (/\p{Cc}|\p{Cs}/u.test(key)) return "a key holds no control characters";
  if (key.split("/").some((segment) => segment === "." || segment === "..")) return "a key has no segment . or ..";
  if (Buffer.byteLength(key) > configLimits.keyBytes) return `a key has at most ${configLimits.keyBytes} bytes`;
  return undefined;
}

function valueFault(value: string): string | undefined {
  const { valueBytes } = configLimits;
  return Buffer.byteLength(value) > valueBytes ? `a value has at most ${valueBytes} bytes` : undefined;
}

/** The error of a write that came too late. */
export function conflict(backend: string, key: string): ModelwrightError {
  return new ModelwrightError("conflict", `${backend}: ${JSON.stringify(key)} was changed by somebody else`);
}

/** The error of a wait that its signal ended. */
export function stopped(backend: string): ModelwrightError {
  return new ModelwrightError("aborted", `${backend}: the wait was ended`);
}
