/** Reads rule files: JSON, checked member by member, with every problem at its place. */
import { type JsonPath, lineAndColumn, readJson } from "../catalog/json-text.js";
import { didYouMean } from "../catalog/nearest.js";
import { formatPath } from "../catalog/problem.js";
import { ModelwrightError } from "../errors.js";
import type { Capability } from "../model/profile.js";
import { degradables } from "./degrade.js";
import type { Needs } from "./pick.js";
import type { ModelRule } from "./rules.js";

/** Deeper files are hostile: rules are flat. */
const maxDepth = 8;

interface Wrong {
  readonly path: JsonPath;
  readonly problem: string;
}
/** What is wrong with a value at a path; nothing when it is right. */
type Check = (value: unknown, path: JsonPath) => readonly Wrong[];

/**
 * The rules of a file `{ "rules": [{ "name": ..., "when": ..., "models": ..., "needs": ... }] }`. `file` is its name, for
 * messages. Throws one "invalid-configuration" that tells every problem: place, what was found, what was expected.
 */
export function parseModelRules(text: string, file = "rules"): readonly ModelRule[] {
  const json = readJson(text, maxDepth);
  const wrong: readonly (Wrong & { readonly offset?: number | undefined })[] = [
    ...json.problems.map(({ path, message, offset }) => ({ path, problem: message, offset })),
    ...(json.value === undefined ? [] : fileCheck(json.value, [])),
  ];
  const [first] = wrong;
  if (first === undefined) return (json.value as { readonly rules: readonly ModelRule[] }).rules;
  const lines = wrong.map(({ path, problem, offset }) => {
    const { line, column } = lineAndColumn(text, offset ?? json.offsetOf(path));
    return `${file}:${line}:${column} ${formatPath(path)}: ${problem}`;
  });
  throw new ModelwrightError("invalid-configuration", lines.join("\n"), { file, path: formatPath(first.path) });
}

const brief = (value: unknown) => (JSON.stringify(value) ?? "nothing").slice(0, 80);

function that(expected: string, holds: (value: unknown) => boolean): Check {
  return (value, path) => (holds(value) ? [] : [{ path, problem: `expected ${expected}, found ${brief(value)}` }]);
}

function oneOf(values: readonly string[]): Check {
  return (value, path) => {
    if (typeof value === "string" && values.includes(value)) return [];
    const hint = typeof value === "string" ? didYouMean(value, values) : "";
    return [{ path, problem: `expected ${values.join(" | ")}, found ${brief(value)}${hint}` }];
  };
}

function listOf(item: Check, what: string): Check {
  return (value, path) =>
    Array.isArray(value)
      ? value.flatMap((one, i) => item(one, [...path, i]))
      : [{ path, problem: `expected a list of ${what}, found ${brief(value)}` }];
}

function membersOf(checks: { readonly [name: string]: Check }, required: readonly string[] = []): Check {
  return (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return [{ path, problem: `expected an object, found ${brief(value)}` }];
    const names = Object.keys(checks);
    const missing = required.filter((name) => !Object.hasOwn(value, name));
    return [
      ...missing.map((name) => ({ path: [...path, name], problem: "missing" })),
      ...Object.entries(value).flatMap(([name, member]) => {
        const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
        if (check !== undefined) return check(member, [...path, name]);
        return [{ path: [...path, name], problem: `unknown, expected ${names.join(" | ")}${didYouMean(name, names)}` }];
      }),
    ];
  };
}

const text = that("a text", (value) => typeof value === "string" && value !== "");
const amount = that("a number of at least 0", (value) => typeof value === "number" && value >= 0);
const scalar = (value: unknown) => ["string", "number", "boolean"].includes(typeof value);
const condition = that("a text, number, true, false, or a list of these", (value) =>
  Array.isArray(value) ? value.length > 0 && value.every(scalar) : scalar(value),
);
const conditions: Check = (value, path) =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.entries(value).flatMap(([name, member]) => condition(member, [...path, name]))
    : [{ path, problem: `expected an object, found ${brief(value)}` }];

const capabilities: readonly Capability[] = [...(Object.keys(degradables) as Capability[]), "output"];
const needs: { readonly [N in keyof Required<Needs>]: Check } = {
  can: listOf(oneOf(capabilities), "capabilities"),
  maxInputPrice: amount,
  maxOutputPrice: amount,
  minContext: amount,
  minOutput: amount,
  providers: listOf(text, "provider ids"),
  prefer: oneOf(["first", "cheapest", "longest-context"]),
};
const rule: { readonly [N in keyof Required<ModelRule>]: Check } = {
  name: text,
  when: conditions,
  models: listOf(text, '"provider/model"'),
  needs: membersOf(needs),
};
const fileCheck = membersOf({ $schema: text, rules: listOf(membersOf(rule, ["name"]), "rules") }, ["rules"]);
