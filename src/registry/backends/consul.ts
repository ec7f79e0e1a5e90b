/** A configuration store in Consul's key-value store: blocking queries tell of changes, check-and-set guards writes. */
import { randomUUID } from "node:crypto";
import { ModelwrightError } from "../../errors.js";
import {
  type ConfigBackend,
  type ConfigEntry,
  type ConfigSnapshot,
  checkEntry,
  conflict,
  stopped,
  type WriteOptions,
} from "../backend.js";
import { askStore, type HttpStore, type StoreAnswer, storeAddress, storeJson, unexpected } from "./http-store.js";

/** Where Consul is, and what opens it. */
export interface ConsulOptions {
  /** `http://127.0.0.1:8500` by default. */
  readonly address?: string;
  /** ACL token with `key_prefix` read and write on `folder`. */
  readonly token?: string;
  /** What this registry's keys begin with. Default `modelwright/`. */
  readonly folder?: string;
  readonly datacenter?: string;
}

interface Pair {
  readonly Key: string;
  readonly Value: string | null;
  readonly ModifyIndex: number;
}

/** Consul ends a blocking query after this time and up to a sixteenth more. */
const waitSeconds = 60;

/** One instance's connection. Facts: Consul's HTTP API, "KV store" and "Blocking queries". */
export function consulBackend(options: ConsulOptions = {}): ConfigBackend {
  const { token, folder = "modelwright/", datacenter } = options;
  const closing = new AbortController();
  const store: HttpStore = {
    name: "consul",
    address: storeAddress("consul", options.address ?? "http://127.0.0.1:8500"),
    closing: closing.signal,
  };
  const ask = async (
    method: string,
    key: string,
    query: { readonly [name: string]: string },
    more: { readonly body?: string; readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number } = {},
  ): Promise<StoreAnswer> => {
    const parameters = new URLSearchParams({ ...query, ...(datacenter === undefined ? {} : { dc: datacenter }) });
    const path = `/v1/kv/${(folder + key).split("/").map(encodeURIComponent).join("/")}?${parameters}`;
    const answer = await askStore(store, {
      method,
      path,
      ...(token === undefined ? {} : { headers: { "x-consul-token": token } }),
      ...more,
    });
    if (answer.status !== 200 && answer.status !== 404) throw unexpected(store, answer.status);
    // Entries that the token may not read would look like deleted ones. Consul 1.11 and later says so.
    if (answer.headers.get("x-consul-results-filtered-by-acls") === "true")
      throw new ModelwrightError("permission", "consul: the token may not read all entries of the folder");
    return answer;
  };
  const read = async (key: string, signal?: AbortSignal): Promise<ConfigEntry | undefined> => {
    const [pair] = pairsOf(store, await ask("GET", key, { consistent: "" }, { signal }));
    return pair === undefined ? undefined : entryOf(pair, folder);
  };
  const list = async (
    prefix: string,
    query: { readonly [name: string]: string },
    more: { readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number },
  ): Promise<ConfigSnapshot> => {
    const answer = await ask("GET", prefix, { recurse: "", ...query }, more);
    const entries = pairsOf(store, answer).map((pair) => entryOf(pair, folder));
    const found = entries.filter(({ key }) => key.startsWith(prefix));
    return { entries: new Map(found.map((entry) => [entry.key, entry])), revision: indexOf(answer) };
  };
  const write = async (method: string, key: string, options: WriteOptions, body?: string): Promise<boolean> => {
    const query: { readonly [name: string]: string } =
      options.expected === undefined ? {} : { cas: options.expected ?? "0" };
    const answer = await ask(method, key, query, { signal: options.signal, ...(body === undefined ? {} : { body }) });
    return answer.text.trim() === "true";
  };
  return {
    name: "consul",
    list: (prefix, signal) => list(prefix, { consistent: "" }, { signal }),
    get: read,
    async put(key, value, options = {}) {
      checkEntry(key, value);
      if (!(await write("PUT", key, options, value))) throw conflict("consul", key);
      // Consul answers a write without its index. When somebody has written since, no entry has our version any more.
      const now = await read(key, options.signal);
      return { key, value, version: now?.value === value ? now.version : `superseded-${randomUUID()}` };
    },
    async delete(key, options = {}) {
      for (;;) {
        const entry = await read(key, options.signal);
        const { expected } = options;
        if (expected !== undefined && (entry?.version ?? null) !== expected) throw conflict("consul", key);
        if (entry === undefined) return false;
        if (await write("DELETE", key, { ...options, expected: entry.version })) return true;
      }
    },
    async watch(prefix, revision, signal) {
      const limits = { signal, timeoutMs: (waitSeconds * 17 * 1000) / 16 + 10_000 };
      if (signal.aborted) throw stopped("consul");
      // An index that went back was reset with the server: everything may have changed.
      await list(prefix, { index: revision, wait: `${waitSeconds}s` }, limits);
    },
    close() {
      closing.abort();
      return Promise.resolve();
    },
  };
}

function indexOf({ headers }: StoreAnswer): string {
  const index = headers.get("x-consul-index") ?? "";
  // Index 0 would make a blocking query return at once, for ever.
  return /^[1-9]\d{0,19}$/.test(index) ? index : "1";
}

function pairsOf(store: HttpStore, { status, text }: StoreAnswer): Pair[] {
  if (status === 404) return [];
  const pairs = storeJson(store, text);
  if (Array.isArray(pairs) && pairs.every(isPair)) return pairs;
  throw new ModelwrightError("invalid-response", "consul: the store answered with something else than entries");
}

function isPair(value: unknown): value is Pair {
  if (typeof value !== "object" || value === null) return false;
  const { Key, Value, ModifyIndex } = value as Partial<Pair>;
  return typeof Key === "string" && (Value === null || typeof Value === "string") && Number.isSafeInteger(ModifyIndex);
}

function entryOf({ Key, Value, ModifyIndex }: Pair, folder: string): ConfigEntry {
  const value = Buffer.from(Value ?? "", "base64").toString("utf8");
  return { key: Key.slice(folder.length), value, version: String(ModifyIndex) };
}
