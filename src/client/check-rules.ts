/** Checks one conditional constraint whose conditions hold. */
import { violation } from "../catalog/constraints.js";
import type { Rule } from "../catalog/facts.js";
import {
  acceptsOnlyWhile,
  refusesOutput,
  refusesParam,
  refusesPrefill,
  refusesToolChoice,
  refusesTools,
  requires,
  violates,
} from "../catalog/sentences.js";
import { type Check, modeOf, requestValue } from "./check.js";

export function checkRule(check: Check, rule: Rule): void {
  if (rule.effect === "ignored" || rule.effect === "clamped") return;
  checkConstraints(check, rule);
  checkFeatures(check, rule);
  // Streaming is arranged by the client itself.
  for (const name of Object.keys(rule.require ?? {}))
    if (name !== "stream" && requestValue(check.call.request, name) === undefined)
      check.refuse(`${requires(check.model, name)}${conditionOf(rule)}`, name);
}

function checkConstraints({ call, model, refuse }: Check, rule: Rule): void {
  for (const [name, constraint] of Object.entries(rule.params ?? {})) {
    const value = requestValue(call.request, name);
    if (value === undefined || (typeof constraint === "object" && (constraint.effect ?? "error") !== "error")) continue;
    const problem = violation(constraint, value);
    if (problem === undefined) continue;
    const { reasoning, ...others } = rule.when;
    const path = name === "effort" || name === "budget" ? `reasoning.${name}` : name;
    if (constraint !== false) refuse(`${violates(model, name, problem)}${conditionOf(rule)}`, path);
    else if (reasoning !== undefined && Object.keys(others).length === 0)
      refuse(acceptsOnlyWhile(model, name, reasoning === "on" ? "off" : "on"), path);
    else refuse(`${refusesParam(model, name)}${conditionOf(rule)}`, path);
  }
}

function checkFeatures({ call, model, refuse }: Check, rule: Rule): void {
  const { features = {} } = rule;
  const { request } = call;
  const condition = conditionOf(rule);
  const mode = modeOf(request.toolChoice);
  if (mode !== undefined && features.toolChoice?.includes(mode) === false)
    refuse(refusesToolChoice(model, mode) + condition, "toolChoice");
  if (features.tools === false && request.tools.length > 0) refuse(refusesTools(model) + condition, "tools");
  if (features.structuredOutput === false && request.output !== undefined)
    refuse(refusesOutput(model) + condition, "output");
  if (features.prefill === false && request.messages.at(-1)?.role === "assistant")
    refuse(refusesPrefill(model) + condition, `messages[${request.messages.length - 1}]`);
}

/** The conditions of a rule as the end of a sentence: " while reasoning is on, together with temperature". */
function conditionOf({ when }: Rule): string {
  const parts = [
    when.reasoning === undefined ? undefined : `while reasoning is ${when.reasoning}`,
    when.effort === undefined ? undefined : `with reasoning effort ${when.effort.join(" or ")}`,
    when.present === undefined ? undefined : `together with ${when.present.join(" and ")}`,
    when.absent === undefined ? undefined : `without ${when.absent.join(" and ")}`,
    when.stream === undefined ? undefined : when.stream ? "in a stream" : "outside a stream",
    ...Object.entries(when.equals ?? {}).map(([name, value]) => `when ${name} is ${JSON.stringify(value)}`),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? "" : ` ${parts.join(", ")}`;
}
