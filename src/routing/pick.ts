/** `pick`: the first model, or the cheapest, of those that fit stated needs, as a handle narrowed to them; and why. */
import type { ModelFacts } from "../catalog/facts.js";
import { CapabilityError } from "../errors.js";
import type { ChatModelWith } from "../model/dynamic.js";
import type { Capability } from "../model/profile.js";

/** What a model must have. Prices are per 1,000,000 tokens in USD; a model whose price is not known does not fit one. */
export interface Needs<C extends Capability = Capability> {
  readonly can?: readonly C[] | undefined;
  readonly maxInputPrice?: number | undefined;
  readonly maxOutputPrice?: number | undefined;
  /** Tokens of context window, and of answer, at least. */
  readonly minContext?: number | undefined;
  readonly minOutput?: number | undefined;
  /** Ids of the providers that may be asked. */
  readonly providers?: readonly string[] | undefined;
  /** Which of those that fit. Default "first", in the order given; equals stay in that order. */
  readonly prefer?: "first" | "cheapest" | "longest-context" | undefined;
}

/** A chat handle, as `pick` reads it. */
export interface Pickable {
  readonly kind: "chat";
  readonly provider: string;
  readonly id: string;
  readonly facts: ModelFacts;
  supports(...capabilities: Capability[]): boolean;
}

/** What speaks against one model; nothing, when it fits. */
export interface Verdict {
  /** `provider/model`. */
  readonly model: string;
  /** Why it does not fit; empty when it does. */
  readonly against: readonly string[];
}

/** What `pick` would choose, and what speaks against each model. */
export interface PickExplanation {
  /** `provider/model`; undefined when none fits. */
  readonly chosen: string | undefined;
  /** Every model, in the order given. */
  readonly verdicts: readonly Verdict[];
}

/**
 * The same models and needs give the same model.
 * @throws CapabilityError ("unsupported") when none fits; it says of each why not.
 */
export function pick<const C extends Capability = never>(
  models: readonly Pickable[],
  needs: Needs<C>,
): ChatModelWith<C> {
  const chosen = chosenOf(models, needs);
  if (chosen === undefined) throw nothingFits("pick", explainPick(models, needs).verdicts);
  // `supports` was asked for every capability of the type.
  return chosen as unknown as ChatModelWith<C>;
}

/** What `pick` would give, and what stands against each of the others. */
export function explainPick(models: readonly Pickable[], needs: Needs): PickExplanation {
  const chosen = chosenOf(models, needs);
  const verdicts = models.map((model) => ({ model: labelOf(model), against: reasonsAgainst(model, needs) }));
  return { chosen: chosen === undefined ? undefined : labelOf(chosen), verdicts };
}

export function nothingFits(place: string, verdicts: readonly Verdict[]): CapabilityError {
  const reasons = verdicts.map(({ model, against }) => `${model} ${against.join(" and ")}`);
  const why = reasons.length === 0 ? "there is none to choose from" : reasons.join("; ");
  return new CapabilityError("unsupported", `${place}: unsupported: no model fits: ${why}`);
}

export function labelOf({ provider, id }: Pickable): string {
  return `${provider}/${id}`;
}

export function chosenOf(models: readonly Pickable[], needs: Needs): Pickable | undefined {
  const fitting = models.filter((model) => reasonsAgainst(model, needs).length === 0);
  const rank = ranks[needs.prefer ?? "first"];
  return fitting.reduce<Pickable | undefined>(
    (best, model) => (best === undefined || rank(model.facts) < rank(best.facts) ? model : best),
    undefined,
  );
}

const ranks: { readonly [P in NonNullable<Needs["prefer"]>]: (facts: ModelFacts) => number } = {
  first: () => 0,
  // Prompts are longer than answers, by three to one in ordinary use.
  cheapest: (facts) => {
    const [input, output] = [priceOf(facts, "input"), priceOf(facts, "output")];
    return input === undefined || output === undefined ? Number.POSITIVE_INFINITY : 3 * input + output;
  },
  "longest-context": ({ limits }) => -(limits.context ?? 0),
};

function priceOf({ pricing }: ModelFacts, side: "input" | "output"): number | undefined {
  if (pricing?.plan === "free") return 0;
  return pricing?.currency === "USD" ? pricing.tokens?.[side] : undefined;
}

function reasonsAgainst(model: Pickable, needs: Needs): readonly string[] {
  const { facts, provider } = model;
  const lacks = (needs.can ?? []).filter((capability) => !model.supports(capability));
  const price = (side: "input" | "output", most: number | undefined): string[] => {
    const asked = priceOf(facts, side);
    if (most === undefined || (asked !== undefined && asked <= most)) return [];
    return [asked === undefined ? `has no known ${side} price in USD` : `costs ${asked} per million ${side} tokens`];
  };
  const size = (name: "context" | "output", least: number | undefined): string[] => {
    const has = facts.limits[name];
    if (least === undefined || (has !== undefined && has >= least)) return [];
    return [has === undefined ? `has no known ${name} limit` : `has ${has} tokens of ${name}`];
  };
  return [
    ...(facts.status === "retired" ? ["is retired"] : []),
    ...(needs.providers?.includes(provider) === false ? [`is of ${provider}`] : []),
    ...(lacks.length > 0 ? [`does not support ${lacks.join(", ")}`] : []),
    ...price("input", needs.maxInputPrice),
    ...price("output", needs.maxOutputPrice),
    ...size("context", needs.minContext),
    ...size("output", needs.minOutput),
  ];
}
