/** Members of a client's request that may be left out where the model does not take them. Each one left out is recorded. */

/** Values that say what happens anyway. Many clients send them with every request. */
const idle: { readonly [param: string]: (value: unknown) => boolean } = {
  n: (value) => value === 1,
  frequencyPenalty: (value) => value === 0,
  presencePenalty: (value) => value === 0,
  logprobs: (value) => value === false,
  topLogprobs: (value) => value === 0,
  logitBias: isEmpty,
  stop: isEmpty,
  truncation: (value) => value === "disabled",
  background: (value) => value === false,
  serviceTier: (value) => value === "auto" || value === "default" || value === "standard_only",
  modalities: (value) => Array.isArray(value) && value.every((modality) => modality === "text"),
  include: isEmpty,
};

/** Notes for the provider's books and hints for its caches: no answer depends on them. */
const notes: ReadonlySet<string> = new Set([
  "user",
  "metadata",
  "store",
  "safetyIdentifier",
  "promptCacheKey",
  "promptCacheRetention",
]);

/** Members without neutral words of which the same holds. https://docs.claude.com/en/docs/build-with-claude/context-editing */
const wireNotes: ReadonlySet<string> = new Set(["context_management", "client_metadata"]);

/** Why the answer does not depend on the value; undefined when it does. */
export function idleReason(param: string, value: unknown): string | undefined {
  if (notes.has(param) || wireNotes.has(param)) return "the provider has no such note";
  return Object.hasOwn(idle, param) && idle[param]?.(value) === true ? "the value asks for nothing" : undefined;
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
