/** What changed in the prices of a model. A price that rose by more than a tenth is worth a notice. */
import type { Pricing } from "../catalog/facts.js";
import { type ChangeClass, changeOf, type FactChange, memberChanges } from "./change.js";

const noticeableRise = 1.1;

export function pricingChanges(before: Pricing | undefined, after: Pricing | undefined): FactChange[] {
  const sameCurrency = before === undefined || after === undefined || before.currency === after.currency;
  const { tokens: oldTokens, asOf: oldDate, source: oldSource, ...old } = before ?? {};
  const { tokens: newTokens, asOf: newDate, source: newSource, ...now } = after ?? {};
  const prices = (tokens: Pricing["tokens"]) => tokens as { readonly [name: string]: number } | undefined;
  return [
    ...memberChanges("pricing.tokens", prices(oldTokens), prices(newTokens), (_name, a, b) =>
      sameCurrency ? priceClass(a, b) : "notice",
    ),
    ...memberChanges("pricing", old as { readonly [name: string]: unknown }, now, (name) =>
      name === "currency" || name === "plan" ? "notice" : "data",
    ),
    ...changeOf("pricing.asOf", oldDate, newDate, "source"),
    ...changeOf("pricing.source", oldSource, newSource, "source"),
  ];
}

function priceClass(before: number | undefined, after: number | undefined): ChangeClass {
  return before !== undefined && after !== undefined && after > before * noticeableRise ? "notice" : "data";
}
