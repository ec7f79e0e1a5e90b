/** What a model accepts, derived from its facts: the one place where yes, no and unknown are decided. Pure, no dependencies. */
import type { Modality, ModelFacts, ParamConstraint, ProviderFacts, ToolChoiceMode } from "./facts.js";

// Three readers share these functions, so that they cannot disagree: the run-time check of a client refuses what is
// not `accepted`, the generator types the same refusals, and the simulator refuses them on the wire.

/** `unknown`: no source settles it; `accepted` then decides by the provider's `assume`. */
export type Answer = "yes" | "no" | "unknown";

/** What an unknown capability counts as: `strict` refuses, `permissive` lets the provider decide. */
export type Assume = "strict" | "permissive";

/** How `output` (a schema for the answer) reaches the model. See `structuredOutputPath`. */
export type StructuredOutputPath = "schema" | "tool" | "json";

/** The `assume` in force for a model: its own, else its provider's. */
export function assumeOf(provider: Pick<ProviderFacts, "assume">, model: ModelFacts): Assume {
  return model.assume ?? provider.assume;
}

/** True when a request may use a capability with this answer. */
export function accepted(answer: Answer, assume: Assume): boolean {
  return answer === "yes" || (answer === "unknown" && assume === "permissive");
}

export const answer = (stated: boolean | undefined): Answer =>
  stated === undefined ? "unknown" : stated ? "yes" : "no";

/** Whether messages may hold a part of this modality. */
export function inputModality(model: ModelFacts, modality: Modality): Answer {
  if (model.input.includes(modality)) return "yes";
  return model.inputUnstated === true ? "unknown" : "no";
}

/** Whether answers may hold a part of this modality. Always settled. */
export function outputModality(model: ModelFacts, modality: Modality): Answer {
  return answer(model.output.includes(modality));
}

/** Whether the request may offer tools. */
export function tools(model: ModelFacts): Answer {
  return answer(model.features.tools);
}

/** Whether `toolChoice` may be this mode. `auto` is what happens without the field, so it follows `tools`. */
export function toolChoice(model: ModelFacts, mode: ToolChoiceMode): Answer {
  const offered = tools(model);
  const modes = model.features.toolChoice;
  if (offered === "no") return "no";
  if (modes !== undefined) return modes.includes(mode) ? offered : "no";
  return mode === "auto" ? offered : "unknown";
}

/** Whether `parallelTools` may be given. */
export function parallelTools(model: ModelFacts): Answer {
  return tools(model) === "no" ? "no" : answer(model.features.parallelTools);
}

/** Whether the answer may be streamed. Unstated means yes: no shipped protocol lacks it. */
export function streaming(model: ModelFacts): Answer {
  return model.features.streaming === false ? "no" : "yes";
}

/** Whether the answer may be fetched whole. */
export function wholeAnswer(model: ModelFacts): Answer {
  return model.features.streaming === "required" ? "no" : "yes";
}

/** Whether system messages may be given. Unstated means yes: refusing them is the exception. */
export function systemMessages(model: ModelFacts): Answer {
  return model.features.systemRole === false ? "no" : "yes";
}

/** Whether the last message may be the assistant's, to be continued. */
export function prefill(model: ModelFacts): Answer {
  return answer(model.features.prefill);
}

/**
 * How a structured answer is obtained, or `undefined` when the model cannot give one: an enforced schema where the
 * provider has it, else a forced tool call, else JSON mode with the schema in the prompt.
 */
export function structuredOutputPath(model: ModelFacts, assume: Assume): StructuredOutputPath | undefined {
  const stated = model.features.structuredOutput;
  if (stated === "schema" || stated === "strict") return "schema";
  if (forcedTool(model, assume) !== undefined) return "tool";
  return stated === "json" ? "json" : undefined;
}

/** The mode that makes the model call one given tool, when it has one: `named` before `required`. */
export function forcedTool(model: ModelFacts, assume: Assume): "named" | "required" | undefined {
  if (!accepted(tools(model), assume)) return undefined;
  if (accepted(toolChoice(model, "named"), assume)) return "named";
  return accepted(toolChoice(model, "required"), assume) ? "required" : undefined;
}

/**
 * The constraint on a parameter by its canonical name; `undefined` when no source states one (unknown).
 * Canonical: temperature, topP, topK, minP, frequencyPenalty, presencePenalty, repetitionPenalty, seed, stop, n,
 * logitBias, logprobs, topLogprobs, verbosity, serviceTier, maxOutputTokens, parallelTools, voice, audioFormat,
 * dimensions, encodingFormat; providers add their own (`search`, `safePrompt`, …).
 */
export function paramConstraint(model: ModelFacts, name: string): ParamConstraint | undefined {
  return Object.hasOwn(model.params, name) ? model.params[name] : undefined;
}

/** Whether a parameter may be given at all. Values are checked by `violation` in `constraints.ts`. */
export function param(model: ModelFacts, name: string): Answer {
  const constraint = paramConstraint(model, name);
  if (name === "maxOutputTokens" && constraint === undefined) return "yes";
  if (name === "parallelTools" && constraint === undefined) return parallelTools(model);
  return constraint === undefined ? "unknown" : answer(constraint !== false);
}
