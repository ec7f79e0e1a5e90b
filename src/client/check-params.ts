/** Checks parameters by the catalog's constraints and limits, and clamps them where the client asks for that. */
import { param, paramConstraint } from "../catalog/capabilities.js";
import { violation } from "../catalog/constraints.js";
import type { ParamBounds } from "../catalog/facts.js";
import { refusesParam, requires, violates } from "../catalog/sentences.js";
import type { ParameterValues } from "../chat/request.js";
import type { Check } from "./check.js";
import { chatParamNames } from "./options.js";

/** The values to send: the given object itself, unless something was clamped. */
export function checkParams(check: Check): ParameterValues {
  const { call } = check;
  const given = call.request.params;
  let changed: { [name: string]: unknown } | undefined;
  for (const name of Object.keys(given)) {
    const value = given[name];
    const kept = checkParam(check, name, value);
    if (kept === value) continue;
    changed ??= { ...given };
    changed[name] = kept;
  }
  const { parallelTools } = call.request;
  if (parallelTools !== undefined && !check.takes(param(call.model, "parallelTools")))
    check.refuse(refusesParam(check.model, "parallelTools"), "parallelTools");
  checkRequired(check, given);
  return changed ?? given;
}

function checkParam(check: Check, name: string, value: unknown): unknown {
  const { call, model, refuse, takes } = check;
  if (name === "builtinTools") return value;
  if (name === "mode") {
    if (!Object.hasOwn(call.model.modes ?? {}, String(value))) refuse(refusesParam(model, `mode '${value}'`), name);
    return value;
  }
  // Options of the provider's own are listed by name; a general parameter may be unknown.
  if (!takes(param(call.model, name))) {
    refuse(refusesParam(model, name), pathOf(name));
    return value;
  }
  const bounds = boundsOf(check, name);
  const problem = bounds === undefined ? undefined : violation(bounds, value);
  if (bounds === undefined || problem === undefined) return value;
  // The provider itself ignores or clamps such values: sending them is no error.
  if (bounds.effect === "ignored" || bounds.effect === "clamped") return value;
  return outOfRange(check, { name, value, bounds, sentence: violates(model, name, problem) });
}

function outOfRange(
  { call, outOfRange, refuse }: Check,
  found: { readonly name: string; readonly value: unknown; readonly bounds: ParamBounds; readonly sentence: string },
): unknown {
  const { name, value, bounds, sentence } = found;
  if (outOfRange === "warn") {
    call.adjust({ path: name, action: "passed", reason: sentence, from: value, to: value });
    return value;
  }
  const clamped = outOfRange === "clamp" ? nearestValue(bounds, value) : undefined;
  if (clamped === undefined) {
    refuse(sentence, pathOf(name));
    return value;
  }
  call.adjust({ path: name, action: "clamped", reason: sentence, from: value, to: clamped });
  return clamped;
}

/** The closest number within closed bounds; undefined where there is none. */
function nearestValue(bounds: ParamBounds, value: unknown): number | undefined {
  if (typeof value !== "number" || Number.isNaN(value)) return undefined;
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = bounds;
  const clamped = Math.min(max, Math.max(min, bounds.type === "integer" ? Math.round(value) : value));
  return violation(bounds, clamped) === undefined ? clamped : undefined;
}

function boundsOf({ call }: Check, name: string): ParamBounds | undefined {
  const constraint = paramConstraint(call.model, name);
  const bounds = typeof constraint === "object" ? constraint : undefined;
  if (name !== "maxOutputTokens") return bounds;
  const max = Math.min(bounds?.max ?? Number.POSITIVE_INFINITY, call.model.limits.output ?? Number.POSITIVE_INFINITY);
  return { min: 1, ...bounds, type: "integer", ...(max === Number.POSITIVE_INFINITY ? {} : { max }) };
}

/** `maxOutputTokens` is left out: rooms whose wire requires it fill it in. */
function checkRequired({ call, model, refuse }: Check, given: ParameterValues): void {
  for (const name in call.model.params) {
    const constraint = call.model.params[name];
    if (typeof constraint !== "object" || constraint.required !== true || name === "maxOutputTokens") continue;
    if (given[name] === undefined) refuse(requires(model, name), name);
  }
}

function pathOf(name: string): string {
  return chatParamNames.has(name) ? name : `options.${name}`;
}
