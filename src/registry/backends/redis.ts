/** A configuration store in Redis: one hash, changed by scripts that compare and set, told of by a channel. */
import { isModelwrightError, ModelwrightError } from "../../errors.js";
import { type ConfigBackend, type ConfigEntry, checkEntry, conflict, stopped } from "../backend.js";

export interface RedisOptions {
  /** As in `redis://user:password@host:6379/0`. Default: `redis://127.0.0.1:6379`. */
  readonly url?: string;
  /** What `createClient` of `redis` takes besides: TLS, time-outs. */
  readonly config?: { readonly [option: string]: unknown };
  /** Name of the hash, and of the channel. Default `modelwright:config`. */
  readonly name?: string;
}

// A field holds "<version> <value>"; the field "" counts writes, and its number is the revision. Scripts run alone.
const putScript = `
local old = redis.call('HGET', KEYS[1], ARGV[1])
local version = old and string.match(old, '^%d+') or ''
if ARGV[3] == 'absent' and old then return false end
if ARGV[3] == 'same' and version ~= ARGV[4] then return false end
local revision = redis.call('HINCRBY', KEYS[1], '', 1)
redis.call('HSET', KEYS[1], ARGV[1], revision .. ' ' .. ARGV[2])
redis.call('PUBLISH', KEYS[1], '')
return tostring(revision)`;

const deleteScript = `
local old = redis.call('HGET', KEYS[1], ARGV[1])
local version = old and string.match(old, '^%d+') or ''
if ARGV[2] == 'absent' and old then return false end
if ARGV[2] == 'same' and version ~= ARGV[3] then return false end
if not old then return '0' end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HINCRBY', KEYS[1], '', 1)
redis.call('PUBLISH', KEYS[1], '')
return '1'`;

type Driver = typeof import("redis");
type Client = ReturnType<Driver["createClient"]>;

/** One instance's connections: one for commands and, while somebody waits, one that listens. Needs the package `redis`. */
export function redisBackend(options: RedisOptions = {}): ConfigBackend {
  const { name = "modelwright:config" } = options;
  const closing = new AbortController();
  const waiting = new Set<() => void>();
  let commands: Promise<Client> | undefined;
  let ear: Promise<Client> | undefined;

  const open = async (): Promise<Client> => {
    const { createClient } = await loadDriver();
    const client = createClient({
      url: options.url ?? "redis://127.0.0.1:6379",
      disableOfflineQueue: true,
      ...options.config,
    });
    // Reconnects by itself; what was asked meanwhile fails.
    client.on("error", () => {});
    await client.connect();
    return client as Client;
  };
  const ask = async <T>(what: (client: Client) => Promise<T>, signal?: AbortSignal): Promise<T> => {
    if (signal?.aborted || closing.signal.aborted) throw stopped("redis");
    try {
      commands ??= open();
      return await what(await commands);
    } catch (cause) {
      if ((await commands?.catch(() => undefined)) === undefined) commands = undefined;
      throw failure(cause);
    }
  };
  const listen = async (): Promise<void> => {
    ear ??= open().then(async (client) => {
      const wakeAll = () => {
        for (const wake of waiting) wake();
        waiting.clear();
      };
      // What was published while the line was cut is lost: whoever waits looks again.
      client.on("ready", wakeAll);
      await client.subscribe(name, wakeAll);
      return client;
    });
    try {
      await ear;
    } catch (cause) {
      ear = undefined;
      throw failure(cause);
    }
  };
  const run = (script: string, args: string[], key: string, signal?: AbortSignal) =>
    ask(async (client) => {
      const answer = await client.eval(script, { keys: [name], arguments: args });
      if (typeof answer !== "string") throw conflict("redis", key);
      return answer;
    }, signal);
  const condition = (expected: string | null | undefined): string[] =>
    expected === undefined ? ["any", ""] : expected === null ? ["absent", ""] : ["same", expected];
  return {
    name: "redis",
    list: (prefix, signal) =>
      ask(async (client) => {
        const fields = Object.entries(await client.hGetAll(name));
        const entries = fields
          .filter(([key]) => key !== "" && key.startsWith(prefix))
          .map(([key, field]) => entryOf(key, field));
        const revision = fields.find(([key]) => key === "")?.[1] ?? "0";
        return { entries: new Map(entries.map((entry) => [entry.key, entry])), revision };
      }, signal),
    get: (key, signal) =>
      ask(async (client) => {
        const field = await client.hGet(name, key);
        return field === null || field === undefined ? undefined : entryOf(key, field);
      }, signal),
    async put(key, value, { expected, signal } = {}) {
      checkEntry(key, value);
      return { key, value, version: await run(putScript, [key, value, ...condition(expected)], key, signal) };
    },
    async delete(key, { expected, signal } = {}) {
      return (await run(deleteScript, [key, ...condition(expected)], key, signal)) === "1";
    },
    async watch(_prefix, revision, signal) {
      const ended = AbortSignal.any([signal, closing.signal]);
      if (ended.aborted) throw stopped("redis");
      await listen();
      for (;;) {
        const told = new Promise<void>((resolve, reject) => {
          waiting.add(resolve);
          ended.addEventListener("abort", () => reject(stopped("redis")), { once: true });
        });
        told.catch(() => {});
        if ((await ask(async (client) => (await client.hGet(name, "")) ?? "0", signal)) !== revision) return;
        await told;
      }
    },
    async close() {
      closing.abort();
      for (const client of [commands, ear]) (await client?.catch(() => undefined))?.destroy();
    },
  };
}

function entryOf(key: string, field: string): ConfigEntry {
  const space = field.indexOf(" ");
  return { key, value: field.slice(space + 1), version: field.slice(0, space) };
}

/** Messages of the driver may name hosts: only its code is told. */
function failure(cause: unknown): ModelwrightError {
  if (isModelwrightError(cause)) return cause;
  const { message, code } = cause as { message?: unknown; code?: unknown };
  if (typeof message === "string" && /^(NOAUTH|WRONGPASS|NOPERM)/.test(message))
    return new ModelwrightError("permission", "redis: the store refused the credentials or the right");
  return new ModelwrightError(
    "network",
    `redis: the store cannot be reached${typeof code === "string" ? ` (${code})` : ""}`,
  );
}

async function loadDriver(): Promise<Driver> {
  try {
    return await import("redis");
  } catch {
    throw new ModelwrightError("invalid-configuration", "the store redis needs a package: npm install redis");
  }
}
