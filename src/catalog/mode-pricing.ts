/** The prices of a model in the mode that a request asks for. */
import type { ModelFacts, Pricing } from "./facts.js";

/** A mode prices tokens; what is sold by the piece costs in it what it costs in any other. */
export function pricingIn(model: Pick<ModelFacts, "modes" | "pricing">, mode: unknown): Pricing | undefined {
  const own =
    typeof mode === "string" && Object.hasOwn(model.modes ?? {}, mode) ? model.modes?.[mode]?.pricing : undefined;
  if (own === undefined || model.pricing?.units === undefined) return own ?? model.pricing;
  return { units: model.pricing.units, ...own };
}
