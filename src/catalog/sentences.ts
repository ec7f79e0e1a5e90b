/** The sentence of every refusal, in one place: compile errors and run-time errors say the same words. Pure, no dependencies. */
import type { Effort, Modality, ToolChoiceMode } from "./facts.js";

/** "gpt-3.5-turbo does not accept image input". */
export function refusesInput(model: string, modality: Modality): string {
  return `${model} does not accept ${modality} input`;
}

/** "o1-mini does not accept system messages". */
export function refusesSystemMessages(model: string): string {
  return `${model} does not accept system messages`;
}

/** "claude-opus-4-6 does not accept a last message of the assistant". */
export function refusesPrefill(model: string): string {
  return `${model} does not accept a last message of the assistant`;
}

/** "gemma-2b does not support tool calling". */
export function refusesTools(model: string): string {
  return `${model} does not support tool calling`;
}

/** "magistral does not accept toolChoice 'required'". `named` is the form `{ tool: name }`. */
export function refusesToolChoice(model: string, mode: ToolChoiceMode): string {
  return `${model} does not accept toolChoice '${mode}'`;
}

/** "toolChoice names the tool 'wether', which gpt-4o is not given". */
export function choosesAbsentTool(model: string, tool: string): string {
  return `toolChoice names the tool '${tool}', which ${model} is not given`;
}

/** "deepseek-reasoner does not support structured output". */
export function refusesOutput(model: string): string {
  return `${model} does not support structured output`;
}

/** "grok-3 does not support structured output together with tools". */
export function refusesOutputWithTools(model: string): string {
  return `${model} does not support structured output together with tools`;
}

/** "gpt-4o does not support reasoning". */
export function refusesReasoning(model: string): string {
  return `${model} does not support reasoning`;
}

/** "o3 does not accept reasoning effort 'max' (accepts low, medium, high)"; without levels, that no effort is accepted. */
export function refusesEffort(model: string, effort: string, levels: readonly Effort[]): string {
  if (levels.length === 0) return `${model} does not accept a reasoning effort`;
  return `${model} does not accept reasoning effort '${effort}' (accepts ${levels.join(", ")})`;
}

/** "o3 does not accept a reasoning budget". */
export function refusesBudget(model: string): string {
  return `${model} does not accept a reasoning budget`;
}

/** "qwq-32b does not accept reasoning budget 'auto'". */
export function refusesAutoBudget(model: string): string {
  return `${model} does not accept reasoning budget 'auto'`;
}

/** "o3 cannot switch reasoning off". */
export function refusesReasoningSwitch(model: string, to: "on" | "off"): string {
  return `${model} cannot switch reasoning ${to}`;
}

/** "claude-opus-4-6 does not accept reasoning adaptive and budget together". */
export function refusesTogether(model: string, names: readonly string[]): string {
  return `${model} does not accept reasoning ${names.join(" and ")} together`;
}

/** "o3 does not accept temperature". */
export function refusesParam(model: string, name: string): string {
  return `${model} does not accept ${name}`;
}

/** "temperature must be between 0 and 2 for gpt-4o". `violation` is the part after the name. */
export function violates(model: string, name: string, violation: string): string {
  return `${name} ${violation} for ${model}`;
}

/** "gpt-4o-mini-tts requires voice". */
export function requires(model: string, name: string): string {
  return `${model} requires ${name}`;
}

/** "gpt-5.1 accepts temperature only while reasoning is off". */
export function acceptsOnlyWhile(model: string, name: string, reasoning: "on" | "off"): string {
  return `${model} accepts ${name} only while reasoning is ${reasoning}`;
}

/** "o4-mini does not offer the built-in tool 'web_search'". */
export function refusesBuiltinTool(model: string, name: string): string {
  return `${model} does not offer the built-in tool '${name}'`;
}

/** "llama-4 accepts at most 5 image parts". */
export function tooManyParts(model: string, modality: Modality, most: number): string {
  return `${model} accepts at most ${most} ${modality} parts`;
}

/** "claude-3 does not accept image input by URL". */
export function refusesUrl(model: string, modality: Modality): string {
  return `${model} does not accept ${modality} input by URL`;
}

/** "gpt-4o does not accept image input of type image/bmp". */
export function refusesMediaType(model: string, modality: Modality, mediaType: string): string {
  return `${model} does not accept ${modality} input of type ${mediaType}`;
}
