/** Refuses parameters: rejected ones, values out of bounds, and the conditional rules of the catalog. */
import type { ParamBounds, ParamConstraint, Rule } from "../catalog/facts.js";
import {
  assumesYes,
  badValue,
  type Check,
  chatDialect,
  type Inspection,
  type Refusal,
  unsupported,
} from "./inspection.js";
import { reasons } from "./refuse-reasoning.js";
import { documentedParams, maxTokensField, requestValue, valueAt, wirePath } from "./wire-view.js";

export const paramChecks: readonly Check[] = [maxTokens, streamOptions, stated, unstated, rules];

const outputLimitFields = ["max_tokens", "max_completion_tokens", "max_new_tokens"];

/** The names of the output limit exclude each other, by dialect. */
function maxTokens(inspection: Inspection): Refusal | undefined {
  const { protocol, provider, model, served } = inspection;
  if (protocol === "openai-chat") {
    const field = maxTokensField(provider, model);
    const other = outputLimitFields.find((name) => name !== field && valueAt(served.wire, name) !== undefined);
    if (other !== undefined) return unsupported(other, `is not supported with this model. Use '${field}' instead`);
  }
  const value = requestValue(inspection, "maxOutputTokens");
  if (typeof value !== "number") return undefined;
  const path = wirePath(inspection, "maxOutputTokens");
  const { output } = model.limits;
  if (value < 1) return badValue(path, "must be greater than or equal to 1");
  if (output !== undefined && value > output)
    return badValue(path, `${value} is too large, this model gives at most ${output} tokens`);
  return undefined;
}

function streamOptions({ protocol, provider, model, served }: Inspection): Refusal | undefined {
  const dialect = chatDialect(provider, model);
  if (protocol !== "openai-chat" || dialect.streamOptions !== false) return undefined;
  return served.wire.stream_options === undefined ? undefined : unsupported("stream_options");
}

function stated(inspection: Inspection): Refusal | undefined {
  for (const [name, constraint] of Object.entries(inspection.model.params)) {
    const refusal = constrained(inspection, name, constraint);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** A documented parameter that no source states: refused where absence means no. */
function unstated(inspection: Inspection): Refusal | undefined {
  const { model, protocol } = inspection;
  if (assumesYes(inspection)) return undefined;
  const stray = documentedParams(protocol).find(
    (name) => !Object.hasOwn(model.params, name) && requestValue(inspection, name) !== undefined,
  );
  return stray === undefined ? undefined : unsupported(wirePath(inspection, stray));
}

function constrained(inspection: Inspection, name: string, constraint: ParamConstraint): Refusal | undefined {
  if (constraint === true) return undefined;
  const value = requestValue(inspection, name);
  const path = wirePath(inspection, name);
  if (constraint === false) return value === undefined ? undefined : unsupported(path);
  if (value === undefined)
    return constraint.required === true ? badValue(path, "this parameter is required") : undefined;
  if (constraint.effect === "ignored" || constraint.effect === "clamped") return undefined;
  const problem = problemOf(constraint, value);
  return problem === undefined ? undefined : badValue(path, problem);
}

/** What is wrong with a value, in the words of a provider. */
export function problemOf(bounds: ParamBounds, value: unknown): string | undefined {
  if (bounds.const !== undefined && value !== bounds.const) return `must be ${JSON.stringify(bounds.const)}`;
  if (bounds.enum !== undefined && bounds.open !== true && !bounds.enum.includes(value as string))
    return bounds.size !== undefined ? undefined : `must be one of ${bounds.enum.join(", ")}`;
  if (bounds.type !== undefined && !isOfType(bounds.type, value)) return `must be of type ${bounds.type}`;
  if (typeof value === "number") return rangeProblem(bounds, value);
  if (Array.isArray(value) && bounds.maxItems !== undefined && value.length > bounds.maxItems)
    return `at most ${bounds.maxItems} items are allowed`;
  if (typeof value === "string" && bounds.maxLength !== undefined && value.length > bounds.maxLength)
    return `at most ${bounds.maxLength} characters are allowed`;
  return undefined;
}

function rangeProblem({ min, max, exclusiveMin, exclusiveMax }: ParamBounds, value: number): string | undefined {
  if (min !== undefined && value < min) return `must be greater than or equal to ${min}`;
  if (max !== undefined && value > max) return `must be less than or equal to ${max}`;
  if (exclusiveMin !== undefined && value <= exclusiveMin) return `must be greater than ${exclusiveMin}`;
  if (exclusiveMax !== undefined && value >= exclusiveMax) return `must be less than ${exclusiveMax}`;
  return undefined;
}

function isOfType(type: NonNullable<ParamBounds["type"]>, value: unknown): boolean {
  switch (type) {
    case "integer":
      return Number.isInteger(value);
    case "array":
      // A single stop sequence may stand for a list of one.
      return Array.isArray(value) || typeof value === "string";
    case "object":
      return typeof value === "object";
    default:
      return typeof value === type;
  }
}

function rules(inspection: Inspection): Refusal | undefined {
  for (const rule of inspection.model.rules ?? []) {
    if (rule.effect === "ignored" || rule.effect === "clamped" || !applies(rule, inspection)) continue;
    const refusal = brokenRule(rule, inspection);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function applies({ when }: Rule, inspection: Inspection): boolean {
  const { served } = inspection;
  const effort = served.request.reasoning?.effort;
  return (
    (when.reasoning === undefined || (when.reasoning === "on") === reasons(inspection)) &&
    (when.effort === undefined || (effort !== undefined && when.effort.includes(effort))) &&
    (when.stream === undefined || when.stream === served.stream) &&
    (when.present ?? []).every((name) => requestValue(inspection, name) !== undefined) &&
    (when.absent ?? []).every((name) => requestValue(inspection, name) === undefined) &&
    Object.entries(when.equals ?? {}).every(([name, value]) => requestValue(inspection, name) === value)
  );
}

function brokenRule({ params, features, require }: Rule, inspection: Inspection): Refusal | undefined {
  for (const [name, constraint] of Object.entries(params ?? {})) {
    const refusal = constrained(inspection, name, constraint);
    if (refusal !== undefined) return refusal;
  }
  for (const name of Object.keys(require ?? {})) {
    const value = requestValue(inspection, name);
    if (value === undefined || value === false) return badValue(wirePath(inspection, name), "is required here");
  }
  const { request } = inspection.served;
  const choice = typeof request.toolChoice === "object" ? "named" : request.toolChoice;
  if (features?.toolChoice !== undefined && choice !== undefined && !features.toolChoice.includes(choice))
    return unsupported("tool_choice", `'${choice}' is not supported with these settings`);
  if (features?.tools === false && request.tools.length > 0)
    return unsupported("tools", "is not supported with these settings");
  if (features?.structuredOutput === false && request.output !== undefined)
    return unsupported("response_format", "is not supported with these settings");
  if (features?.prefill === false && request.messages.at(-1)?.role === "assistant")
    return badValue("messages", "the last message must not be the assistant's with these settings");
  return undefined;
}
