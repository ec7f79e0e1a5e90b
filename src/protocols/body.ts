/** Filling a request for every room alike: parameters by their paths, then what the catalog and the caller add as is. */
import type { ModelFacts } from "../catalog/facts.js";
import type { ParameterValues } from "../chat/request.js";
import type { ChatCall } from "./protocol.js";

/** A JSON object being filled for the wire. */
export type WireBody = { [member: string]: unknown };

/** Parameter that names one of the model's `modes`; it is no wire member. */
const modeParameter = "mode";

/**
 * Writes parameters to their dotted paths: the catalog's `wire` path, else the protocol's own in `paths`, else the
 * name itself (provider options). Members that a parameter `sets` are written beside it.
 */
export function writeParams(
  body: WireBody,
  params: ParameterValues,
  { model, paths }: { readonly model: ModelFacts; readonly paths: { readonly [name: string]: string } },
): void {
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined || name === modeParameter) continue;
    const constraint = Object.hasOwn(model.params, name) ? model.params[name] : undefined;
    const bounds = typeof constraint === "object" ? constraint : undefined;
    writePath(body, bounds?.wire ?? (Object.hasOwn(paths, name) ? paths[name]! : name), value);
    for (const [path, beside] of Object.entries(bounds?.sets ?? {})) writePath(body, path, beside);
  }
}

/** Writes one value at a dotted path, opening objects on the way. */
export function writePath(body: WireBody, path: string, value: unknown): void {
  const names = path.split(".");
  const last = names.pop()!;
  let at = body;
  for (const name of names) {
    const next = ownObject(at, name) ?? {};
    define(at, name, next);
    at = next;
  }
  define(at, last, value);
}

/** The body with what the model's connection, its mode and the caller add, in this order. Objects merge, the rest replaces. */
export function withExtraBody(body: WireBody, { model, request }: Pick<ChatCall, "model" | "request">): WireBody {
  for (const extra of [model.transport?.body, modeOf(model, request.params)?.body, request.extraBody])
    if (extra !== undefined) mergeInto(body, extra);
  return body;
}

/**
 * Headers of the model's connection, its mode and the caller, in lower case; later ones win. Headers in `lists` hold
 * comma-separated words and are joined.
 */
export function extraHeaders(
  { model, request }: Pick<ChatCall, "model" | "request">,
  lists: readonly string[] = [],
): { [name: string]: string } {
  const headers: { [name: string]: string } = {};
  for (const extra of [model.transport?.headers, modeOf(model, request.params)?.headers, request.extraHeaders])
    for (const [name, value] of Object.entries(extra ?? {})) {
      const lower = name.toLowerCase();
      const before = lists.includes(lower) && Object.hasOwn(headers, lower) ? `${headers[lower]},` : "";
      headers[lower] = before + value;
    }
  return headers;
}

function modeOf(model: ModelFacts, params: ParameterValues): NonNullable<ModelFacts["modes"]>[string] | undefined {
  const mode = params[modeParameter];
  return typeof mode === "string" && Object.hasOwn(model.modes ?? {}, mode) ? model.modes?.[mode] : undefined;
}

function mergeInto(body: WireBody, extra: { readonly [member: string]: unknown }): void {
  for (const [name, value] of Object.entries(extra)) {
    const mine = ownObject(body, name);
    if (mine === undefined || !isPlainObject(value)) define(body, name, value);
    else {
      const copy = { ...mine };
      mergeInto(copy, value);
      define(body, name, copy);
    }
  }
}

function ownObject(body: WireBody, name: string): WireBody | undefined {
  const value = Object.hasOwn(body, name) ? body[name] : undefined;
  return isPlainObject(value) ? value : undefined;
}

function isPlainObject(value: unknown): value is WireBody {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// Plain assignment of a member named `__proto__` would change the object's prototype.
function define(body: WireBody, name: string, value: unknown): void {
  if (name === "__proto__") Object.defineProperty(body, name, { value, enumerable: true, configurable: true });
  else body[name] = value;
}
