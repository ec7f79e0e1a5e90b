/** The policy `budget`: holds the most that a call can cost before it is sent, and settles what it did cost. */
import { usageOf } from "../chat/usage.js";
import { type Clock, sleep, systemClock } from "../client/clock.js";
import type { ModelAnswer, ModelCall, Policy } from "../client/handler.js";
import { isModelwrightError, type ModelwrightError, PolicyError } from "../errors.js";
import { type Bound, boundOf } from "./bound.js";
import type { Account, Ledger } from "./ledger.js";
import { memoryLedger } from "./ledgers/memory.js";
import { type BudgetLimit, type CheckedLimit, type CountedCall, checkLimit, invalid } from "./limit.js";
import { nano, nanoUp, units } from "./money.js";
import { followSpending, type Spending } from "./spending.js";

/** A share of a limit was passed. The whole (1) counts as passed, too, when a call is refused for want of room. */
export interface BudgetAlert {
  /** The limit's name. */
  readonly limit: string;
  /** The share that was passed, of `alertAt`. */
  readonly share: number;
  /** Of a refusal: spent and held. */
  readonly spent: number;
  readonly amount: number;
  readonly currency: string;
  /** Tags of the call that passed it. */
  readonly tags: { readonly [name: string]: string };
}

/** Limits, and what happens at them. */
export interface BudgetOptions {
  /** A call counts against each limit that it falls under. All are in one currency. */
  readonly limits: readonly BudgetLimit[];
  /** Default: one of this process alone. */
  readonly ledger?: Ledger;
  /** Told once of each share of a limit in each window, also when many processes share the ledger. */
  readonly onAlert?: (alert: BudgetAlert) => void;
  /** What happens to a call whose cost nothing bounds: `block` (default) or `allow`, uncounted until its cost is known. */
  readonly unknownCost?: "block" | "allow";
  /** The most that a call costs in its model's currency, where the catalog cannot tell: pictures, seconds, characters. */
  readonly bound?: (call: CountedCall) => number | undefined;
  /** What one unit of a currency is in the limits' one: `{ CNY: 0.14 }`. */
  readonly rates?: { readonly [currency: string]: number };
  /** A hold that nobody has settled after this time belongs to a process that died. Default 15 min. */
  readonly leaseMs?: number;
  /** `charge` (default): such a hold stays, for its call may have been billed; `release`: it is given back. */
  readonly lost?: "charge" | "release";
  /** Longest wait for room, where `onExceed` is `wait`. Default 60 s. */
  readonly maxWaitMs?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly clock?: Clock;
}

const pollMs = 50;

/**
 * Give it as `budget` to a client. A call that would pass a limit fails with "budget-exceeded" before anything is
 * sent; a route then goes on to its next member. Throws "invalid-configuration" for limits that make no sense.
 */
export function budget(options: BudgetOptions): Policy {
  const limits = options.limits.map(checkLimit);
  const [{ currency } = { currency: "USD" }, ...others] = limits;
  const other = others.find((limit) => limit.currency !== currency);
  if (other !== undefined)
    throw invalid(
      `the limit "${other.name}" must be in ${currency} as the first one is, not ${other.currency}; see rates`,
    );
  const { ledger = memoryLedger(), now = Date.now, clock = systemClock, maxWaitMs = 60_000 } = options;

  return (next) => async (call) => {
    if (call.followUp) return next(call);
    const at = now();
    const counted = { provider: call.provider.id, model: call.modelId, tags: call.tags ?? {} };
    const falling = limits.flatMap((limit) => {
      const key = limit.accountOf(counted, at);
      return key === undefined ? [] : [{ limit, key }];
    });
    if (falling.length === 0) return next(call);
    const bound = boundIn(options, { call, counted, at, currency });
    if (bound === undefined) return next(call);

    const tell = ({ name, amount, currency }: CheckedLimit, share: number, spent: bigint): void =>
      options.onAlert?.({
        limit: name,
        share,
        spent: units(spent),
        amount: units(amount),
        currency,
        tags: counted.tags,
      });
    /** Refusals pass no amount, and there may be many: whoever takes the one place there is for it tells. */
    const alertOfWhole = async (account: string, limit: CheckedLimit, spent: bigint): Promise<void> => {
      if (options.onAlert === undefined || !limit.alertAt.includes(1)) return;
      const place = [{ key: `${account} told`, limit: 1n }];
      const forever = { after: Number.MAX_SAFE_INTEGER, outcome: "charge" } as const;
      const told = await ledger.hold({
        id: crypto.randomUUID(),
        amount: 1n,
        accounts: place,
        at: now(),
        lost: forever,
      });
      if (told.granted) tell(limit, 1, spent);
    };
    const id = crypto.randomUUID();
    const accounts = falling.map(({ limit, key }): Account => ({ key, limit: limit.amount }));
    const lost = { after: at + (options.leaseMs ?? 900_000), outcome: options.lost ?? "charge" };
    const began = clock.now();
    for (;;) {
      const outcome = await ledger.hold({ id, amount: nanoUp(bound.converted), accounts, at: now(), lost });
      if (outcome.granted) break;
      const refusing = falling.find(({ key }) => key === outcome.account)?.limit;
      const patient = refusing?.onExceed === "wait" && clock.now() - began < maxWaitMs;
      if (!patient) {
        if (refusing !== undefined) await alertOfWhole(outcome.account, refusing, outcome.used);
        throw exceeded(counted, refusing, { used: units(outcome.used), needs: bound.converted });
      }
      await sleep(clock, pollMs, call.signal);
    }
    const settle = async ({ usage, cost, certainty }: Spending): Promise<void> => {
      const known =
        cost.state === "known" ? convert(cost.amount, cost.currency, bound.currency, options.rates) : undefined;
      const settled = await ledger.settle({
        id,
        at,
        ...counted,
        // What nobody can price may have cost all that was held.
        amount: nanoUp(known ?? bound.converted),
        currency: bound.currency,
        certainty: known === undefined ? "estimated" : certainty,
        inputTokens: usage.inputTokens,
        outputTokens: usage.outputTokens,
      });
      for (const { account, before, after } of settled) {
        const limit = falling.find(({ key }) => key === account)?.limit;
        if (limit === undefined) continue;
        for (const share of passedShares(limit, before, after)) {
          if (share === 1) await alertOfWhole(account, limit, after);
          else tell(limit, share, after);
        }
      }
    };
    try {
      const answer = await next(call);
      return await followSpending(answer as typeof answer & ModelAnswer, {
        call,
        at,
        inputTokens: bound.inputTokens,
        ended: settle,
      });
    } catch (error) {
      if (mayBeBilled(error, call)) await settle(promptOnly(bound));
      else await ledger.release(id);
      throw error;
    }
  };
}

interface HeldBound extends Bound {
  /** `amount` in the limits' currency. */
  readonly converted: number;
}

/** Undefined: the call goes uncounted. */
function boundIn(
  { bound: given, unknownCost = "block", rates }: BudgetOptions,
  {
    call,
    counted,
    at,
    currency,
  }: { readonly call: ModelCall; readonly counted: CountedCall; readonly at: number; readonly currency: string },
): HeldBound | undefined {
  const own = given?.(counted);
  const ownCurrency = call.model.pricing?.currency ?? currency;
  const bound =
    own === undefined ? boundOf(call, at) : { inputTokens: 0, outputTokens: 0, amount: own, currency: ownCurrency };
  if (typeof bound !== "string") {
    const converted = bound.amount === 0 ? 0 : convert(bound.amount, bound.currency, currency, rates);
    if (converted !== undefined) return { ...bound, converted, currency };
  }
  if (unknownCost === "allow") return undefined;
  const why = typeof bound === "string" ? bound : `no rate is given from ${bound.currency} to ${currency}`;
  const place = `${counted.provider}/${counted.model}`;
  throw new PolicyError(
    "budget-exceeded",
    `${place}: budget-exceeded: what the call may cost is unknown: ${why}`,
    counted,
  );
}

function convert(amount: number, from: string, to: string, rates: BudgetOptions["rates"]): number | undefined {
  if (from === to) return amount;
  const rate = rates !== undefined && Object.hasOwn(rates, from) ? rates[from] : undefined;
  return rate === undefined ? undefined : amount * rate;
}

function passedShares({ amount, alertAt }: CheckedLimit, before: bigint, after: bigint): readonly number[] {
  return alertAt.filter((share) => {
    const threshold = nano(units(amount) * share);
    return before < threshold && after >= threshold;
  });
}

function exceeded(
  { provider, model }: CountedCall,
  limit: CheckedLimit | undefined,
  { used, needs }: { readonly used: number; readonly needs: number },
): PolicyError {
  const name = limit === undefined ? "" : ` "${limit.name}"`;
  const [currency, amount] = [limit?.currency ?? "", units(limit?.amount ?? 0n)];
  const text = `the call may cost ${money(needs)} ${currency}, and ${money(used)} of the budget${name} of ${money(amount)} is spent or held`;
  return new PolicyError("budget-exceeded", `${provider}/${model}: budget-exceeded: ${text}`, { provider, model });
}

const money = (amount: number): string => String(Number(amount.toPrecision(6)));

/** Whether the provider may have worked on a request that failed: its answer was under way or never came. */
function mayBeBilled(error: unknown, { attempts }: ModelCall): boolean {
  if (attempts.length === 0 || !isModelwrightError(error)) return false;
  const { code } = error as ModelwrightError;
  return code === "timeout" || code === "aborted" || code === "stream-truncated" || code === "invalid-response";
}

function promptOnly({ inputTokens, amount, currency }: Bound): Spending {
  const cost = { state: "known", amount, currency, source: "catalog", breakdown: [] } as const;
  return { usage: usageOf({ input: inputTokens }), cost, certainty: "estimated" };
}
