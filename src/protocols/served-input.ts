/** Strict reading of a client's request: every wrong type and every missing member is named by its path. */
import { CapabilityError } from "../errors.js";

/** A JSON object of the wire. Read only by own, fixed names. */
export type Members = { readonly [name: string]: unknown };

/** Throws the `invalid-request` that a served protocol answers with. */
export function refuse(path: string, problem: string): never {
  throw new CapabilityError("invalid-request", `${path}: ${problem}`, { path });
}

/** `null` counts as absent: official clients send it for "not given". */
export function present(value: unknown): boolean {
  return value !== undefined && value !== null;
}

export function asObject(value: unknown, path: string): Members {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    refuse(path, `expected an object, got ${kindOf(value)}`);
  return value as Members;
}

export function asList(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) refuse(path, `expected an array, got ${kindOf(value)}`);
  return value as readonly unknown[];
}

export function asText(value: unknown, path: string): string {
  if (typeof value !== "string") refuse(path, `expected a string, got ${kindOf(value)}`);
  return value as string;
}

/** A string of at least one character: ids and names. */
export function asName(value: unknown, path: string): string {
  const text = asText(value, path);
  if (text === "") refuse(path, "must not be empty");
  return text;
}

export function asNumber(value: unknown, path: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) refuse(path, `expected a number, got ${kindOf(value)}`);
  return value as number;
}

export function asInteger(value: unknown, path: string): number {
  if (!Number.isInteger(value)) refuse(path, `expected an integer, got ${kindOf(value)}`);
  return value as number;
}

export function asBoolean(value: unknown, path: string): boolean {
  if (typeof value !== "boolean") refuse(path, `expected a boolean, got ${kindOf(value)}`);
  return value as boolean;
}

/** One string, or several: as a list. */
export function asTexts(value: unknown, path: string): readonly string[] {
  if (typeof value === "string") return [value];
  return asList(value, path).map((item, i) => asText(item, `${path}[${i}]`));
}

/** One of the words; the refusal lists them. */
export function asOneOf<const T extends string>(value: unknown, words: readonly T[], path: string): T {
  if (typeof value !== "string" || !(words as readonly string[]).includes(value))
    refuse(path, `expected one of ${words.map((word) => `'${word}'`).join(", ")}, got ${kindOf(value)}`);
  return value as T;
}

export type Read<T> = (value: unknown, path: string) => T;

/** Reads a member that may be missing or null. */
export function optional<T>(read: Read<T>, value: unknown, path: string): T | undefined {
  return present(value) ? read(value, path) : undefined;
}

/** Any JSON value. */
export const asIs: Read<unknown> = (value) => value;

/** How one wire member becomes a neutral parameter. */
export interface WireParam {
  /** Canonical name. */
  readonly as: string;
  readonly read: Read<unknown>;
}
export type WireParams = { readonly [member: string]: WireParam };

/** The neutral parameters among the members; the others are not looked at. */
export function readParams(body: Members, table: WireParams, at = ""): { [name: string]: unknown } {
  const params: { [name: string]: unknown } = {};
  for (const [member, value] of Object.entries(body)) {
    const param = Object.hasOwn(table, member) ? table[member] : undefined;
    if (param !== undefined && present(value)) params[param.as] = param.read(value, `${at}${member}`);
  }
  return params;
}

/** Members that no table knows, to be passed on as they are. Undefined when there are none. */
export function unknownMembers(
  body: Members,
  ...known: readonly { readonly [member: string]: unknown }[]
): Members | undefined {
  const rest = Object.entries(body).filter(([member]) => !known.some((table) => Object.hasOwn(table, member)));
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "string") return value.length <= 40 ? `'${value}'` : "a string";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return value === undefined ? "nothing" : "an object";
}
