/** Formats a provider file for review: sorted keys, a model per line where it fits, LF, a newline at the end. */
import { isObject } from "../../src/catalog/merge.js";

/** Longest line that a whole object may take. */
const width = 400;

/** Objects at these depths are always opened, so that each model, profile and provider fact has a line. */
const alwaysOpen = 2;

/** Keys that come first at the top of a file; the rest is sorted. */
const head = ["$schema", "catalogVersion", "provider", "profiles", "models"];

/** The text of a provider file. */
export function formatFile(file: { readonly [key: string]: unknown }): string {
  const keys = [...head.filter((key) => file[key] !== undefined), ...sorted(file).filter((key) => !head.includes(key))];
  return `${open(file, keys, 0)}\n`;
}

function format(value: unknown, depth: number): string {
  if (!isObject(value) || Object.keys(value).length === 0) return line(value);
  const flat = line(value);
  if (depth >= alwaysOpen && flat.length <= width) return flat;
  return open(value, sorted(value), depth);
}

function open(object: { readonly [key: string]: unknown }, keys: readonly string[], depth: number): string {
  const indent = "  ".repeat(depth + 1);
  const members = keys.map((key) => `${indent}${JSON.stringify(key)}: ${format(object[key], depth + 1)}`);
  return `{\n${members.join(",\n")}\n${"  ".repeat(depth)}}`;
}

/** One line, with a space after colons and commas. */
function line(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(line).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = sorted(value).map((key) => `${JSON.stringify(key)}: ${line(value[key])}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** By code unit: the same on every machine. */
const sorted = (object: { readonly [key: string]: unknown }) => Object.keys(object).sort();
