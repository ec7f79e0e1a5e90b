/** A ledger in Redis, for many processes: each step is one script, which Redis runs alone. */
import type { RedisConnection } from "../../storage/connections.js";
import { RedisStore } from "../../storage/redis.js";
import { type Ledger, matches, type Settled, type Spend } from "../ledger.js";

/** How Redis is reached, and how its keys begin. */
export interface RedisLedgerOptions extends RedisConnection {
  /** What its keys begin with. Default `modelwright:{ledger}:`; the braces keep them on one node of a cluster. */
  readonly prefix?: string;
}

// `<prefix>spent` is a hash of sums by account, `<prefix>held:<account>` one of holds ("amount lostAfter keep") by id,
// `<prefix>hold:<id>` the set of its accounts, `<prefix>spends` the settled calls in order. Amounts stay below 2^53.
const holdScript = `
local amount = tonumber(ARGV[2])
for i = 6, #ARGV, 2 do
  local used = tonumber(redis.call('HGET', KEYS[1] .. 'spent', ARGV[i]) or '0')
  for _, held in ipairs(redis.call('HVALS', KEYS[1] .. 'held:' .. ARGV[i])) do
    local sum, lost, keep = string.match(held, '^(%d+) (%d+) (%d)')
    if keep == '1' or tonumber(lost) > tonumber(ARGV[3]) then used = used + tonumber(sum) end
  end
  if used + amount > tonumber(ARGV[i + 1]) then return { ARGV[i], string.format('%.0f', used) } end
end
for i = 6, #ARGV, 2 do
  redis.call('HSET', KEYS[1] .. 'held:' .. ARGV[i], ARGV[1], ARGV[2] .. ' ' .. ARGV[4] .. ' ' .. ARGV[5])
  redis.call('SADD', KEYS[1] .. 'hold:' .. ARGV[1], ARGV[i])
end
return {}`;

const releaseScript = `
for _, account in ipairs(redis.call('SMEMBERS', KEYS[1] .. 'hold:' .. ARGV[1])) do
  redis.call('HDEL', KEYS[1] .. 'held:' .. account, ARGV[1])
end
redis.call('DEL', KEYS[1] .. 'hold:' .. ARGV[1])
return {}`;

const settleScript = `
if redis.call('HSETNX', KEYS[1] .. 'settled', ARGV[1], '1') == 0 then return {} end
redis.call('RPUSH', KEYS[1] .. 'spends', ARGV[3])
local accounts = redis.call('SMEMBERS', KEYS[1] .. 'hold:' .. ARGV[1])
local result = {}
for _, account in ipairs(accounts) do
  redis.call('HDEL', KEYS[1] .. 'held:' .. account, ARGV[1])
  table.insert(result, account)
  table.insert(result, tostring(redis.call('HGET', KEYS[1] .. 'spent', account) or '0'))
  redis.call('HINCRBY', KEYS[1] .. 'spent', account, ARGV[2])
end
redis.call('DEL', KEYS[1] .. 'hold:' .. ARGV[1])
return result`;

/** Needs the package `redis`. */
export function redisLedger(options: RedisLedgerOptions = {}): Ledger {
  const { prefix = "modelwright:{ledger}:" } = options;
  const store = new RedisStore("redis ledger", options);
  const run = (script: string, args: readonly (string | number | bigint)[]): Promise<readonly string[]> =>
    store.ask(async (redis) => {
      const answer = await redis.eval(script, { keys: [prefix], arguments: args.map(String) });
      return Array.isArray(answer) ? answer.map(String) : [];
    });
  return {
    name: "redis",
    async hold({ id, amount, accounts, at, lost }) {
      const limits = accounts.flatMap(({ key, limit }) => [key, limit]);
      const keep = lost.outcome === "charge" ? 1 : 0;
      const [account, used = "0"] = await run(holdScript, [id, amount, at, lost.after, keep, ...limits]);
      return account === undefined ? { granted: true } : { granted: false, account, used: BigInt(used) };
    },
    async settle(spend) {
      const text = JSON.stringify({ ...spend, amount: spend.amount.toString() });
      const pairs = await run(settleScript, [spend.id, spend.amount, text]);
      const settled: Settled[] = [];
      for (let i = 0; i + 1 < pairs.length; i += 2) {
        const before = BigInt(pairs[i + 1] ?? 0);
        settled.push({ account: pairs[i] ?? "", before, after: before + spend.amount });
      }
      return settled;
    },
    async release(id) {
      await run(releaseScript, [id]);
    },
    used: (account, at) =>
      store.ask(async (redis) => {
        const spent = BigInt((await redis.hGet(`${prefix}spent`, account)) ?? 0);
        let held = 0n;
        for (const text of await redis.hVals(`${prefix}held:${account}`)) {
          const [amount = "0", lost, keep] = text.split(" ");
          if (keep === "1" || Number(lost) > at) held += BigInt(amount);
        }
        return { spent, held };
      }),
    async *spends(filter = {}) {
      const page = 1000;
      for (let start = 0; ; start += page) {
        const texts = await store.ask((redis) => redis.lRange(`${prefix}spends`, start, start + page - 1));
        for (const text of texts) {
          const spend = spendOf(text);
          if (matches(spend, filter)) yield spend;
        }
        if (texts.length < page) return;
      }
    },
    close: () => store.close(),
  };
}

function spendOf(text: string): Spend {
  const { amount, ...rest } = JSON.parse(text) as Omit<Spend, "amount"> & { readonly amount: string };
  return { ...rest, amount: BigInt(amount) };
}
