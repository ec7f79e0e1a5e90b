/** Checks messages: roles, parts, media. */
import { inputModality, prefill, systemMessages, tools } from "../catalog/capabilities.js";
import type { MediaFacts, Modality } from "../catalog/facts.js";
import {
  refusesInput,
  refusesMediaType,
  refusesPrefill,
  refusesSystemMessages,
  refusesTools,
  refusesUrl,
  tooManyParts,
} from "../catalog/sentences.js";
import { sourceOf } from "../chat/media-source.js";
import type { AnyMessage, MediaPart, MediaSource } from "../chat/message.js";
import { CapabilityError } from "../errors.js";
import type { Check } from "./check.js";

type Part = Exclude<AnyMessage["content"], string>[number];

export function checkMessages(check: Check): void {
  const { messages } = check.call.request;
  const counts = new Map<Modality, number>();
  for (const [i, message] of messages.entries()) checkMessage(check, message, { path: `messages[${i}]`, counts });
  if (messages.at(-1)?.role === "assistant" && prefill(check.call.model) === "no")
    check.refuse(refusesPrefill(check.model), `messages[${messages.length - 1}]`);
}

interface At {
  readonly path: string;
  /** Media parts so far. */
  readonly counts: Map<Modality, number>;
}

function checkMessage(check: Check, message: AnyMessage, at: At): void {
  const { call, model, refuse, takes } = check;
  const { role, content } = message;
  if (role === "system" && systemMessages(call.model) === "no") refuse(refusesSystemMessages(model), at.path);
  else if (role === "tool" && !takes(tools(call.model))) refuse(refusesTools(model), at.path);
  else if (role !== "system" && role !== "user" && role !== "assistant" && role !== "tool")
    throw invalid(`${at.path} has no known role`, at.path);
  if (typeof content === "string") return;
  if (!Array.isArray(content)) throw invalid(`${at.path}.content must be text or a list of parts`, at.path);
  for (const [j, part] of (content as readonly Part[]).entries())
    checkPart(check, part, { role, path: `${at.path}.content[${j}]`, counts: at.counts });
}

function checkPart(check: Check, part: Part, at: At & { readonly role: AnyMessage["role"] }): void {
  switch (part?.type) {
    case "text":
    case "reasoning":
    case "opaque":
      return;
    case "tool-call":
      if (!check.takes(tools(check.call.model))) check.refuse(refusesTools(check.model), at.path);
      return;
    case "image":
    case "audio":
    case "video":
    case "pdf":
      // Media in an assistant's message is what a model made.
      if (at.role !== "assistant") checkMedia(check, part, at);
      return;
    default:
      throw invalid(`${at.path} has no known type`, at.path);
  }
}

function checkMedia({ call, model, refuse, takes }: Check, part: MediaPart, { path, counts }: At): void {
  const modality = part.type;
  if (!takes(inputModality(call.model, modality))) refuse(refusesInput(model, modality), path);
  const count = (counts.get(modality) ?? 0) + 1;
  counts.set(modality, count);
  const facts: MediaFacts = call.model.media?.[modality] ?? {};
  if (facts.maxCount !== undefined && count > facts.maxCount)
    refuse(tooManyParts(model, modality, facts.maxCount), path);
  if (facts.sources?.includes("url") === false && isRemote(sourceOf(part))) refuse(refusesUrl(model, modality), path);
  const mediaType = "mediaType" in part ? part.mediaType : undefined;
  if (mediaType !== undefined && facts.mime?.includes(mediaType) === false)
    refuse(refusesMediaType(model, modality, mediaType), path);
}

function isRemote(source: MediaSource): boolean {
  const text = source instanceof URL ? source.href : source;
  return typeof text === "string" && (text.startsWith("http://") || text.startsWith("https://"));
}

function invalid(message: string, path: string): CapabilityError {
  return new CapabilityError("invalid-request", message, { path });
}
