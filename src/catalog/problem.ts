/** Puts what is wrong in a catalog file into one `CatalogError`: file, line, JSON path, what was found and expected. */
import type { z } from "zod";
import { CatalogError } from "../errors.js";
import type { JsonPath } from "./json-text.js";
import { didYouMean } from "./nearest.js";

/** One thing that is wrong, at a place in a file. */
export interface Problem {
  readonly path: JsonPath;
  readonly message: string;
}

/** `models["gpt-5"].limits.context`; the root is `$`. */
export function formatPath(path: JsonPath): string {
  const text = path
    .map((key) =>
      typeof key === "number" ? `[${key}]` : /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`,
    )
    .join("");
  return text === "" ? "$" : text.replace(/^\./, "");
}

/** The error for a problem in a file. `position` is the line and column, when known. */
export function catalogError(
  file: string,
  { path, message }: Problem,
  position?: { readonly line: number; readonly column: number },
): CatalogError {
  const at = position === undefined ? file : `${file}:${position.line}:${position.column}`;
  const where = formatPath(path);
  return new CatalogError("invalid-catalog", `${at} ${where}: ${message}`, { file, path: where });
}

/** The problems behind zod's issues; an issue of a union is told by its likeliest member. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], prefix: JsonPath = []): Problem[] {
  return issues.flatMap((issue) => {
    const path: JsonPath = [...prefix, ...issue.path.map((key) => (typeof key === "number" ? key : String(key)))];
    if (issue.code === "invalid_union" && issue.errors.length > 0) return problemsOf(likeliest(issue.errors), path);
    if (issue.code === "unrecognized_keys") {
      // `strict` tells each unknown key on a line of its own.
      const messages = issue.message.split("\n");
      return issue.keys.map((key, i) => ({ path: [...path, key], message: messages[i] ?? "unknown key" }));
    }
    return [{ path, message: describe(issue) }];
  });
}

/** The union member that got furthest: its first complaint lies deepest. */
function likeliest(members: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] {
  const depth = (issues: readonly z.core.$ZodIssue[]) => Math.max(0, ...issues.map((issue) => issue.path.length));
  return members.reduce((best, member) => (depth(member) > depth(best) ? member : best));
}

function describe(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? `missing, expected ${issue.expected}` : expected(issue.expected, issue.input);
    case "invalid_value":
      return expected(oneOf(issue.values), issue.input) + nearestValue(issue.values, issue.input);
    case "invalid_union":
      return expected(
        "options" in issue && Array.isArray(issue.options) ? oneOf(issue.options) : "another value",
        issue.input,
      );
    case "too_small":
      return expected(`${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}`, issue.input);
    case "too_big":
      return expected(`at most ${issue.maximum}`, issue.input);
    case "invalid_format":
      return expected(issue.message, issue.input);
    case "invalid_key":
      return `key: ${issue.issues.map(describe).join("; ")}`;
    default:
      return issue.message;
  }
}

const expected = (what: string, found: unknown) => `expected ${what}, found ${brief(found)}`;

const oneOf = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join(" | ");

function nearestValue(values: readonly unknown[], found: unknown): string {
  return typeof found === "string" ? didYouMean(found, values.map(String)) : "";
}

/** A value as a message shows it: JSON, cut. */
function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
