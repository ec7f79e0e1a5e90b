/** `modelRules`: rules that say which model a request gets, by what is known of its caller and by what models have. */
import { didYouMean } from "../catalog/nearest.js";
import { ModelwrightError } from "../errors.js";
import type { ChatModelWith } from "../model/dynamic.js";
import type { Capability } from "../model/profile.js";
import {
  chosenOf,
  explainPick,
  labelOf,
  type Needs,
  nothingFits,
  type Pickable,
  type PickExplanation,
} from "./pick.js";

/** What a rule looks at: anything the program knows, such as `{ tenant: { tier: "vip" } }`. */
export type RuleContext = { readonly [name: string]: unknown };

type RuleValue = string | number | boolean;

/** Which model serves which calls. */
export interface ModelRule {
  /** For explanations. */
  readonly name: string;
  /** Members of the context, by dotted path, and the value, or one of the values, they must have. Absent: always. */
  readonly when?: { readonly [path: string]: RuleValue | readonly RuleValue[] } | undefined;
  /** `provider/model`, in order of preference. Absent: all models. */
  readonly models?: readonly string[] | undefined;
  readonly needs?: Needs | undefined;
}

/** Of one rule: what kept it from deciding, or what it decided. */
export interface RuleVerdict extends Partial<PickExplanation> {
  readonly rule: string;
  /** Conditions that do not hold: `tenant.tier is "free", not "vip"`. */
  readonly unmet: readonly string[];
}

/** Which rule chose which model, and why the others did not. */
export interface RulesExplanation {
  /** `provider/model`; undefined when no rule gives one. */
  readonly chosen: string | undefined;
  /** The rule that gave it. */
  readonly rule: string | undefined;
  /** Every rule up to the one that decided. */
  readonly rules: readonly RuleVerdict[];
}

/** Rules over models, checked. */
export interface ModelRules {
  /**
   * The model of the first rule whose conditions hold and of which a model fits. The capabilities that the code itself
   * needs are asked of it on top of the rule's, and are those of the handle.
   * @throws CapabilityError ("unsupported") when no rule gives a model.
   */
  pick<const C extends Capability = never>(context: RuleContext, ...can: C[]): ChatModelWith<C>;
  explain(context: RuleContext, ...can: Capability[]): RulesExplanation;
}

/** Throws "invalid-configuration" for a rule that names a model which is not among `models`. */
export function modelRules(models: readonly Pickable[], rules: readonly ModelRule[]): ModelRules {
  const byLabel = new Map(models.map((model) => [labelOf(model), model]));
  const candidates = new Map(rules.map((rule, i) => [rule, candidatesOf(rule, `rules[${i}]`, { models, byLabel })]));
  const decide = (context: RuleContext, can: readonly Capability[]) => {
    const verdicts: RuleVerdict[] = [];
    for (const rule of rules) {
      const unmet = unmetConditions(rule, context);
      if (unmet.length > 0) {
        verdicts.push({ rule: rule.name, unmet });
        continue;
      }
      const needs = { ...rule.needs, can: [...(rule.needs?.can ?? []), ...can] };
      const from = candidates.get(rule) ?? [];
      verdicts.push({ rule: rule.name, unmet, ...explainPick(from, needs) });
      const chosen = chosenOf(from, needs);
      if (chosen !== undefined) return { chosen, verdicts, rule: rule.name };
    }
    return { chosen: undefined, verdicts, rule: undefined };
  };
  return {
    pick(context, ...can) {
      const { chosen, verdicts } = decide(context, can);
      if (chosen === undefined) throw nothingFits("rules", verdicts.flatMap(refusalsOf));
      // `supports` was asked for every capability of the type.
      return chosen as never;
    },
    explain(context, ...can) {
      const { chosen, verdicts, rule } = decide(context, can);
      return { chosen: chosen === undefined ? undefined : labelOf(chosen), rule, rules: verdicts };
    },
  };
}

function refusalsOf({ rule, unmet, verdicts }: RuleVerdict): NonNullable<RuleVerdict["verdicts"]> {
  return unmet.length > 0 ? [{ model: `rule "${rule}" does not apply:`, against: unmet }] : (verdicts ?? []);
}

function candidatesOf(
  { models: wanted }: ModelRule,
  path: string,
  { models, byLabel }: { readonly models: readonly Pickable[]; readonly byLabel: ReadonlyMap<string, Pickable> },
): readonly Pickable[] {
  if (wanted === undefined) return models;
  return wanted.map((label, i) => {
    const model = byLabel.get(label);
    if (model !== undefined) return model;
    const place = `${path}.models[${i}]`;
    const hint = didYouMean(label, byLabel.keys());
    throw new ModelwrightError(
      "invalid-configuration",
      `${place}: invalid-configuration: ${JSON.stringify(label)} is not among the models given${hint}`,
      { path: place },
    );
  });
}

function unmetConditions({ when = {} }: ModelRule, context: RuleContext): readonly string[] {
  return Object.entries(when).flatMap(([path, wanted]) => {
    const found = valueAt(context, path);
    const values: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
    if (values.includes(found)) return [];
    return [
      `${path} is ${JSON.stringify(found) ?? "not given"}, not ${values.map((value) => JSON.stringify(value)).join(" or ")}`,
    ];
  });
}

function valueAt(context: RuleContext, path: string): unknown {
  let value: unknown = context;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as RuleContext)[name];
  }
  return value;
}
