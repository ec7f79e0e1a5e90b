/** The playground of one model: the controls that it accepts beside what is set already, and the request in three forms. */
import {
  accepted,
  assumeOf,
  inputModality,
  param,
  paramConstraint,
  structuredOutputPath,
  systemMessages,
  tools,
} from "../catalog/capabilities.js";
import { activeRules, reasoningControls, reasoningState } from "../catalog/conditions.js";
import type { Effort, Modality, ModelFacts, ParamBounds, ProviderFacts, Rule } from "../catalog/facts.js";
import { acceptsOnlyWhile, refusesParam, refusesTogether } from "../catalog/sentences.js";
import type { PlayValues } from "./play-files.js";
import { isPlayTask, type PlayTask, taskParamPaths } from "./play-tasks.js";

export interface PlayControl {
  /** As in a request of ours: `temperature`, `reasoning.effort`. */
  readonly name: string;
  readonly kind: "number" | "integer" | "choice" | "switch" | "text" | "lines" | "json" | "file";
  /** IANA types of a file, as browsers take them. */
  readonly accept?: string | undefined;
  /** A file may also be an address. */
  readonly address?: boolean | undefined;
  readonly choices?: readonly (string | number | boolean)[] | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly step?: number | undefined;
  /** What the model does when nothing is set, where it is known. */
  readonly usual?: string | number | boolean | undefined;
  /** Why the model does not accept it beside what is set now. */
  readonly refused?: string | undefined;
}

/** Parameters that both a chat completion and our own request have, in the order in which people look for them. */
export const wireNames = {
  maxOutputTokens: "max_completion_tokens",
  temperature: "temperature",
  topP: "top_p",
  topK: "top_k",
  minP: "min_p",
  frequencyPenalty: "frequency_penalty",
  presencePenalty: "presence_penalty",
  repetitionPenalty: "repetition_penalty",
  seed: "seed",
  stop: "stop",
  verbosity: "verbosity",
  serviceTier: "service_tier",
} as const;

export type PlayParam = keyof typeof wireNames;

const integers: ReadonlySet<string> = new Set("maxOutputTokens topK seed n topN outputCompression".split(" "));
const texts: ReadonlySet<string> = new Set(
  "stop verbosity serviceTier voice format instructions language prompt style size quality background outputFormat aspectRatio resolution responseFormat moderation inputFidelity".split(
    " ",
  ),
);
const switches: ReadonlySet<string> = new Set(["generateAudio"]);

/** Files that may go with a prompt. Only pictures are also taken by address: what a provider fetches differs too much. */
const files = [
  { name: "image", modality: "image", accept: "image/png,image/jpeg,image/webp,image/gif", address: true },
  { name: "pdf", modality: "pdf", accept: "application/pdf" },
  { name: "audio", modality: "audio", accept: "audio/*" },
] as const;

/** Nothing that the model refuses is among them. Empty for models of kinds that have no playground. */
export function playControls(provider: ProviderFacts, id: string, model: ModelFacts, set: PlayValues): PlayControl[] {
  if (isPlayTask(model.kind)) return taskControls(provider, model, model.kind);
  if (model.kind !== "chat") return [];
  const assume = assumeOf(provider, model);
  const can = (answer: Parameters<typeof accepted>[0]): boolean => accepted(answer, assume);
  const now = refusedNow(id, model, set);
  const controls: PlayControl[] = [];
  if (can(systemMessages(model))) controls.push({ name: "system", kind: "text" });
  controls.push(...files.filter(({ modality }) => can(inputModality(model, modality))).map(fileControl));
  controls.push(...reasoning(id, model, { can, set }));
  for (const name of Object.keys(wireNames)) {
    if (!can(param(model, name))) continue;
    const stated = paramConstraint(model, name);
    const bounds = { ...(typeof stated === "object" ? stated : {}), ...now.bounds.get(name) };
    controls.push(paramControl(name, name === "maxOutputTokens" ? limited(bounds, model) : bounds));
  }
  if (can(tools(model))) controls.push({ name: "tools", kind: "json" });
  if (structuredOutputPath(model, assume) !== undefined) controls.push({ name: "output", kind: "json" });
  return controls.map((control) => ({ ...control, refused: now.refused.get(control.name) ?? control.refused }));
}

function fileControl({ modality: _taken, ...control }: { readonly modality: Modality } & Omit<PlayControl, "kind">) {
  return { ...control, kind: "file" } as const;
}

/** They change the form of the answer, not what it shows. */
const unshown: ReadonlySet<string> = new Set(["partialImages", "responseFormat"]);

/** What the request itself needs beside the prompt, and the parameters that the model accepts and the gateway's wire has. */
function taskControls(provider: ProviderFacts, model: ModelFacts, kind: PlayTask): PlayControl[] {
  const assume = assumeOf(provider, model);
  const [picture, , recording] = files;
  const controls: PlayControl[] = [];
  if ((kind === "image" || kind === "video") && accepted(inputModality(model, "image"), "strict"))
    controls.push(fileControl(picture));
  if (kind === "transcription") controls.push(fileControl(recording));
  if (kind === "rerank") controls.push({ name: "documents", kind: "lines" });
  for (const name of Object.keys(taskParamPaths(kind))) {
    if (unshown.has(name)) continue;
    const stated = paramConstraint(model, name);
    // A parameter that nobody states is only offered where the gateway could not do without it.
    if (stated === undefined ? name !== "voice" || !accepted(param(model, name), assume) : stated === false) continue;
    controls.push(paramControl(name, typeof stated === "object" ? stated : {}));
  }
  return controls;
}

function limited(bounds: ParamBounds, { limits }: ModelFacts): ParamBounds {
  return limits.output === undefined ? { min: 1, ...bounds } : { min: 1, max: limits.output, ...bounds };
}

function paramControl(name: string, bounds: ParamBounds): PlayControl {
  const choices = bounds.const !== undefined ? [bounds.const] : bounds.open === true ? undefined : bounds.enum;
  const { min = bounds.exclusiveMin, max = bounds.exclusiveMax, step } = bounds;
  const usual = ["string", "number", "boolean"].includes(typeof bounds.default) ? bounds.default : undefined;
  return { name, kind: kindOf(name, bounds, choices), choices, min, max, step, usual: usual as PlayControl["usual"] };
}

function kindOf(name: string, { type }: ParamBounds, choices: unknown): PlayControl["kind"] {
  if (choices !== undefined) return "choice";
  if (type === "boolean" || switches.has(name)) return "switch";
  if (type === "string" || texts.has(name)) return "text";
  return type === "integer" || integers.has(name) || name === "dimensions" ? "integer" : "number";
}
interface Circumstances {
  readonly can: (answer: Parameters<typeof accepted>[0]) => boolean;
  readonly set: PlayValues;
}

function reasoning(id: string, model: ModelFacts, { can, set }: Circumstances): PlayControl[] {
  const { mode, effort, levels, budget, bounds, on, off } = reasoningControls(model);
  if (mode === "none") return [];
  const controls: PlayControl[] = [];
  if (levels.length > 0 && can(effort))
    controls.push({
      name: "reasoning.effort",
      kind: "choice",
      choices: levels,
      usual: model.reasoning?.effort?.default,
    });
  if (can(off) && can(on) && mode !== "always")
    controls.push({ name: "reasoning.enabled", kind: "switch", usual: model.reasoning?.default === "on" });
  if (budget === "yes")
    controls.push({
      name: "reasoning.budget",
      kind: "integer",
      min: bounds.min,
      max: bounds.max,
      usual: bounds.default,
    });
  return controls.map((control) => {
    const own = control.name.slice("reasoning.".length);
    const group = model.reasoning?.exclusive?.find((names) => names.includes(own)) ?? [];
    const other = group.find((name) => name !== own && set[`reasoning.${name}`] !== undefined);
    return other === undefined ? control : { ...control, refused: refusesTogether(id, [other, own]) };
  });
}

/** What the model's rules make of the controls while these values are set. */
function refusedNow(id: string, model: ModelFacts, set: PlayValues) {
  const refused = new Map<string, string>();
  const bounds = new Map<string, ParamBounds>();
  const wanted = {
    effort: set["reasoning.effort"] as Effort | undefined,
    budget: set["reasoning.budget"] as number | undefined,
    enabled: set["reasoning.enabled"] as boolean | undefined,
  };
  const value = (name: string): unknown => (name in wanted ? wanted[name as keyof typeof wanted] : set[name]);
  const subject = { reasoning: reasoningState(model, wanted), effort: wanted.effort, stream: true, value };
  for (const rule of activeRules(model, subject)) {
    if (rule.effect === "ignored" || rule.effect === "clamped") continue;
    for (const [name, constraint] of Object.entries(rule.params ?? {})) {
      const control = name in wanted ? `reasoning.${name}` : name;
      if (constraint === false) refused.set(control, why(id, name, rule));
      else if (typeof constraint === "object") bounds.set(control, { ...bounds.get(control), ...constraint });
    }
    if (rule.features?.tools === false) refused.set("tools", rule.note ?? `${id} does not accept tools beside this`);
    if (rule.features?.structuredOutput === false)
      refused.set("output", rule.note ?? `${id} does not support structured output beside this`);
  }
  return { refused, bounds };
}

function why(id: string, name: string, { when, note }: Rule): string {
  const { reasoning: state, ...others } = when;
  if (state !== undefined && Object.keys(others).length === 0)
    return acceptsOnlyWhile(id, name, state === "on" ? "off" : "on");
  return note ?? `${refusesParam(id, name)} beside what is set`;
}
