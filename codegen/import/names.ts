/** Translates wire names of parameters into the catalog's canonical names. */

const canonical: { readonly [wire: string]: string } = {
  temperature: "temperature",
  top_p: "topP",
  top_k: "topK",
  min_p: "minP",
  top_a: "topA",
  frequency_penalty: "frequencyPenalty",
  presence_penalty: "presencePenalty",
  repetition_penalty: "repetitionPenalty",
  seed: "seed",
  stop: "stop",
  n: "n",
  logit_bias: "logitBias",
  logprobs: "logprobs",
  top_logprobs: "topLogprobs",
  verbosity: "verbosity",
  service_tier: "serviceTier",
  max_tokens: "maxOutputTokens",
  max_completion_tokens: "maxOutputTokens",
};

/** The canonical name, or `undefined` for wire names that are no parameters (`tools`, `reasoning`, …). */
export function canonicalName(wire: string): string | undefined {
  return Object.hasOwn(canonical, wire) ? canonical[wire] : undefined;
}

/** Canonical names of a list of wire names, without repeats. */
export function canonicalNames(wires: readonly string[] = []): string[] {
  return [...new Set(wires.flatMap((wire) => canonicalName(wire) ?? []))];
}
