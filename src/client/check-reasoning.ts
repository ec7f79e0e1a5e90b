/** Checks the reasoning options. */
import { type ReasoningControls, reasoningControls } from "../catalog/conditions.js";
import { violation } from "../catalog/constraints.js";
import {
  refusesAutoBudget,
  refusesBudget,
  refusesEffort,
  refusesReasoning,
  refusesReasoningSwitch,
  refusesTogether,
  violates,
} from "../catalog/sentences.js";
import type { NeutralReasoning } from "../chat/request.js";
import type { Check } from "./check.js";

export function checkReasoning(check: Check): void {
  const { call, model, refuse, takes } = check;
  const { reasoning } = call.request;
  if (reasoning === undefined) return;
  const controls = reasoningControls(call.model);
  if (controls.mode === "none" || (call.model.reasoning === undefined && !takes("unknown")))
    refuse(refusesReasoning(model), "reasoning");
  checkEffort(check, reasoning, controls);
  checkBudget(check, reasoning, controls);
  const { enabled } = reasoning;
  if (enabled !== undefined && !takes(enabled ? controls.on : controls.off))
    refuse(refusesReasoningSwitch(model, enabled ? "on" : "off"), "reasoning.enabled");
  for (const names of call.model.reasoning?.exclusive ?? [])
    if (names.every((name) => isGiven(reasoning, name))) refuse(refusesTogether(model, names), "reasoning");
}

function checkEffort(
  { call, model, refuse, takes }: Check,
  { effort }: NeutralReasoning,
  { effort: answer, levels }: ReasoningControls,
): void {
  if (effort === undefined) return;
  const facts = call.model.reasoning?.effort;
  const known = levels.includes(effort) || effort === facts?.off || Object.hasOwn(facts?.alias ?? {}, effort);
  if (!takes(answer)) refuse(refusesEffort(model, effort, []), "reasoning.effort");
  else if (answer === "yes" && !known) refuse(refusesEffort(model, effort, levels), "reasoning.effort");
}

function checkBudget(check: Check, { budget }: NeutralReasoning, controls: ReasoningControls): void {
  const { call, model, refuse, takes } = check;
  const path = "reasoning.budget";
  if (budget === undefined) return;
  if (budget === "auto") {
    if (!takes(controls.auto)) refuse(refusesAutoBudget(model), path);
    return;
  }
  if (!takes(controls.budget)) refuse(refusesBudget(model), path);
  const { min, max, off, auto, below } = controls.bounds;
  if (budget === off || budget === auto) return;
  const problem = violation(
    { type: "integer", ...(min === undefined ? { min: 0 } : { min }), ...(max === undefined ? {} : { max }) },
    budget,
  );
  if (problem !== undefined) refuse(violates(model, path, problem), path);
  const most = call.request.params.maxOutputTokens;
  if (below !== undefined && typeof most === "number" && budget >= most)
    refuse(violates(model, path, "must be below maxOutputTokens"), path);
}

function isGiven({ effort, budget, enabled }: NeutralReasoning, name: string): boolean {
  if (name === "effort") return effort !== undefined;
  if (name === "budget") return typeof budget === "number";
  if (name === "adaptive") return budget === "auto" || enabled === true;
  return name === "toggle" && enabled !== undefined;
}
