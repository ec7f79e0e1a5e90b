/** A configuration store in etcd, through its JSON gateway: a watch tells of changes, transactions guard writes. */
import { ModelwrightError } from "../../errors.js";
import { type ConfigBackend, type ConfigEntry, checkEntry, conflict, stopped } from "../backend.js";
import { askStore, type HttpStore, openStore, storeAddress, storeJson, unexpected } from "./http-store.js";

/** Where etcd is, and what opens it. */
export interface EtcdOptions {
  /** `http://127.0.0.1:2379` by default. */
  readonly address?: string;
  readonly user?: string;
  readonly password?: string;
  /** What this registry's keys begin with. Default `modelwright/`. */
  readonly folder?: string;
}

interface Answer {
  readonly header?: { readonly revision?: string };
  readonly kvs?: readonly { readonly key: string; readonly value?: string; readonly mod_revision: string }[];
  readonly succeeded?: boolean;
  readonly responses?: readonly { readonly response_delete_range?: { readonly deleted?: string } }[];
  readonly token?: string;
}

/** One instance's connection. Facts: etcd's "gRPC gateway" and "API guarantees"; 64-bit numbers travel as strings. */
export function etcdBackend(options: EtcdOptions = {}): ConfigBackend {
  const { user, password, folder = "modelwright/" } = options;
  const closing = new AbortController();
  const store: HttpStore = {
    name: "etcd",
    address: storeAddress("etcd", options.address ?? "http://127.0.0.1:2379"),
    closing: closing.signal,
  };
  let token: Promise<string> | undefined;
  const logIn = async (): Promise<string> => {
    const answer = await askStore(store, {
      method: "POST",
      path: "/v3/auth/authenticate",
      body: JSON.stringify({ name: user, password }),
    });
    const given = answer.status === 200 ? (storeJson(store, answer.text) as Answer).token : undefined;
    if (given === undefined) throw new ModelwrightError("permission", "etcd: the store refused the user or password");
    return given;
  };
  const headers = async (): Promise<{ readonly [name: string]: string }> => {
    if (user === undefined) return {};
    token ??= logIn().catch((error: unknown) => {
      token = undefined;
      throw error;
    });
    return { authorization: await token };
  };
  const call = async (path: string, body: object, signal?: AbortSignal, again = true): Promise<Answer> => {
    const request = { method: "POST", path, body: JSON.stringify(body), headers: await headers(), signal };
    try {
      const answer = await askStore(store, request);
      if (answer.status !== 200) throw unexpected(store, answer.status);
      return storeJson(store, answer.text) as Answer;
    } catch (error) {
      // Tokens run out after some minutes.
      const expired = user !== undefined && again && (error as ModelwrightError).code === "permission";
      if (!expired) throw error;
      token = undefined;
      return call(path, body, signal, false);
    }
  };
  const range = (prefix: string) => ({ key: base64(folder + prefix), range_end: base64(prefixEnd(folder + prefix)) });
  const entriesOf = (answer: Answer): ConfigEntry[] =>
    (answer.kvs ?? []).map(({ key, value = "", mod_revision }) => ({
      key: text(key).slice(folder.length),
      value: text(value),
      version: mod_revision,
    }));
  const transact = async (
    key: string,
    expected: string | null | undefined,
    success: object,
    signal?: AbortSignal,
  ): Promise<Answer> => {
    const at = base64(folder + key);
    const compare =
      expected === undefined
        ? []
        : expected === null
          ? [{ key: at, target: "CREATE", create_revision: "0" }]
          : [{ key: at, target: "MOD", mod_revision: /^\d{1,19}$/.test(expected) ? expected : "-1" }];
    const answer = await call("/v3/kv/txn", { compare, success: [success] }, signal);
    if (answer.succeeded !== true) throw conflict("etcd", key);
    return answer;
  };
  return {
    name: "etcd",
    async list(prefix, signal) {
      const answer = await call("/v3/kv/range", range(prefix), signal);
      const entries = entriesOf(answer).map((entry) => [entry.key, entry] as const);
      return { entries: new Map(entries), revision: revisionOf(answer) };
    },
    async get(key, signal) {
      const [entry] = entriesOf(await call("/v3/kv/range", { key: base64(folder + key) }, signal));
      return entry;
    },
    async put(key, value, options = {}) {
      checkEntry(key, value);
      const put = { request_put: { key: base64(folder + key), value: base64(value) } };
      return { key, value, version: revisionOf(await transact(key, options.expected, put, options.signal)) };
    },
    async delete(key, options = {}) {
      const remove = { request_delete_range: { key: base64(folder + key) } };
      const answer = await transact(key, options.expected, remove, options.signal);
      return Number(answer.responses?.[0]?.response_delete_range?.deleted ?? 0) > 0;
    },
    async watch(prefix, revision, signal) {
      if (signal.aborted) throw stopped("etcd");
      const start_revision = String(BigInt(revision) + 1n);
      const response = await openStore(store, {
        method: "POST",
        path: "/v3/watch",
        headers: await headers(),
        body: JSON.stringify({ create_request: { ...range(prefix), start_revision } }),
        signal,
        timeoutMs: 0,
      });
      if (response.status !== 200) throw unexpected(store, response.status);
      await firstNotice(store, response, signal);
    },
    close() {
      closing.abort();
      return Promise.resolve();
    },
  };
}

/**
 * Ends with the first line after "created": an event, or the word that the revision is compacted away, after which
 * only reading everything helps.
 */
async function firstNotice(store: HttpStore, response: Response, signal: AbortSignal): Promise<void> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let line = "";
  try {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) throw new ModelwrightError("network", "etcd: the watch ended");
      line += decoder.decode(value, { stream: true });
      for (let end = line.indexOf("\n"); end !== -1; end = line.indexOf("\n")) {
        if (isNotice(storeJson(store, line.slice(0, end)))) return;
        line = line.slice(end + 1);
      }
      // An event may carry a value that is large: it is a notice all the same.
      if (line.length > 4096) return;
    }
  } catch (cause) {
    if (cause instanceof ModelwrightError) throw cause;
    if (signal.aborted || store.closing.aborted) throw stopped("etcd");
    throw new ModelwrightError("network", "etcd: the watch broke off");
  } finally {
    await reader?.cancel().catch(() => {});
  }
}

function isNotice(line: unknown): boolean {
  const { result, error } = line as {
    result?: { created?: boolean; canceled?: boolean; events?: unknown[] };
    error?: unknown;
  };
  return error !== undefined || result?.canceled === true || (result?.events ?? []).length > 0;
}

function revisionOf({ header }: Answer): string {
  const revision = header?.revision ?? "";
  if (/^\d{1,19}$/.test(revision)) return revision;
  throw new ModelwrightError("invalid-response", "etcd: the store's answer has no revision");
}

const base64 = (value: string | Buffer): string => Buffer.from(value as string).toString("base64");
const text = (value: string): string => Buffer.from(value, "base64").toString("utf8");

/** The first key after all keys with a prefix: its last byte counted up. */
function prefixEnd(prefix: string): Buffer {
  const bytes = Buffer.from(prefix);
  let last = bytes.length - 1;
  while (last >= 0 && bytes[last] === 0xff) last -= 1;
  // An empty prefix ends nowhere, which etcd writes as a zero byte.
  if (last < 0) return Buffer.from([0]);
  const end = bytes.subarray(0, last + 1);
  end[last] = (end[last] ?? 0) + 1;
  return end;
}
