/** Finds a model of a provider by id, alias or id pattern. Pure, no dependencies. */
import type { ModelFacts, ProviderFacts } from "./facts.js";

export interface FoundModel {
  /** The id asked for, or the catalog id behind an alias. */
  readonly id: string;
  readonly model: ModelFacts;
}

/** The exact id first, then an alias, then the most specific `idPattern`; `undefined` when the catalog has none. */
export function findModel(provider: ProviderFacts, id: string): FoundModel | undefined {
  const exact = Object.hasOwn(provider.models, id) ? provider.models[id] : undefined;
  if (exact !== undefined) return { id, model: exact };
  let best: FoundModel | undefined;
  let bestLength = -1;
  for (const [catalogId, model] of Object.entries(provider.models)) {
    if (model.aliases?.includes(id)) return { id: catalogId, model };
    const { idPattern } = model;
    if (idPattern === undefined || idPattern.length <= bestLength || !matchesPattern(idPattern, id)) continue;
    best = { id, model };
    bestLength = idPattern.length;
  }
  return best;
}

/**
 * Facts for an id that the catalog does not list, at a provider that lets such ids through; `undefined` where they are
 * rejected. Everything is unknown, and unknown counts as accepted.
 */
export function unlistedModel(provider: ProviderFacts): ModelFacts | undefined {
  if (provider.unknownModels === "reject") return undefined;
  return {
    kind: "chat",
    input: ["text"],
    inputUnstated: true,
    output: ["text"],
    features: {},
    params: {},
    limits: {},
    pricing: { currency: "USD", plan: provider.role === "local" ? "self-hosted" : "unknown" },
    assume: "permissive",
  };
}

/** `*` is any text. Linear in pattern times id: catalog patterns are never compiled to regular expressions. */
export function matchesPattern(pattern: string, id: string): boolean {
  const [head = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === id;
  const tail = rest.pop() ?? "";
  if (!id.startsWith(head) || !id.endsWith(tail) || id.length < head.length + tail.length) return false;
  const end = id.length - tail.length;
  let at = head.length;
  for (const piece of rest) {
    const found = id.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
