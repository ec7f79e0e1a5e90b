/** Reads members of lists that others publish: what has another type than expected counts as not stated. */
import { isObject } from "../../../src/catalog/merge.js";
import type { Json } from "../object.js";

export const objectOf = (value: unknown): Json => (isObject(value) ? (value as Json) : {});

export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;

export const flagOf = (value: unknown): boolean | undefined => (typeof value === "boolean" ? value : undefined);

/** Only a yes: in these lists an absent or false flag means that nobody looked. */
export const yesOf = (value: unknown): true | undefined => (value === true ? true : undefined);

export const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

export const objectsOf = (value: unknown): Json[] =>
  Array.isArray(value) ? value.filter((item) => isObject(item)) : [];

/** A number, also one that is written as text: "0.0000025". */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** A price per token as one per million, without the dust of binary fractions. */
export function perMillion(value: unknown, tokens = 1): number | undefined {
  const price = numberOf(value);
  return price === undefined ? undefined : Number(((price * 1_000_000) / tokens).toPrecision(12));
}

/** The day of a time stamp: seconds since the epoch, or ISO 8601. */
export function dayOf(value: unknown): string | undefined {
  const time = typeof value === "number" ? value * 1_000 : Date.parse(textOf(value) ?? "");
  // Lists write the epoch where they know no date.
  return time > 86_400_000 && time < 8.64e15 ? new Date(time).toISOString().slice(0, 10) : undefined;
}

/** A date as lists write them: a year, a month or a day. */
export const dateOf = (value: unknown): string | undefined => /^\d{4}(-\d{2}(-\d{2})?)?/.exec(textOf(value) ?? "")?.[0];
