/** Turns a reply into the events of an answer: pieces, signatures, token limits, usage. */
import type { FinishReason, ProtocolEvent, Source } from "../chat/events.js";
import type { Replay } from "../chat/message.js";
import { ReplyBuilder } from "../chat/reply-builder.js";
import { type UsageBuckets, usageOf, withMeters } from "../chat/usage.js";
import type { ScriptedReply } from "./contract.js";
import { digest, type Random } from "./random.js";
import { countTokens } from "./tokens.js";

/** What shapes the events of one answer. */
export interface EventOptions {
  readonly answerId: string;
  readonly modelId: string;
  readonly random: Random;
  readonly maxOutputTokens: number | undefined;
  readonly stop: readonly string[];
  /** Begins the ids of tool calls, as the provider's do. */
  readonly callPrefix: string;
  /** What ids of calls may look like, where the provider is strict. */
  readonly callIdLength: { readonly maxLength: number; readonly exact?: boolean } | undefined;
  readonly inputBuckets: UsageBuckets;
  /** Thoughts, when the model reasons. */
  readonly reasoning: string | undefined;
  /** Whether the thoughts are shown, or only counted. */
  readonly reasoningShown: boolean;
  /** Around thoughts that arrive inside the text. */
  readonly reasoningTags: readonly [string, string] | undefined;
  /** What must come back with the thoughts, with the text, and with the first call. */
  readonly replays: {
    readonly reasoning?: (shown: string) => Replay;
    readonly call?: (name: string, input: unknown) => Replay;
    readonly citations?: (sources: readonly Source[]) => Replay;
  };
}

export function makeEvents(reply: ScriptedReply, options: EventOptions): readonly ProtocolEvent[] {
  const out: ProtocolEvent[] = [];
  const builder = new ReplyBuilder(out);
  builder.start(options.answerId, options.modelId);
  const reasoning = reply.reasoning ?? options.reasoning ?? "";
  const reasoningTokens = countTokens(reasoning);
  let left = (options.maxOutputTokens ?? Number.POSITIVE_INFINITY) - reasoningTokens;
  if (options.reasoningTags === undefined) addReasoning(builder, reasoning, options);
  const text = textOf(reply, reasoning, options);
  const shown = cutToTokens(text.text, left);
  for (const piece of pieces(shown, options.random)) builder.text(piece);
  addSources(builder, reply.sources ?? [], options.replays.citations);
  builder.refusal(reply.refusal ?? "");
  left -= countTokens(shown);
  const callTokens = addCalls(builder, reply, { ...options, left });
  const cut = shown !== text.text || callTokens === undefined;
  const output = countTokens(shown) + countTokens(reply.refusal ?? "") + (callTokens ?? 0);
  const usage = usageOf({ ...options.inputBuckets, output, reasoning: reasoningTokens, ...reply.usage });
  builder.usage = withMeters(usage, reply.meters ?? {});
  builder.finish(reply.finishReason ?? (cut ? "length" : finishOf(reply)), undefined);
  return out;
}

/** The text they belong to goes back with them. */
function addSources(
  builder: ReplyBuilder,
  sources: readonly Source[],
  citations: EventOptions["replays"]["citations"],
): void {
  for (const source of sources) builder.source(source, citations?.([source]));
  if (citations !== undefined && sources.length > 0) builder.text("", citations(sources));
}

function finishOf(reply: ScriptedReply): FinishReason {
  return reply.refusal === undefined ? "stop" : "refusal";
}

/** The text with its tags and its end at a stop sequence. */
function textOf(reply: ScriptedReply, reasoning: string, options: EventOptions): { readonly text: string } {
  const said = reply.text ?? (reply.output === undefined ? "" : JSON.stringify(reply.output));
  const ends = options.stop.map((sequence) => said.indexOf(sequence)).filter((at) => at >= 0);
  const answer = ends.length === 0 ? said : said.slice(0, Math.min(...ends));
  if (options.reasoningTags === undefined || reasoning === "" || !options.reasoningShown) return { text: answer };
  const [open, close] = options.reasoningTags;
  return { text: `${open}\n${reasoning}\n${close}\n\n${answer}` };
}

function addReasoning(builder: ReplyBuilder, reasoning: string, options: EventOptions): void {
  if (reasoning === "") return;
  const shown = options.reasoningShown ? reasoning : "";
  for (const piece of pieces(shown, options.random)) builder.reasoning(piece);
  const replay = options.replays.reasoning?.(shown);
  if (replay !== undefined) builder.reasoning("", replay);
}

/** Tokens of the calls; undefined when the limit cut them off. */
function addCalls(
  builder: ReplyBuilder,
  reply: ScriptedReply,
  options: EventOptions & { readonly left: number },
): number | undefined {
  let tokens = 0;
  for (const [i, call] of (reply.toolCalls ?? []).entries()) {
    const input = call.input ?? {};
    const json = JSON.stringify(input);
    tokens += countTokens(call.name + json);
    if (tokens > options.left) return undefined;
    builder.toolCallStart(i, call.id ?? callId(i, options), call.name);
    for (const piece of pieces(json, options.random)) builder.toolCallDelta(i, piece);
    const replay = i === 0 ? options.replays.call?.(call.name, input) : undefined;
    if (replay !== undefined) builder.toolCallSet(i, { replay });
  }
  return tokens;
}

function callId(i: number, { answerId, callPrefix, callIdLength }: EventOptions): string {
  const text = digest(`${answerId} ${i}`, i);
  // Strict providers take letters and digits only.
  return callIdLength === undefined ? callPrefix + text : text.slice(0, callIdLength.maxLength);
}

function cutToTokens(text: string, tokens: number): string {
  if (countTokens(text) <= tokens) return text;
  const cut = text.slice(0, Math.max(0, tokens) * 4);
  // Never half of a character outside the basic plane.
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}

/** The text in pieces of a few characters, as tokens come. */
function* pieces(text: string, random: Random): Generator<string> {
  const characters = [...text];
  for (let at = 0; at < characters.length; ) {
    const length = random.integer(3, 24);
    yield characters.slice(at, at + length).join("");
    at += length;
  }
}
