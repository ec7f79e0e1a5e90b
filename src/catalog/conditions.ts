/** What depends on more than one fact: reasoning controls, and rules whose conditions a request meets. Pure. */
import { type Answer, answer } from "./capabilities.js";
import type { Effort, ModelFacts, Reasoning, Rule } from "./facts.js";

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

/** The modes of tool choice that a model's rules leave to a request with these reasoning controls; undefined: not stated. */
export function toolChoicesWhile(
  model: ModelFacts,
  reasoning: ReasoningRequest | undefined,
): ModelFacts["features"]["toolChoice"] {
  const subject = { reasoning: reasoningState(model, reasoning), effort: reasoning?.effort, stream: false };
  const rules = activeRules(model, { ...subject, value: () => undefined });
  return (
    rules.findLast(({ features }) => features?.toolChoice !== undefined)?.features?.toolChoice ??
    model.features.toolChoice
  );
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
