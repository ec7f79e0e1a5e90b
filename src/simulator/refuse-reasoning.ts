/** Refuses reasoning controls that the model does not have, and values that they do not take. */
import type { Effort, Reasoning } from "../catalog/facts.js";
import { assumesYes, badValue, type Check, type Inspection, type Refusal, unsupported } from "./inspection.js";
import { allReasoningMembers, reasoningMembers, requestValue, valueAt } from "./wire-view.js";

export const reasoningChecks: readonly Check[] = [members, effort, budget, onAndOff, exclusive];

/** Whether the model will reason on this request, by what the wire says and the catalog's default. */
export function reasons({ model, served }: Inspection): boolean {
  const facts = model.reasoning;
  if (facts === undefined || facts.mode === "none") return false;
  if (facts.mode === "always") return true;
  const { effort: level, budget: tokens, enabled } = served.request.reasoning ?? {};
  if (enabled !== undefined) return enabled;
  if (level !== undefined) return level !== (facts.effort?.off ?? "none");
  if (tokens !== undefined) return tokens !== (facts.budget?.off ?? 0);
  return facts.default === "on" || (facts.mode === "unknown" && facts.default === undefined);
}

/** Controls of another encoding than the model's; any control of a model that does not reason. */
function members(inspection: Inspection): Refusal | undefined {
  const { protocol, model, served } = inspection;
  const given = allReasoningMembers[protocol].filter((path) => valueAt(served.wire, path) !== undefined);
  const facts = model.reasoning;
  if (facts === undefined) return given[0] === undefined || assumesYes(inspection) ? undefined : unsupported(given[0]);
  if (facts.mode === "none") {
    const asked = given.find((path) => valueAt(served.wire, `${path}.type`) !== "disabled");
    return asked === undefined ? undefined : unsupported(asked);
  }
  if (facts.wire === undefined) return undefined;
  // These two have one way to say it, whatever the encoding is called.
  if (protocol === "openai-responses" || protocol === "ollama") return undefined;
  const own = reasoningMembers[facts.wire];
  // Beside its own switch an encoding may know the common effort member.
  const allowed = facts.effort === undefined || protocol !== "openai-chat" ? own : [...own, "reasoning_effort"];
  const stray = given.find((path) => !allowed.includes(path));
  return stray === undefined ? undefined : unsupported(stray);
}

/** The member that carries a control, for the refusal. */
function memberOf({ protocol, served }: Inspection, control: "effort" | "budget" | "switch"): string {
  const given = allReasoningMembers[protocol].filter((path) => valueAt(served.wire, path) !== undefined);
  const telling = { effort: /effort|Level/, budget: /budget|Budget/, switch: /thinking|reasoning/ }[control];
  return given.find((path) => telling.test(path)) ?? given[0] ?? "reasoning";
}

function unknownControls(facts: Reasoning): boolean {
  return (
    facts.effort === undefined &&
    facts.budget === undefined &&
    facts.toggle === undefined &&
    facts.adaptive === undefined
  );
}

function effort(inspection: Inspection): Refusal | undefined {
  const facts = inspection.model.reasoning;
  const level = inspection.served.request.reasoning?.effort;
  if (facts === undefined || facts.mode === "none" || level === undefined) return undefined;
  const param = memberOf(inspection, "effort");
  if (facts.effort === undefined) {
    if (unknownControls(facts) && assumesYes(inspection)) return undefined;
    // OpenRouter and the like spell "off" as an effort of none.
    return level === "none" && facts.mode === "optional" ? undefined : unsupported(param);
  }
  const taken: readonly Effort[] = [
    ...facts.effort.levels,
    ...(facts.effort.off === undefined ? [] : [facts.effort.off]),
    ...(Object.keys(facts.effort.alias ?? {}) as Effort[]),
  ];
  if (taken.includes(level)) return undefined;
  const supported = facts.effort.levels.map((word) => `'${word}'`).join(", ");
  return badValue(param, `'${level}' is not supported with this model, supported values are: ${supported}`);
}

function budget(inspection: Inspection): Refusal | undefined {
  const { model, served } = inspection;
  const facts = model.reasoning;
  const tokens = served.request.reasoning?.budget;
  if (facts === undefined || facts.mode === "none" || tokens === undefined) return undefined;
  const param = memberOf(inspection, "budget");
  const bounds = facts.budget;
  if (tokens === "auto") {
    if (facts.adaptive === true || facts.wire === "anthropic-adaptive" || bounds?.auto !== undefined) return undefined;
    return unknownControls(facts) && assumesYes(inspection)
      ? undefined
      : badValue(param, "the model cannot choose the amount by itself");
  }
  if (bounds === undefined) return unknownControls(facts) && assumesYes(inspection) ? undefined : unsupported(param);
  if (tokens === bounds.off || tokens === bounds.auto) return undefined;
  if (tokens < (bounds.min ?? 0)) return badValue(param, `must be greater than or equal to ${bounds.min ?? 0}`);
  if (bounds.max !== undefined && tokens > bounds.max) return badValue(param, `must be at most ${bounds.max}`);
  const limit = requestValue(inspection, "maxOutputTokens");
  if (bounds.below === "maxOutputTokens" && typeof limit === "number" && tokens >= limit)
    return badValue(param, `must be less than the output limit of ${limit} tokens`);
  return undefined;
}

function onAndOff(inspection: Inspection): Refusal | undefined {
  const facts = inspection.model.reasoning;
  const { enabled, effort: level } = inspection.served.request.reasoning ?? {};
  if (facts === undefined || facts.mode === "none") return undefined;
  const off = enabled === false || (level === "none" && facts.effort?.levels.includes("none") !== true);
  if (off && facts.mode === "always")
    return badValue(memberOf(inspection, "switch"), "reasoning cannot be switched off");
  return undefined;
}

function exclusive(inspection: Inspection): Refusal | undefined {
  const { reasoning: facts } = inspection.model;
  const given = inspection.served.request.reasoning;
  if (facts?.exclusive === undefined || given === undefined) return undefined;
  const controls: { readonly [control: string]: boolean } = {
    effort: given.effort !== undefined,
    budget: typeof given.budget === "number",
    adaptive: given.budget === "auto",
    toggle: given.enabled !== undefined,
  };
  const together = facts.exclusive.find((group) => group.filter((control) => controls[control] === true).length > 1);
  if (together === undefined) return undefined;
  return badValue(memberOf(inspection, "switch"), `${together.join(" and ")} must not be given together`);
}
