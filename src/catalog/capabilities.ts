/** What a model accepts, derived from its facts: the one place where yes, no and unknown are decided. Pure, no dependencies. */
import type {
  Effort,
  Modality,
  ModelFacts,
  ParamConstraint,
  ProviderFacts,
  Reasoning,
  Rule,
  ToolChoiceMode,
} from "./facts.js";

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

const answer = (stated: boolean | undefined): Answer => (stated === undefined ? "unknown" : stated ? "yes" : "no");

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

/** Which members of `reasoning` a request may give. */
export interface ReasoningControls {
  readonly mode: Reasoning["mode"];
  /** `effort`. `levels` lists the values when the answer is `yes`. */
  readonly effort: Answer;
  readonly levels: readonly Effort[];
  /** `budget` in tokens. `bounds` holds its range and special values when the answer is `yes`. */
  readonly budget: Answer;
  readonly bounds: NonNullable<Reasoning["budget"]>;
  /** `budget: "auto"`: the model decides how much to think. */
  readonly auto: Answer;
  /** `enabled: true`. */
  readonly on: Answer;
  /** `enabled: false`, or whatever else switches reasoning off. */
  readonly off: Answer;
}

const noControls = { levels: [], bounds: {} } as const;
const all = (value: Answer) =>
  ({ effort: value, budget: value, auto: value, on: value, off: value, ...noControls }) as const;

/**
 * The reasoning controls of a model. Stating one control settles the others: what is not stated beside it is refused.
 * A model that reasons without any stated control has unknown controls.
 */
export function reasoningControls(model: ModelFacts): ReasoningControls {
  const facts = model.reasoning;
  if (facts === undefined) return { mode: "unknown", ...all("unknown") };
  const { mode, effort, budget, toggle, adaptive } = facts;
  if (mode === "none") return { mode, ...all("no") };
  if (effort === undefined && budget === undefined && toggle === undefined && adaptive === undefined) {
    return { mode, ...all("unknown"), on: mode === "always" ? "yes" : "unknown", off: offAnswer(mode, false) };
  }
  const offValue = effort?.off !== undefined || budget?.off !== undefined;
  const hasSwitch = toggle === true || adaptive === true || offValue || budget !== undefined || facts.default === "off";
  return {
    mode,
    effort: answer(effort !== undefined),
    levels: effort?.levels ?? [],
    budget: answer(budget !== undefined),
    bounds: budget ?? {},
    auto: answer(adaptive === true || budget?.auto !== undefined),
    on: answer(mode === "always" || hasSwitch),
    off: offAnswer(mode, hasSwitch),
  };
}

function offAnswer(mode: Reasoning["mode"], hasSwitch: boolean): Answer {
  if (mode === "always") return "no";
  return hasSwitch ? "yes" : "unknown";
}

/** What a request says about reasoning; the neutral request's `reasoning` fits. */
export interface ReasoningRequest {
  readonly effort?: Effort | undefined;
  readonly budget?: number | "auto" | undefined;
  readonly enabled?: boolean | undefined;
}

/** Whether the model will reason on a request with these controls (none given: the model's own default). */
export function reasoningState(model: ModelFacts, request: ReasoningRequest | undefined): "on" | "off" {
  const facts = model.reasoning;
  if (facts === undefined || facts.mode === "none") return "off";
  if (facts.mode === "always") return "on";
  if (request?.enabled !== undefined) return request.enabled ? "on" : "off";
  const { effort, budget } = request ?? {};
  if (effort !== undefined) return effort === (facts.effort?.off ?? "none") ? "off" : "on";
  if (budget !== undefined) return budget === (facts.budget?.off ?? 0) ? "off" : "on";
  return facts.default ?? (facts.mode === "unknown" ? "on" : "off");
}

/** What the conditions of rules are asked about. `value` gives a parameter of the request by canonical name. */
export interface RuleSubject {
  readonly reasoning: "on" | "off";
  readonly effort?: Effort | undefined;
  readonly stream: boolean;
  readonly value: (name: string) => unknown;
}

/** The rules of a model whose conditions all hold. Their constraints come on top of `params` and `features`. */
export function activeRules(model: ModelFacts, subject: RuleSubject): readonly Rule[] {
  return (model.rules ?? []).filter(({ when }) => {
    if (when.reasoning !== undefined && when.reasoning !== subject.reasoning) return false;
    if (when.effort !== undefined && (subject.effort === undefined || !when.effort.includes(subject.effort)))
      return false;
    if (when.stream !== undefined && when.stream !== subject.stream) return false;
    if (when.present?.some((name) => subject.value(name) === undefined)) return false;
    if (when.absent?.some((name) => subject.value(name) !== undefined)) return false;
    return Object.entries(when.equals ?? {}).every(([name, value]) => subject.value(name) === value);
  });
}
