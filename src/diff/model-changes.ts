/** What changed between two states of one model, classed by what the request check accepts before and after. */
import {
  type Assume,
  accepted,
  inputModality,
  parallelTools,
  structuredOutputPath,
  toolChoice,
  tools,
} from "../catalog/capabilities.js";
import { reasoningControls } from "../catalog/conditions.js";
import type { Features, Modality, ModelFacts, Reasoning, Rule, ToolChoiceMode } from "../catalog/facts.js";
import { type ChangeClass, changeOf, type FactChange, memberChanges, sameFacts } from "./change.js";
import { acceptance, constraint, valueSet, weightiest } from "./domain.js";
import { pricingChanges } from "./pricing-changes.js";

/** One state of a model; `assume` is what an unknown capability counts as. */
export interface ModelState {
  readonly facts: ModelFacts;
  readonly assume: Assume;
}

/** Every difference of two states, by path. A fact that is written otherwise but means the same is no difference. */
export function modelChanges(before: ModelState, after: ModelState): FactChange[] {
  const [old, now] = [before.facts, after.facts];
  return [
    ...changeOf("kind", old.kind, now.kind, "breaking"),
    ...modalityChanges(before, after),
    ...featureChanges(before, after),
    ...reasoningChanges(before, after),
    ...memberChanges("params", old.params, now.params, (_name, a, b) =>
      constraint(a, b, before.assume === "permissive" || after.assume === "permissive"),
    ),
    ...changeOf("rules", old.rules, now.rules, () => ruleClass(old.rules ?? [], now.rules ?? [])),
    ...mediaChanges(old, now),
    ...memberChanges("limits", limits(old), limits(now), (_name, a, b) => limitClass(a, b)),
    ...pricingChanges(old.pricing, now.pricing),
    ...lifeChanges(old, now),
    ...changeOf("aliases", old.aliases, now.aliases, () => valueSet(old.aliases ?? [], now.aliases ?? [])),
    ...changeOf("idPattern", old.idPattern, now.idPattern, () =>
      acceptance(old.idPattern !== undefined, now.idPattern !== undefined),
    ),
    ...noticed.flatMap((name) => changeOf(name, old[name], now[name], "notice")),
    ...plain.flatMap((name) => changeOf(name, old[name], now[name], "data")),
    ...changeOf("verified", old.verified, now.verified, "source"),
  ];
}

// Requests go elsewhere or look otherwise, and are accepted all the same.
const noticed = ["aliasOf", "wireId", "region", "transport", "dialect", "modes"] as const;
const plain = ["name", "family", "openWeights", "rateLimits", "extra"] as const;

const modalities: readonly Modality[] = ["text", "image", "pdf", "file", "audio", "video", "embedding", "json"];

function modalityChanges(before: ModelState, after: ModelState): FactChange[] {
  const takes = ({ facts, assume }: ModelState): Modality[] =>
    modalities.filter((modality) => accepted(inputModality(facts, modality), assume));
  const gives = ({ facts }: ModelState): readonly Modality[] => [...facts.output].sort();
  return [
    ...changeOf("input", takes(before), takes(after), () => valueSet(takes(before), takes(after))),
    ...changeOf("output", gives(before), gives(after), () => valueSet(gives(before), gives(after))),
  ];
}

const choices: readonly ToolChoiceMode[] = ["auto", "none", "required", "named", "allowed"];

/** What a feature lets a request do, as a comparable value. Those not listed change no request. */
const featureReaders: { readonly [name in keyof Features]?: (state: ModelState) => boolean | readonly string[] } = {
  tools: ({ facts, assume }) => accepted(tools(facts), assume),
  toolChoice: ({ facts, assume }) => choices.filter((mode) => accepted(toolChoice(facts, mode), assume)),
  parallelTools: ({ facts, assume }) => accepted(parallelTools(facts), assume),
  structuredOutput: ({ facts, assume }) => structuredOutputPath(facts, assume) !== undefined,
  structuredOutputWithTools: ({ facts }) => facts.features.structuredOutputWithTools !== false,
  systemRole: ({ facts }) => facts.features.systemRole !== false,
  prefill: ({ facts, assume }) => facts.features.prefill ?? assume === "permissive",
  streaming: ({ facts: { features } }) => [
    ...(features.streaming === false ? [] : ["stream"]),
    ...(features.streaming === "required" ? [] : ["chat"]),
  ],
  builtinTools: ({ facts }) => facts.features.builtinTools ?? [],
};

function featureChanges(before: ModelState, after: ModelState): FactChange[] {
  return memberChanges("features", before.facts.features as Members, after.facts.features as Members, (name) => {
    const read = featureReaders[name as keyof Features];
    if (read === undefined) return "data";
    const [old, now] = [read(before), read(after)];
    if (typeof old === "boolean" || typeof now === "boolean") return acceptance(old === true, now === true);
    return valueSet(old, now);
  });
}

interface Members {
  readonly [name: string]: unknown;
}

const typedControls = ["mode", "toggle", "effort", "budget", "adaptive", "exclusive", "default"] as const;

function reasoningChanges(before: ModelState, after: ModelState): FactChange[] {
  const [old, now] = [before.facts.reasoning, after.facts.reasoning];
  const pick = (facts: Reasoning | undefined): Partial<Reasoning> =>
    Object.fromEntries(typedControls.flatMap((name) => (facts?.[name] === undefined ? [] : [[name, facts[name]]])));
  const controls = memberChanges("reasoning", pick(old) as Members, pick(now) as Members, () => "data");
  const rest = memberChanges("reasoning", withoutControls(old), withoutControls(now), () => "notice");
  const verdict = reasoningClass(before, after);
  return [...controls.map((change) => ({ ...change, class: verdict })), ...rest];
}

function withoutControls(facts: Reasoning | undefined): Members {
  return Object.fromEntries(
    Object.entries(facts ?? {}).filter(([name]) => !typedControls.some((known) => known === name)),
  );
}

function reasoningClass(before: ModelState, after: ModelState): ChangeClass {
  const [old, now] = [reasoningControls(before.facts), reasoningControls(after.facts)];
  const may = (name: "effort" | "budget" | "auto" | "on" | "off"): ChangeClass =>
    acceptance(accepted(old[name], before.assume), accepted(now[name], after.assume));
  const open = old.effort !== "yes" || now.effort !== "yes";
  return weightiest([
    may("effort"),
    may("budget"),
    may("auto"),
    may("on"),
    may("off"),
    open ? "data" : valueSet(old.levels, now.levels),
    old.budget === "yes" && now.budget === "yes"
      ? constraint(numbers(old.bounds.min, old.bounds.max), numbers(now.bounds.min, now.bounds.max), true)
      : "data",
  ]);
}

const numbers = (min: number | undefined, max: number | undefined) => ({
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max }),
});

/** A rule refuses requests: one more breaks, one less widens. */
function ruleClass(before: readonly Rule[], after: readonly Rule[]): ChangeClass {
  const bare = ({ note: _note, ...rule }: Rule): object => rule;
  const lacks = (rules: readonly Rule[], of: readonly Rule[]): boolean =>
    of.some((rule) => !rules.some((other) => sameFacts(bare(rule), bare(other))));
  if (lacks(before, after)) return "breaking";
  return lacks(after, before) ? "widening" : "data";
}

function mediaChanges(before: ModelFacts, after: ModelFacts): FactChange[] {
  return memberChanges("media", before.media, after.media, (_name, a, b) =>
    weightiest([
      list(a?.mime, b?.mime),
      list(a?.sources, b?.sources),
      most(a?.maxCount, b?.maxCount),
      most(a?.maxBytes, b?.maxBytes),
    ]),
  );
}

/** An absent list names no bound. */
function list(before: readonly unknown[] | undefined, after: readonly unknown[] | undefined): ChangeClass {
  if (before === undefined || after === undefined) return acceptance(before === undefined, after === undefined);
  return valueSet(before, after);
}

const most = (before: number | undefined, after: number | undefined): ChangeClass =>
  constraint(numbers(undefined, before), numbers(undefined, after), true);

const limits = (facts: ModelFacts): { readonly [name: string]: number } =>
  facts.limits as { readonly [name: string]: number };

function limitClass(before: number | undefined, after: number | undefined): ChangeClass {
  return before !== undefined && after !== undefined && after < before ? "notice" : "data";
}

function lifeChanges(before: ModelFacts, after: ModelFacts): FactChange[] {
  const status = changeOf("status", before.status, after.status, () => {
    if (after.status === "retired") return "breaking";
    if (before.status === "retired") return "widening";
    return after.status === "deprecated" ? "notice" : "data";
  });
  const dates = memberChanges("dates", before.dates, after.dates, (name) =>
    name === "retires" || name === "deprecated" ? "notice" : "data",
  );
  return [...status, ...dates, ...changeOf("successor", before.successor, after.successor, "notice")];
}
