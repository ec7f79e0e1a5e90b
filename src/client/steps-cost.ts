/** What the steps of a chat call cost; the arithmetic is loaded for models that have prices. */
import { pricingIn } from "../catalog/mode-pricing.js";
import type { Cost } from "../chat/cost.js";
import { unpriced } from "../chat/unpriced.js";
import type { Usage } from "../chat/usage.js";
import { feature, type Soon } from "../feature.js";
import type { PreparedCall } from "./handler.js";

const costs = /*#__PURE__*/ feature(() => import("./costs.js"));

/** `at`: milliseconds since the epoch. */
export function stepsCost(
  { model, request, connection }: Pick<PreparedCall, "model" | "request" | "connection">,
  usages: readonly Usage[],
  at: number,
): Soon<Cost> {
  const { serviceTier, mode } = request.params;
  const pricing = pricingIn(model, mode);
  if (pricing === undefined && usages.every((usage) => usage.reportedCostUsd === undefined)) return unpriced;
  const tier = typeof serviceTier === "string" ? serviceTier : undefined;
  const context = { at, serviceTier: tier, region: connection.region(model) };
  const loaded = costs();
  return loaded instanceof Promise
    ? loaded.then(({ costOf }) => costOf(usages, pricing, context))
    : loaded.costOf(usages, pricing, context);
}
