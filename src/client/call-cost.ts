/** What a call cost, for whoever watches calls from outside: by the answer itself, or by its usage. */
import type { Pricing } from "../catalog/facts.js";
import { pricingIn } from "../catalog/mode-pricing.js";
import { type Cost, costOf } from "../chat/cost.js";
import type { CostContext } from "../chat/cost-prices.js";
import type { NeutralRequest } from "../chat/request.js";
import { noUsage } from "../chat/usage.js";
import type { ModelAnswer, ModelCall } from "./handler.js";

/** In the prices of the mode and the service tier that were asked for. `at`: milliseconds since the epoch. */
export function costOfCall(
  call: ModelCall,
  { usage = noUsage, cost }: Pick<ModelAnswer, "usage" | "cost">,
  at: number,
): Cost {
  return cost ?? costOf([usage], pricingOf(call), contextOf(call, at));
}

/** What else decides the price of a call. */
export function contextOf(call: ModelCall, at: number): CostContext {
  return { at, serviceTier: serviceTierOf(call), region: call.connection.region(call.model) };
}

/** Of the mode that was asked for. */
export function pricingOf(call: ModelCall): Pricing | undefined {
  return pricingIn(call.model, paramsOf(call).mode);
}

function serviceTierOf(call: ModelCall): string | undefined {
  const { serviceTier } = paramsOf(call);
  return typeof serviceTier === "string" ? serviceTier : undefined;
}

function paramsOf(call: ModelCall): NeutralRequest["params"] {
  return "request" in call ? (call.request as NeutralRequest).params : {};
}
