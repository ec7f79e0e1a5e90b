/** Refuses requests to models that are no chat models, by the catalog and on the wire. */
import type { ModelFacts, ParamConstraint, ProviderFacts } from "../catalog/facts.js";
import type { ServedTask } from "../protocols/server.js";
import { assumesYes, badValue, type Refusal, unsupported } from "./inspection.js";
import { problemOf } from "./refuse-params.js";
import { valueAt } from "./wire-view.js";

/** A task under inspection. */
export interface TaskInspection {
  readonly provider: ProviderFacts;
  readonly modelId: string;
  readonly model: ModelFacts;
  readonly served: ServedTask;
}

/** The parameters of an accepted request by canonical name, or why it is refused. */
export function inspectTask(
  inspection: TaskInspection,
): { readonly params: { readonly [name: string]: unknown } } | Refusal {
  const { model, modelId, served } = inspection;
  if (model.kind !== served.kind) return badValue("model", `'${modelId}' is not a model of kind ${served.kind}`);
  const refusal = subjectRefusal(inspection);
  if (refusal !== undefined) return refusal;
  const params: { [name: string]: unknown } = {};
  for (const name of new Set([...Object.keys(model.params), ...Object.keys(served.paths)])) {
    // Part of the request, as pictures are.
    if (name === "mask") continue;
    const constraint = Object.hasOwn(model.params, name) ? model.params[name] : undefined;
    const path = pathOf(name, constraint, served);
    const value = converted(valueAt(served.wire, path), constraint);
    const problem = paramRefusal(inspection, { name, constraint, path, value });
    if (problem !== undefined) return problem;
    if (value !== undefined) params[name] = value;
  }
  return { params };
}

function pathOf(name: string, constraint: ParamConstraint | undefined, { paths }: ServedTask): string {
  const own = typeof constraint === "object" ? constraint.wire : undefined;
  return own ?? (Object.hasOwn(paths, name) ? (paths[name] as string) : name);
}

/** Fields of forms, and OpenAI's `seconds`, are texts. */
function converted(value: unknown, constraint: ParamConstraint | undefined): unknown {
  if (typeof value !== "string" || typeof constraint !== "object") return value;
  const { type } = constraint;
  const numeric = type === "number" || type === "integer" || constraint.enum?.some((item) => typeof item === "number");
  return numeric === true && value.trim() !== "" && !Number.isNaN(Number(value)) ? Number(value) : value;
}

function paramRefusal(
  inspection: TaskInspection,
  found: {
    readonly name: string;
    readonly constraint: ParamConstraint | undefined;
    readonly path: string;
    readonly value: unknown;
  },
): Refusal | undefined {
  const { name, constraint, path, value } = found;
  if (value === undefined) {
    const required = typeof constraint === "object" && constraint.required === true;
    return required ? badValue(path, "this parameter is required") : undefined;
  }
  if (constraint === undefined) return assumesYes(inspection) || name === "topN" ? undefined : unsupported(path);
  if (constraint === false) return unsupported(path);
  const problem = typeof constraint === "object" ? problemOf(constraint, value) : undefined;
  return problem === undefined ? undefined : badValue(path, problem);
}

function unstated({ params }: ModelFacts, inspection: TaskInspection): boolean {
  return params.mask === undefined && assumesYes(inspection);
}

function subjectRefusal(inspection: TaskInspection): Refusal | undefined {
  const { model, served } = inspection;
  const { request } = served;
  const most = model.limits.inputChars;
  for (const name of ["prompt", "input"] as const) {
    const text = (request as { readonly [name: string]: unknown })[name];
    if (most !== undefined && typeof text === "string" && text.length > most)
      return badValue(name, `at most ${most} characters are allowed`);
  }
  if ("mask" in request && request.mask !== undefined && model.params.mask !== true && !unstated(model, inspection))
    return unsupported("mask");
  const moderated = "input" in request && typeof request.input !== "string" ? request.input : [];
  const pictures =
    "images" in request ? request.images.length : moderated.filter((item) => typeof item !== "string").length;
  if (pictures === 0) return undefined;
  const takes = model.input.includes("image") || (model.inputUnstated === true && assumesYes(inspection));
  if (!takes) return unsupported("image");
  const { maxCount = pictures } = model.media?.image ?? {};
  return pictures > maxCount ? badValue("image", `at most ${maxCount} pictures are allowed`) : undefined;
}
