/** Tells requests of nothing but text, which need no check: any chat model takes them. */
import type { ModelFacts } from "../catalog/facts.js";
import type { AnyMessage } from "../chat/message.js";
import type { NeutralRequest } from "../chat/request.js";

/** True only where `checkRequest` cannot refuse or change anything; the check is not even loaded then. */
export function isPlain(request: NeutralRequest, model: ModelFacts): boolean {
  const { messages, tools, toolChoice, parallelTools, output, reasoning, params } = request;
  return (
    tools.length === 0 &&
    (toolChoice ?? parallelTools ?? output ?? reasoning) === undefined &&
    isEmpty(params) &&
    model.features.systemRole !== false &&
    !hasRequirements(model) &&
    messages.every(isText) &&
    messages.at(-1)?.role !== "assistant"
  );
}

function isText(message: AnyMessage): boolean {
  const role = message?.role;
  return (role === "user" || role === "system" || role === "assistant") && typeof message.content === "string";
}

/** A parameter that must be given, always or under conditions. */
function hasRequirements({ params, rules }: ModelFacts): boolean {
  if (rules?.some((rule) => rule.require !== undefined)) return true;
  for (const name in params) {
    const constraint = params[name];
    if (typeof constraint === "object" && constraint.required === true) return true;
  }
  return false;
}

function isEmpty(members: object): boolean {
  for (const _ in members) return false;
  return true;
}
