/** A configuration store in Redis: one hash, changed by scripts that compare and set, told of by a channel. */
import type { RedisConnection } from "../../storage/connections.js";
import { RedisStore } from "../../storage/redis.js";
import { type ConfigBackend, type ConfigEntry, checkEntry, conflict, stopped } from "../backend.js";

/** Where the hash is. */
export interface RedisOptions extends RedisConnection {
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

/** One instance's connections: one for commands and, while somebody waits, one that listens. Needs the package `redis`. */
export function redisBackend(options: RedisOptions = {}): ConfigBackend {
  const { name = "modelwright:config" } = options;
  const closing = new AbortController();
  const waiting = new Set<() => void>();
  const commands = new RedisStore("redis", options);
  const ear = new RedisStore("redis", options);
  let listening: Promise<void> | undefined;

  const ask: RedisStore["ask"] = (what) => commands.ask(what);
  const check = (signal: AbortSignal | undefined): void => {
    if (signal?.aborted || closing.signal.aborted) throw stopped("redis");
  };
  const listen = async (): Promise<void> => {
    listening ??= ear.ask(async (client) => {
      const wakeAll = () => {
        for (const wake of waiting) wake();
        waiting.clear();
      };
      // What was published while the line was cut is lost: whoever waits looks again.
      client.on("ready", wakeAll);
      await client.subscribe(name, wakeAll);
    });
    const heard = listening;
    const forget = (): void => {
      if (listening === heard) listening = undefined;
    };
    await heard.catch((cause: unknown) => {
      forget();
      throw cause;
    });
    // A line may be dead without a word. Who waits is not kept: the next one listens anew.
    ear.ask((client) => client.ping()).catch(forget);
  };
  const run = async (script: string, args: string[], key: string, signal?: AbortSignal): Promise<string> => {
    check(signal);
    return ask(async (client) => {
      const answer = await client.eval(script, { keys: [name], arguments: args });
      if (typeof answer !== "string") throw conflict("redis", key);
      return answer;
    });
  };
  const condition = (expected: string | null | undefined): string[] =>
    expected === undefined ? ["any", ""] : expected === null ? ["absent", ""] : ["same", expected];
  return {
    name: "redis",
    async list(prefix, signal) {
      check(signal);
      return ask(async (client) => {
        const fields = Object.entries(await client.hGetAll(name));
        const entries = fields
          .filter(([key]) => key !== "" && key.startsWith(prefix))
          .map(([key, field]) => entryOf(key, field));
        const revision = fields.find(([key]) => key === "")?.[1] ?? "0";
        return { entries: new Map(entries.map((entry) => [entry.key, entry])), revision };
      });
    },
    async get(key, signal) {
      check(signal);
      return ask(async (client) => {
        const field = await client.hGet(name, key);
        return field === null || field === undefined ? undefined : entryOf(key, field);
      });
    },
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
        if (ended.aborted) throw stopped("redis");
        if ((await ask(async (client) => (await client.hGet(name, "")) ?? "0")) !== revision) return;
        await told;
      }
    },
    async close() {
      closing.abort();
      await Promise.all([commands.close(), ear.close()]);
    },
  };
}

function entryOf(key: string, field: string): ConfigEntry {
  const space = field.indexOf(" ");
  return { key, value: field.slice(space + 1), version: field.slice(0, space) };
}
