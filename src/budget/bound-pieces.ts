/** The most that a call can cost whose price is by the piece: pictures, seconds, characters, queries. */
import type { ModelKind, Pricing } from "../catalog/facts.js";
import { costOf } from "../chat/cost.js";
import type { CostContext } from "../chat/cost-prices.js";
import { usageOf } from "../chat/usage.js";
import type { TaskOrder } from "../client/handler.js";

interface PiecesBound {
  readonly amount: number;
  readonly currency: string;
}

/** They answer with a few numbers, which nobody sells by the token. */
const judging: ReadonlySet<ModelKind> = new Set(["rerank", "moderation"]);

/** A sentence that says why there is none. */
export function piecesBound(
  { meters, params, text, media }: TaskOrder,
  kind: ModelKind,
  { pricing, context }: { readonly pricing: Pricing | undefined; readonly context: CostContext },
): PiecesBound | string {
  if (pricing === undefined) return "the catalog has no price";
  let amount = 0;
  let counted = false;
  for (const [meter, quantity] of Object.entries(meters)) {
    const dearest = dearestOf(pricing, meter, params);
    if (dearest === undefined) continue;
    counted = true;
    amount += quantity * dearest;
  }
  if (pricing.tokens !== undefined) {
    if (media > 0) return "nothing bounds the size of its media";
    // No tokenizer gives more tokens than bytes.
    const read = costOf([usageOf({ input: new TextEncoder().encode(text).length })], pricing, context);
    if (read.state === "known") amount += read.amount;
    counted ||= judging.has(kind) && read.state === "known";
  }
  if (!counted) return "the catalog has no price for what it orders, or nothing bounds that";
  return { amount, currency: pricing.currency };
}

/** Of one piece, at whatever the request leaves open. */
export function dearestOf({ units = [] }: Pricing, meter: string, params: TaskOrder["params"]): number | undefined {
  const prices = units
    .filter((unit) => unit.meter === meter)
    .filter(({ when = {} }) =>
      Object.entries(when).every(
        ([name, value]) => params[name] === undefined || params[name] === "auto" || params[name] === value,
      ),
    )
    .map(({ price, per }) => price / per);
  return prices.length === 0 ? undefined : Math.max(...prices);
}
