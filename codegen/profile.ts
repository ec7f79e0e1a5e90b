/** What a chat model's facts mean for its types: the slots of its profile. Pure; the one reading of facts by the generator. */
import {
  type Assume,
  accepted,
  assumeOf,
  inputModality,
  parallelTools,
  param,
  paramConstraint,
  structuredOutputPath,
  toolChoice,
  tools,
} from "../src/catalog/capabilities.js";
import { reasoningControls } from "../src/catalog/conditions.js";
import type { Effort, ModelFacts, ParamBounds, ProviderFacts, Rule } from "../src/catalog/facts.js";
import { enumTypes, type OptionType, ownOptionTypes } from "./option-types.js";
import { listWords, quote, union } from "./text.js";

/** The slots of `ChatProfile`: names, and type text where it says `string`. */
export interface ChatSlots {
  /** Capability tokens; those of plain options are in `accepts`. */
  readonly can: readonly string[];
  readonly accepts: readonly string[];
  readonly lacks: string;
  readonly toolChoice: readonly string[];
  readonly temperature: string;
  readonly sampling: readonly string[];
  readonly off: string;
  readonly reasoning: string;
  readonly enums: readonly OptionType[];
  readonly options: readonly OptionType[];
  readonly builtinTools: readonly string[];
  readonly gives: string;
}

const media = ["image", "pdf", "audio", "video"] as const;
const plainOptions = [
  "temperature",
  "topP",
  "topK",
  "minP",
  "frequencyPenalty",
  "presencePenalty",
  "repetitionPenalty",
  "seed",
  "n",
  "stop",
  "logitBias",
  "logprobs",
  "topLogprobs",
] as const;
const enumOptions = ["verbosity", "serviceTier", "voice", "audioFormat"] as const;
const elsewhere = ["maxOutputTokens", "parallelTools", "dimensions", "encodingFormat"];
const known: readonly string[] = [...plainOptions, ...enumOptions, ...elsewhere];
const allEfforts: readonly Effort[] = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

/** The profile of a chat model. */
export function chatSlots(provider: ProviderFacts, model: ModelFacts): ChatSlots {
  const assume = assumeOf(provider, model);
  const inputs = media.filter((medium) => accepted(inputModality(model, medium), assume));
  const off = offPattern(model);
  const ruled = off === undefined ? [] : reasoningRefusals(model.rules ?? []);
  const options = plainOptions.filter((name) => accepted(param(model, name), assume));
  const reasons = model.reasoning !== undefined && model.reasoning.mode !== "none";
  const callsTools = accepted(tools(model), assume);
  const can = [
    ...inputs,
    ...(callsTools ? ["tools"] : []),
    ...(callsTools && accepted(parallelTools(model), assume) ? ["parallelTools"] : []),
    ...(structuredOutputPath(model, assume) === undefined ? [] : ["output"]),
    ...(reasons ? ["reasoning"] : []),
  ];
  return {
    can,
    accepts: options.filter((name) => !ruled.includes(name)),
    lacks: listWords(media.filter((medium) => !inputs.includes(medium))),
    toolChoice: callsTools ? choiceModes(model, assume) : [],
    temperature: rangeType(paramConstraint(model, "temperature")),
    sampling: options.filter((name) => ruled.includes(name)),
    off: ruled.length === 0 ? "unknown" : (off as string),
    reasoning: reasons ? reasoningType(model, assume) : "NoControls",
    enums: enumTypes(model, enumOptions, assume),
    options: ownOptionTypes(model, known),
    builtinTools: [...new Set(model.features.builtinTools)].sort(),
    gives: replyType(model, reasons),
  };
}

function choiceModes(model: ModelFacts, assume: Assume): string[] {
  return (["auto", "none", "required", "named"] as const).filter((mode) => accepted(toolChoice(model, mode), assume));
}

function rangeType(constraint: boolean | ParamBounds | undefined): string {
  const bounds = typeof constraint === "object" ? constraint : {};
  const min = bounds.min ?? bounds.exclusiveMin;
  const max = bounds.max ?? bounds.exclusiveMax;
  const ranges: { readonly [max: number]: string } = { 1: "From0To1", 1.5: "From0To1_5", 2: "From0To2" };
  return (min === 0 && max !== undefined ? ranges[max] : undefined) ?? "Unbounded";
}

/** Options that the model refuses whenever it reasons. */
function reasoningRefusals(rules: readonly Rule[]): string[] {
  const whenReasoning = rules.filter(({ when }) => when.reasoning === "on" && Object.keys(when).length === 1);
  return whenReasoning.flatMap(({ params = {} }) => Object.keys(params).filter((name) => params[name] === false));
}

/** The `reasoning` option under which the model does not reason; undefined when it always does or never can. */
function offPattern(model: ModelFacts): string | undefined {
  const facts = model.reasoning;
  if (facts === undefined || facts.mode === "none" || facts.mode === "always") return undefined;
  const offEffort = facts.effort?.off ?? (facts.effort?.levels.includes("none") ? "none" : undefined);
  const ways = [
    ...(offEffort === undefined ? [] : [`effort: ${quote(offEffort)}`]),
    ...(facts.budget?.off === undefined ? [] : [`budget: ${facts.budget.off}`]),
    "enabled: false",
  ];
  const onByDefault = (facts.default ?? (facts.mode === "unknown" ? "on" : "off")) === "on";
  if (onByDefault) return ways.map((way) => `{ readonly ${way} }`).join(" | ");
  const optional = ways.map((way) => `readonly ${way.replace(":", "?:")}`);
  return `{ ${[...optional, "readonly summary?: string"].join("; ")} }`;
}

function reasoningType(model: ModelFacts, assume: Assume): string {
  const controls = reasoningControls(model);
  const levels = accepted(controls.effort, assume) ? (controls.levels.length > 0 ? controls.levels : allEfforts) : [];
  const ways = [
    ...(accepted(controls.budget, assume) ? ["budget"] : []),
    ...(accepted(controls.auto, assume) ? ["auto"] : []),
    ...(accepted(controls.off, assume) ? ["toggle"] : []),
  ];
  if (levels.length === 0 && ways.length === 0) return "NoControls";
  const { min = 0, max } = controls.bounds;
  const least = controls.bounds.off === undefined ? min : Math.min(min, controls.bounds.off);
  const bounds = ways.includes("budget") && max !== undefined ? `, ${least}, ${max}` : "";
  return `Controls<${union(levels)}, ${quote(listWords(levels))}, ${union(ways)}${bounds}>`;
}

function replyType(model: ModelFacts, reasons: boolean): string {
  const parts = [
    ...(reasons ? ["WithReasoning"] : []),
    ...(model.output.includes("image") ? ["WithImages"] : []),
    ...(model.output.includes("audio") ? ["WithAudio"] : []),
  ];
  return parts.length === 0 ? "Nothing" : parts.join(" & ");
}
