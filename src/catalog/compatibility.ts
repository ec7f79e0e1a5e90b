/** Compares what a caller needs with what a model offers, before any request is built. Pure, no dependencies. */
import {
  type Answer,
  type Assume,
  accepted,
  inputModality,
  outputModality,
  param,
  structuredOutputPath,
  toolChoice,
  tools,
} from "./capabilities.js";
import { reasoningControls } from "./conditions.js";
import type { Effort, Modality, ModelFacts, ToolChoiceMode } from "./facts.js";

/** What a caller needs of a model. Every member is optional; absent means no need. */
export interface ModelNeeds {
  readonly input?: readonly Modality[];
  readonly output?: readonly Modality[];
  readonly tools?: boolean;
  readonly toolChoice?: ToolChoiceMode;
  /** A structured answer, by whatever path the model has. */
  readonly structuredOutput?: boolean;
  /** `true`: the model reasons; a level: it accepts that effort. */
  readonly reasoning?: boolean | Effort;
  /** Parameters by canonical name. */
  readonly params?: readonly string[];
  /** Tokens that prompt and answer need together. */
  readonly minContext?: number;
  /** Tokens that the answer may need. */
  readonly minOutput?: number;
}

/** What came of the comparison. */
export interface Compatibility {
  /** Nothing is missing. */
  readonly compatible: boolean;
  /** One sentence end per unmet need: "does not accept image input". */
  readonly missing: readonly string[];
  /** What no source settles, or what will change: unknown capabilities, coming retirement. */
  readonly warnings: readonly string[];
}

/**
 * Every need that the model does not meet, and every doubt: of `registry.get(id).facts`, or of `facts` of a handle. Asks
 * nobody. `assume` says whether an unknown capability is missing (`strict`) or a warning (`permissive`).
 */
export function checkCompatibility(model: ModelFacts, needs: ModelNeeds, assume: Assume = "strict"): Compatibility {
  const missing: string[] = [];
  const warnings: string[] = [];
  const need = (answer: Answer, what: string) => {
    if (!accepted(answer, assume)) missing.push(`does not ${what}`);
    else if (answer === "unknown") warnings.push(`may not ${what}: no source settles it`);
  };
  for (const modality of needs.input ?? []) need(inputModality(model, modality), `accept ${modality} input`);
  for (const modality of needs.output ?? []) need(outputModality(model, modality), `produce ${modality}`);
  if (needs.tools) need(tools(model), "support tool calling");
  if (needs.toolChoice !== undefined)
    need(toolChoice(model, needs.toolChoice), `accept toolChoice ${needs.toolChoice}`);
  if (needs.structuredOutput) {
    need(structuredOutputPath(model, assume) === undefined ? "no" : "yes", "support structured output");
  }
  for (const name of needs.params ?? []) need(param(model, name), `accept ${name}`);
  needReasoning(model, needs.reasoning, need);
  needTokens(model, needs, { missing, warnings });
  if (model.status === "retired") missing.push("is retired");
  if (model.status === "deprecated") warnings.push(`is deprecated${retirement(model)}`);
  return { compatible: missing.length === 0, missing, warnings };
}

/** The first model that meets the needs; its id, or `undefined`. */
export function firstCompatible<Id extends string>(
  candidates: readonly { readonly id: Id; readonly model: ModelFacts; readonly assume: Assume }[],
  needs: ModelNeeds,
): Id | undefined {
  return candidates.find(({ model, assume }) => checkCompatibility(model, needs, assume).compatible)?.id;
}

function needReasoning(
  model: ModelFacts,
  needed: ModelNeeds["reasoning"],
  need: (answer: Answer, what: string) => void,
): void {
  if (needed === undefined || needed === false) return;
  const { mode, effort, levels } = reasoningControls(model);
  if (needed === true) {
    const stated = model.reasoning !== undefined;
    need(mode === "none" ? "no" : stated ? "yes" : "unknown", "reason");
  } else {
    need(effort === "yes" && !levels.includes(needed) ? "no" : effort, `accept reasoning effort ${needed}`);
  }
}

function needTokens(
  { limits }: ModelFacts,
  { minContext, minOutput }: ModelNeeds,
  { missing, warnings }: { readonly missing: string[]; readonly warnings: string[] },
): void {
  const compare = (needed: number | undefined, limit: number | undefined, name: string) => {
    if (needed === undefined) return;
    if (limit === undefined) warnings.push(`has an unknown ${name} limit`);
    else if (limit < needed)
      missing.push(`has ${name === "output" ? "an" : "a"} ${name} limit of ${limit} tokens, ${needed} needed`);
  };
  compare(minContext, limits.context ?? limits.input, "context");
  compare(minOutput, limits.output, "output");
}

function retirement({ dates, successor }: ModelFacts): string {
  const on = dates?.retires === undefined ? "" : ` and retires on ${dates.retires}`;
  return successor === undefined ? on : `${on}; its successor is ${successor}`;
}
