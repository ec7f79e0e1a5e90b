/** The run-time check of models that are no chat models: refuses, before anything is sent, what the types refuse. */
import { accepted, assumeOf, inputModality, param, paramConstraint } from "../catalog/capabilities.js";
import { violation } from "../catalog/constraints.js";
import { didYouMean } from "../catalog/nearest.js";
import {
  refusesInput,
  refusesMediaType,
  refusesParam,
  requires,
  tooManyParts,
  violates,
} from "../catalog/sentences.js";
import type { MediaSource } from "../chat/message.js";
import { CapabilityError, type ErrorCode } from "../errors.js";
import { isUnverified } from "../model/unverified.js";
import { mediaOf } from "../protocols/media.js";
import type { TaskCall, TaskKind, TaskRequests } from "../protocols/task.js";
import type { Target } from "./target.js";
import { callOptions, type TaskOptions, taskReaders, waitOptions } from "./task-options.js";

type Checked<K extends TaskKind> = Pick<TaskCall<K>, "request" | "params">;
type Refuse = (message: string, path: string, code?: ErrorCode) => void;

/** The request and its parameters. Throws `CapabilityError`. */
export function checkTask<K extends TaskKind>(
  target: Target,
  kind: K,
  { options: given, stream }: { readonly options: TaskOptions; readonly stream: boolean },
): Checked<K> {
  const { provider, modelId, generation } = target;
  const marked = new Set<string>();
  const refuse: Refuse = (message, path, code = "unsupported") => {
    if (marked.has(path.replace(/[[.].*$/, "")) || marked.has(path)) return;
    throw new CapabilityError(code, message, { provider: provider.id, model: modelId, generation, path });
  };
  const { subject, params, read } = taskReaders[kind];
  const known = [...subject, ...params, ...callOptions, ...(kind === "image" || kind === "video" ? waitOptions : [])];
  for (const name in given)
    if (!known.includes(name)) refuse(`unknown option "${name}"${didYouMean(name, known)}`, name, "invalid-request");
  if (!stream && given.partialImages !== undefined)
    refuse("partialImages come by imageStream only", "partialImages", "invalid-request");
  const options = unmarked(given, "", marked) as TaskOptions;
  const request = read(options);
  if (Array.isArray(request)) {
    const [name, problem] = request as readonly [string, string];
    throw new CapabilityError("invalid-request", `${name} ${problem}`, {
      provider: provider.id,
      model: modelId,
      path: name,
    });
  }
  const asked = request as TaskRequests[K];
  checkSubject(target, asked, refuse);
  return { request: asked, params: checkedParams(target, { options, names: params, marked, refuse }) };
}

function unmarked(members: object, prefix: string, marked: Set<string>): { [name: string]: unknown } {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]: [string, unknown]) => {
      if (!isUnverified(value)) return [name, value];
      marked.add(prefix + name);
      return [name, value.value];
    }),
  );
}

function checkSubject({ provider, modelId, model }: Target, request: TaskRequests[TaskKind], refuse: Refuse): void {
  const most = model.limits.inputChars;
  for (const name of ["prompt", "input"] as const) {
    const value = (request as { readonly [name: string]: unknown })[name];
    if (most !== undefined && typeof value === "string" && value.length > most)
      refuse(violates(modelId, name, `must have at most ${most} characters`), name);
  }
  if ("mask" in request && request.mask !== undefined && !accepted(param(model, "mask"), assumeOf(provider, model)))
    refuse(refusesParam(modelId, "mask"), "mask");
  const [path, pictures] = picturesOf(request);
  if (pictures.length === 0) return;
  if (!accepted(inputModality(model, "image"), assumeOf(provider, model))) refuse(refusesInput(modelId, "image"), path);
  const { maxCount, maxBytes, mime } = model.media?.image ?? {};
  if (maxCount !== undefined && pictures.length > maxCount) refuse(tooManyParts(modelId, "image", maxCount), path);
  for (const [i, picture] of pictures.entries()) {
    const media = mediaOf(picture as MediaSource, undefined);
    if ("url" in media) continue;
    const place = `${path}[${i}]`;
    const size = (media.base64.length * 3) / 4;
    if (maxBytes !== undefined && size > maxBytes)
      refuse(violates(modelId, place, `must have at most ${maxBytes} bytes`), place);
    // A type that cannot be recognised is the provider's to judge.
    if (mime !== undefined && media.mediaType.startsWith("image/") && !mime.includes(media.mediaType))
      refuse(refusesMediaType(modelId, "image", media.mediaType), place);
  }
}

/** The pictures of a request, and the option that holds them. */
function picturesOf(request: TaskRequests[TaskKind]): readonly [option: string, pictures: readonly MediaSource[]] {
  if ("images" in request) return ["images", request.images];
  if (!("input" in request) || typeof request.input === "string") return ["images", []];
  return ["input", request.input.flatMap((item) => (typeof item === "string" ? [] : [item.image]))];
}

function checkedParams(
  { provider, modelId, model }: Target,
  {
    options,
    names,
    marked,
    refuse,
  }: {
    readonly options: TaskOptions;
    readonly names: readonly string[];
    readonly marked: Set<string>;
    readonly refuse: Refuse;
  },
): { readonly [name: string]: unknown } {
  const params: { [name: string]: unknown } = {};
  const own = unmarked(options.options ?? {}, "options.", marked);
  const assume = assumeOf(provider, model);
  const given = [
    ...names.map((name) => [name, options[name], name] as const),
    ...Object.entries(own).map(([name, value]) => [name, value, `options.${name}`] as const),
  ];
  for (const [name, value, path] of given) {
    if (value === undefined) continue;
    params[name] = value;
    // How many results are wanted is a plain limit that every ranking knows.
    if (!accepted(name === "topN" ? "yes" : param(model, name), assume)) refuse(refusesParam(modelId, name), path);
    const constraint = paramConstraint(model, name);
    const problem = constraint === undefined ? undefined : violation(constraint, value);
    if (problem !== undefined) refuse(violates(modelId, name, problem), path);
  }
  for (const [name, constraint] of Object.entries(model.params))
    if (typeof constraint === "object" && constraint.required === true && params[name] === undefined)
      refuse(requires(modelId, name), name);
  return params;
}
