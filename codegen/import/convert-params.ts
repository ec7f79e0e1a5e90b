/** Converts what a row says about chat parameters into `params` and `rules`. */
import { canonicalName, canonicalNames } from "./names.js";
import { compact, type Json } from "./object.js";
import type { Row } from "./row.js";
import type { Settings } from "./settings.js";

/** The parameters of a chat model. */
export function convertParams(row: Row, { convert }: Settings): Json {
  const stated = row.params ?? {};
  const params: Json = {};
  for (const name of canonicalNames(stated.supported)) {
    if (name !== "maxOutputTokens") params[name] = convert.supported?.[name] ?? true;
  }
  for (const [wire, [min, max]] of Object.entries(stated.ranges ?? {})) {
    const name = canonicalName(wire);
    if (name !== undefined) params[name] = { min, max };
  }
  const always = row.reasoning?.mode === "always";
  for (const name of canonicalNames(always ? stated.ignoredWhenReasoning : [])) params[name] = { effect: "ignored" };
  for (const name of canonicalNames(always ? stated.unsupportedWhenReasoning : [])) params[name] = false;
  for (const name of canonicalNames(stated.unsupported)) params[name] = false;
  // The plain "no temperature" of a list is coarser than a rule that says when.
  if (row.caps?.temperature === false && !stated.unsupportedWhenReasoning?.includes("temperature")) {
    params.temperature = false;
  }
  const tiers = pricedTiers(row);
  if (convert.serviceTiers !== undefined) params.serviceTier = { enum: [...convert.serviceTiers, ...tiers] };
  return params;
}

function pricedTiers({ pricing }: Row): string[] {
  return Object.keys((pricing?.serviceTiers as Json | undefined) ?? {}).sort();
}

/** The conditional constraints of a chat model. */
export function convertRules(row: Row, { convert }: Settings): Json[] | undefined {
  const stated = row.params ?? {};
  const rules: Json[] = [];
  if (row.reasoning?.mode !== "always") {
    const refused = canonicalNames(stated.unsupportedWhenReasoning).map((name) => [name, false]);
    const ignored = canonicalNames(stated.ignoredWhenReasoning).map((name) => [name, { effect: "ignored" }]);
    const params = convert.thinkingRule ?? { params: Object.fromEntries([...refused, ...ignored]) };
    if (refused.length + ignored.length > 0) rules.push({ when: { reasoning: "on" }, ...params });
  }
  for (const wires of stated.mutuallyExclusive ?? []) {
    const [first, ...others] = canonicalNames(wires);
    if (first === undefined || others.length === 0) continue;
    rules.push({ when: { present: [first] }, params: Object.fromEntries(others.map((name) => [name, false])) });
  }
  const capped = effortsAbove(row);
  if (capped.length > 0) rules.push({ when: { reasoning: "off", effort: capped }, params: { effort: false } });
  return rules.length === 0 ? undefined : rules;
}

/** Effort levels that need reasoning switched on. */
function effortsAbove({ reasoning }: Row): string[] {
  const levels = reasoning?.efforts ?? [];
  const cap = reasoning?.offCapsEffortAt;
  return cap === undefined ? [] : levels.slice(levels.indexOf(cap) + 1);
}

/** The parameters of an embedding model. */
export function convertEmbedding({ embedding = {} }: Row): Json {
  const { dimensions, dimensionsParam, dimensionsEnum } = embedding;
  if (dimensionsParam === false) return { dimensions: false };
  if (dimensionsParam !== true) return {};
  return {
    dimensions: compact({
      type: "integer",
      enum: dimensionsEnum,
      min: dimensionsEnum === undefined ? 1 : undefined,
      max: dimensionsEnum === undefined ? dimensions : undefined,
      default: dimensions,
    }),
  };
}
