/** Lays one statement over one model: all that is harmless, and of the rest what the program consents to. */
import type { Assume } from "../catalog/capabilities.js";
import type { ModelFacts } from "../catalog/facts.js";
import { contradictionsIn } from "../catalog/lint.js";
import { isObject, type JsonObject, mergePatch } from "../catalog/merge.js";
import { type Problem, problemsOf } from "../catalog/problem.js";
import { completeMembers } from "../catalog/resolve.js";
import { modelSchema } from "../catalog/schema-model.js";
import type { Question } from "./consent.js";
import { settleAbilities } from "./models-json.js";
import { implausible, type PlausibilityOptions } from "./plausibility.js";
import { widenings } from "./widening.js";

export interface ModelChange {
  /** What the model is below this statement; undefined: there is none. */
  readonly below: ModelFacts | undefined;
  /** What types were made from; undefined: nothing was compiled. */
  readonly compiled: ModelFacts | undefined;
  /** Facts that a new model inherits. */
  readonly base: JsonObject | undefined;
  /** `assume` of the provider, as compiled and as it is now. */
  readonly assume: { readonly compiled: Assume; readonly now: Assume };
  readonly patch: JsonObject;
  readonly plausibility: PlausibilityOptions | false;
  readonly consents: (question: Pick<Question, "kind" | "path" | "from" | "to">) => boolean;
}

export interface ChangedModel {
  /** Undefined: the statement cannot be used, and what lies below holds. */
  readonly model: ModelFacts | undefined;
  /** What was applied of the patch. */
  readonly applied: JsonObject;
  /** What was left out, with paths inside the statement. */
  readonly problems: readonly Problem[];
}

/** Members that decide where a request goes and what it carries beside its content. */
const connectionMembers = ["transport", "dialect", "modes"];

export function applyToModel(change: ModelChange): ChangedModel {
  const problems: Problem[] = [];
  const { below, base } = change;
  const start: JsonObject = (below as unknown as JsonObject | undefined) ?? base ?? {};
  let patch = settleAbilities(change.patch, start);
  const refuse = (path: string, message: string): void => {
    problems.push({ path: path.split("."), message });
    patch = without(patch, path);
  };
  for (const path of connectionPaths(patch)) {
    const question = { kind: "connection", path, from: valueAt(start, path), to: valueAt(patch, path) } as const;
    if (!change.consents(question)) refuse(path, "changes the connection, which needs the consent of the program");
  }
  // A new model without its connection is not the model that was meant.
  if (below === undefined && problems.length > 0) return { model: undefined, applied: {}, problems };
  for (;;) {
    const result = modelSchema.safeParse(completed(start, patch), { reportInput: true });
    if (!result.success)
      return { model: undefined, applied: {}, problems: [...problems, ...problemsOf(result.error.issues)] };
    const refused = refusals(change, result.data).filter(
      ({ kind, path }) => !change.consents({ kind, path, from: valueAt(start, path), to: valueAt(patch, path) }),
    );
    if (refused.length === 0) {
      const wrong = contradictionsOf(below, result.data);
      if (wrong.length > 0) return { model: undefined, applied: {}, problems: [...problems, ...wrong] };
      return { model: result.data, applied: patch, problems };
    }
    const stated = refused.filter(({ path }) => valueAt(patch, path) !== undefined);
    for (const { path, message } of stated) refuse(path, message);
    if (stated.length > 0) continue;
    // What widens is no single member of the patch: nothing of it can be taken.
    problems.push(...refused.map(({ path, message }) => ({ path: path.split("."), message })));
    return { model: undefined, applied: {}, problems };
  }
}

/** What the change makes contradict: a fault of the facts below it is not its own. */
function contradictionsOf(below: ModelFacts | undefined, now: ModelFacts): Problem[] {
  const before = new Set((below === undefined ? [] : contradictionsIn(below)).map(({ path }) => path.join(".")));
  return contradictionsIn(now).filter(({ path }) => !before.has(path.join(".")));
}

interface Refusal {
  readonly kind: Question["kind"];
  readonly path: string;
  readonly message: string;
}

function refusals({ below, compiled, assume, plausibility }: ModelChange, now: ModelFacts): Refusal[] {
  const wide =
    compiled === undefined
      ? []
      : widenings(
          { facts: compiled, assume: compiled.assume ?? assume.compiled },
          { facts: now, assume: now.assume ?? assume.now },
        );
  const odd = plausibility === false ? [] : implausible(below, now, plausibility);
  return [
    ...wide.map((path) => ({
      kind: "widening" as const,
      path,
      message: "lets through more than the compiled types do; `modelwright generate --overlay` compiles it in",
    })),
    ...odd.map((path) => ({
      kind: "implausible" as const,
      path,
      message: disbelief(valueAt(below, path), valueAt(now, path)),
    })),
  ];
}

function disbelief(from: unknown, to: unknown): string {
  const held = from === undefined ? "" : `, where ${JSON.stringify(from)} holds without it`;
  return `${JSON.stringify(to)} is hard to believe${held}: \`consent\` or \`plausibility\` of the registry can let it through`;
}

/** A change that states `input` settles what was left open. */
function completed(start: JsonObject, patch: JsonObject): JsonObject {
  const { base: _base, ...members } = patch;
  const settled = members.input === undefined ? members : { inputUnstated: null, ...members };
  return completeMembers({ kind: "chat", ...(mergePatch(start, settled) as JsonObject) });
}

function connectionPaths(patch: JsonObject): string[] {
  const own = connectionMembers.filter((member) => Object.hasOwn(patch, member));
  const params = isObject(patch.params) ? patch.params : {};
  // Members of the body that the caller does not name.
  const placed = Object.entries(params).filter(
    ([, bounds]) => isObject(bounds) && ("wire" in bounds || "sets" in bounds),
  );
  // A name with a dot cannot be told apart by path.
  const paths = placed.map(([name]) => (name.includes(".") ? "params" : `params.${name}`));
  return [...own, ...new Set(paths.includes("params") ? ["params"] : paths)];
}

function valueAt(object: unknown, path: string): unknown {
  let value = object;
  for (const key of path.split(".")) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

function without(object: JsonObject, path: string): JsonObject {
  const [key = "", ...rest] = path.split(".");
  const { [key]: member, ...others } = object;
  return rest.length === 0 || !isObject(member) ? others : { ...others, [key]: without(member, rest.join(".")) };
}
