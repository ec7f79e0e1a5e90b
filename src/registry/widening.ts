/** Finds what changed facts would accept, or promise, beyond the facts that types were made from. */
import {
  type Assume,
  accepted,
  forcedTool,
  inputModality,
  outputModality,
  parallelTools,
  param,
  paramConstraint,
  prefill,
  streaming,
  structuredOutputPath,
  systemMessages,
  toolChoice,
  tools,
  wholeAnswer,
} from "../catalog/capabilities.js";
import { reasoningControls } from "../catalog/conditions.js";
import type { Modality, ModelFacts, ParamBounds, ParamConstraint, ToolChoiceMode } from "../catalog/facts.js";

export interface JudgedModel {
  readonly facts: ModelFacts;
  readonly assume: Assume;
}

const modalities: readonly Modality[] = ["text", "image", "pdf", "file", "audio", "video", "embedding", "json"];
const choices: readonly ToolChoiceMode[] = ["auto", "none", "required", "named", "allowed"];

/** Dotted paths of the facts that let through more than before; empty when the change only narrows. */
export function widenings(compiled: JudgedModel, now: JudgedModel): string[] {
  const found = new Set<string>();
  for (const [path, allows] of switches) if (!allows(compiled) && allows(now)) found.add(path);
  for (const path of widenedParams(compiled, now)) found.add(path);
  for (const path of widenedReasoning(compiled.facts, now.facts, compiled.assume)) found.add(path);
  const rules = (now.facts.rules ?? []).map((rule) => JSON.stringify(rule));
  if (compiled.facts.rules?.some((rule) => !rules.includes(JSON.stringify(rule)))) found.add("rules");
  const builtin = compiled.facts.features.builtinTools ?? [];
  if (now.facts.features.builtinTools?.some((name) => !builtin.includes(name))) found.add("features.builtinTools");
  if (compiled.facts.kind !== now.facts.kind) found.add("kind");
  if (compiled.facts.status === "retired" && now.facts.status !== "retired") found.add("status");
  if (compiled.assume === "strict" && now.assume === "permissive") found.add("assume");
  return [...found];
}

type Switch = readonly [path: string, allows: (model: JudgedModel) => boolean];

const takes = (path: string, ask: (facts: ModelFacts) => ReturnType<typeof tools>): Switch => [
  path,
  ({ facts, assume }) => accepted(ask(facts), assume),
];

const switches: readonly Switch[] = [
  ...modalities.map((modality) => takes("input", (facts) => inputModality(facts, modality))),
  ...modalities.map((modality) => takes("output", (facts) => outputModality(facts, modality))),
  takes("features.tools", tools),
  ...choices.map((mode) => takes("features.toolChoice", (facts) => toolChoice(facts, mode))),
  takes("features.parallelTools", parallelTools),
  takes("features.systemRole", systemMessages),
  takes("features.prefill", prefill),
  takes("features.streaming", streaming),
  takes("features.streaming", wholeAnswer),
  ["features.structuredOutput", ({ facts, assume }) => structuredOutputPath(facts, assume) !== undefined],
  ["features.toolChoice", ({ facts, assume }) => forcedTool(facts, assume) !== undefined],
  ["features.structuredOutputWithTools", ({ facts }) => facts.features.structuredOutputWithTools !== false],
  ["features.strictTools", ({ facts }) => facts.features.strictTools !== false],
];

function widenedParams(compiled: JudgedModel, now: JudgedModel): string[] {
  const names = new Set([...Object.keys(compiled.facts.params), ...Object.keys(now.facts.params)]);
  return [...names]
    .filter((name) => {
      const takesIt = ({ facts, assume }: JudgedModel) => accepted(param(facts, name), assume);
      if (!takesIt(now)) return false;
      return !takesIt(compiled) || loosens(paramConstraint(compiled.facts, name), paramConstraint(now.facts, name));
    })
    .map((name) => `params.${name}`);
}

/** Whether a value that was refused before passes now. */
function loosens(before: ParamConstraint | undefined, now: ParamConstraint | undefined): boolean {
  const [old, next] = [bounds(before), bounds(now)];
  return (
    below(next.min ?? next.exclusiveMin, old.min ?? old.exclusiveMin) ||
    below(old.max ?? old.exclusiveMax, next.max ?? next.exclusiveMax, true) ||
    (old.exclusiveMin !== undefined && next.min === old.exclusiveMin) ||
    (old.exclusiveMax !== undefined && next.max === old.exclusiveMax) ||
    below(old.maxItems, next.maxItems, true) ||
    below(old.maxLength, next.maxLength, true) ||
    newValue(old, next) ||
    (old.const !== undefined && next.const !== old.const) ||
    (old.type !== undefined && next.type !== old.type && !(old.type === "number" && next.type === "integer")) ||
    (old.step !== undefined && next.step !== old.step) ||
    (old.required === true && next.required !== true) ||
    (old.size !== undefined && JSON.stringify(old.size) !== JSON.stringify(next.size)) ||
    ((old.effect ?? "error") === "error" && (next.effect ?? "error") !== "error")
  );
}

const bounds = (constraint: ParamConstraint | undefined): ParamBounds =>
  typeof constraint === "object" ? constraint : {};

/** `a < b`, where an absent bound is the widest: `-∞`, or `+∞` for an upper one. */
function below(a: number | undefined, b: number | undefined, upper = false): boolean {
  const widest = upper ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  return (a ?? widest) < (b ?? widest);
}

function newValue(old: ParamBounds, now: ParamBounds): boolean {
  if (old.enum === undefined || old.open === true) return false;
  if (now.const !== undefined) return !old.enum.includes(now.const);
  return now.enum === undefined || now.open === true || now.enum.some((value) => !old.enum?.includes(value));
}

function widenedReasoning(compiled: ModelFacts, now: ModelFacts, assume: Assume): string[] {
  const [old, next] = [reasoningControls(compiled), reasoningControls(now)];
  const wider = (["effort", "budget", "auto", "on", "off"] as const).some(
    (control) => !accepted(old[control], assume) && accepted(next[control], assume),
  );
  const levels = old.effort === "yes" && next.levels.some((level) => !old.levels.includes(level));
  const unbound =
    old.budget === "yes" && (below(next.bounds.min, old.bounds.min) || below(old.bounds.max, next.bounds.max, true));
  const begins = old.mode === "none" && next.mode !== "none";
  const exclusive = JSON.stringify(compiled.reasoning?.exclusive) !== JSON.stringify(now.reasoning?.exclusive);
  const lifted = compiled.reasoning?.exclusive !== undefined && exclusive;
  return wider || levels || unbound || begins || lifted ? ["reasoning"] : [];
}
