/** Breaks a stream on purpose: ends it at every byte, and changes its members one by one. */
import { isDeepStrictEqual } from "node:util";
import type { ChatProtocolId } from "../../src/catalog/facts.js";
import type { ProtocolEvent } from "../../src/chat/events.js";
import { isModelwrightError } from "../../src/errors.js";
import type { ChatCall, Protocol, StreamDecoder } from "../../src/protocols/protocol.js";
import type { Frame } from "../../src/transport/frame.js";
import { mutations } from "./mutations.js";
import { answerOf, framesOf, readers } from "./streams.js";

/** What reads the stream. */
export interface Decoder {
  readonly room: Protocol;
  readonly call: ChatCall;
}

/** How many broken streams were decoded. */
export const tried = { cuts: 0, undecidable: 0, mutations: 0 };

interface Attempt {
  /** What was said, when the stream ended well. */
  readonly said: unknown;
  /** The error code, when it did not. */
  readonly code: string | undefined;
  readonly calls: number;
}

function attempt(frames: readonly Frame[], { room, call }: Decoder): Attempt {
  return finished({ decoder: room.createStreamDecoder(call), events: [] }, frames);
}

/** These are the last frames. */
function finished({ decoder, events }: Progress, frames: readonly Frame[]): Attempt {
  try {
    for (const frame of frames) if (!decoder.done) decoder.push(frame, events);
    if (!decoder.done) decoder.end(events);
    const { text, reasoning, refusal, calls } = answerOf(events);
    // Not the ids: where the wire has none they are made up.
    const called = calls.map(({ name, input }) => ({ name, input }));
    return { said: { text, reasoning, refusal, called }, code: undefined, calls: calls.length };
  } catch (error) {
    if (!isModelwrightError(error)) throw error;
    return { said: undefined, code: error.code, calls: answerOf(events).calls.length };
  }
}

/** Ended at any byte a stream gives the whole answer or an error, and an error has released no call. */
export function brokenByCuts(bytes: Uint8Array, { room, call }: Decoder): readonly string[] {
  const whole = attempt(framesOf(bytes, room), { room, call });
  if (whole.code !== undefined) return [];
  const reader = readers[room.framing](64 << 20);
  const before: Progress = { decoder: room.createStreamDecoder(call), events: [] };
  const finishedTwice = firstOfSeveralEnds(bytes);
  let boundary = 0;
  let seen = "";
  for (let length = 0; length < bytes.length; length++) {
    tried.cuts++;
    const tail = framesOf(bytes.subarray(boundary, length), room);
    // Bytes that complete nothing new change nothing.
    const state = `${boundary} ${JSON.stringify(tail)}`;
    if (state !== seen) {
      seen = state;
      const { said, code, calls } = finished(copyOf(before, call), tail);
      const at = `cut at ${length} of ${bytes.length}`;
      if (code === undefined && !isDeepStrictEqual(said, whole.said)) {
        if (length <= finishedTwice) return [`${at}: a shorter success`];
        tried.undecidable++;
      }
      if (code !== undefined && calls > 0) return [`${at}: ${calls} calls released before ${code}`];
    }
    const frames: Frame[] = [];
    reader.push(bytes.subarray(length, length + 1), frames);
    if (frames.length > 0) boundary = length + 1;
    for (const frame of frames) if (!before.decoder.done) before.decoder.push(frame, before.events);
  }
  return isDeepStrictEqual(finished(before, framesOf(bytes.subarray(boundary), room)).said, whole.said)
    ? []
    : ["cut nowhere: not the whole answer"];
}

/**
 * Gemini's wire has no end marker but the finish reason, and a few answers state it in several chunks: a clean end after
 * the first cannot be told from the end of the answer. Where that is, else nowhere.
 */
function firstOfSeveralEnds(bytes: Uint8Array): number {
  const text = Buffer.from(bytes).toString("latin1");
  const ends = [...text.matchAll(/"finishReason"/g)];
  return ends.length > 1 ? ends[0]!.index : Number.POSITIVE_INFINITY;
}

/** A decoder on its way, and what it gave so far. */
interface Progress {
  readonly decoder: StreamDecoder;
  readonly events: ProtocolEvent[];
}

/** A copy of a decoder with all it holds, beside the call: going on with one does not touch the other. */
function copyOf(progress: Progress, call: ChatCall): Progress {
  const copies = new Map<unknown, unknown>([[call, call]]);
  const copy = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
    if (copies.has(value)) return copies.get(value);
    const made: unknown =
      value instanceof Map ? new Map() : value instanceof Set ? new Set() : Object.create(Object.getPrototypeOf(value));
    const target = Array.isArray(value) ? [] : made;
    copies.set(value, target);
    if (value instanceof Map)
      for (const [key, item] of value) (target as Map<unknown, unknown>).set(copy(key), copy(item));
    else if (value instanceof Set) for (const item of value) (target as Set<unknown>).add(copy(item));
    else
      for (const [name, member] of Object.entries(value)) (target as { [name: string]: unknown })[name] = copy(member);
    return target;
  };
  return copy(progress) as Progress;
}

/** Members whose loss is a loss of the answer, by the room that reads them: contents, their places, and the end. */
const carriers: { readonly [P in ChatProtocolId]: RegExp } = {
  "openai-chat":
    /^(error|choices|choices\.0|choices\.0\.(finish_reason|text|(delta|message)(\.(content|refusal|reasoning|reasoning_content|reasoning_text|reasoning_details|function_call)(\..*)?|\.tool_calls(\.\d+(\.(id|function.*))?)?)?))$/,
  "openai-responses":
    /^(delta|text|refusal|arguments|name|part(\..*)?|item|item\.(type|arguments|input|name|call_id|content.*|summary.*)|response|response\.(status|incomplete_details|error|output).*)$/,
  "anthropic-messages":
    /^(delta|delta\.(text|thinking|partial_json|signature|citation.*|content|stop_reason)|content_block(\..*)?|message|message\.id)$/,
  "google-generative-ai": /^(error|candidates(\.0(\.finishReason|\.content(\.role|\.parts.*)?)?)?|promptFeedback.*)$/,
  ollama: /^(done|error|message|message\.(content|thinking|tool_calls.*))$/,
  "cohere-v2": /^(delta(\.(finish_reason|error|message(\.(content|tool_plan|tool_calls).*)?))?)$/,
  "bedrock-converse": /^(delta(\..*)?|start(\..*)?|stopReason|contentBlockIndex)$/,
};

/** Another number in place of an index names another place; of several candidates, no number is none of them. */
const elsewhere = /(^|\.|_)index$/i;

/**
 * A changed member that carries nothing of the answer loses no text, no reasoning and no call. What it carries depends
 * on whether the stream holds several candidates.
 */
export function brokenByMutations(
  bytes: Uint8Array,
  decoder: Decoder,
  { candidates = "one" }: { readonly candidates?: "one" | "several" } = {},
): readonly string[] {
  const frames = framesOf(bytes, decoder.room);
  const carrying = carriers[decoder.room.id as ChatProtocolId] ?? /^$/;
  const whole = attempt(frames, decoder);
  if (whole.code !== undefined) return [];
  const lost = new Set<string>();
  for (const i of telling(frames))
    for (const { frames: changed, path, value } of mutations([frames[i]!])) {
      tried.mutations++;
      if (carrying.test(path)) continue;
      if (elsewhere.test(path) && (typeof value === "number" || candidates === "several")) continue;
      if (path === "type" && frames[i]!.event === "") continue;
      const { said, code } = attempt(frames.with(i, changed[0]!), decoder);
      if (!isDeepStrictEqual(said, whole.said))
        lost.add(`${frames[i]!.event} ${path} = ${JSON.stringify(value)}: ${code ?? "changed"}`);
    }
  return [...lost];
}

/** The first, second and last frame of each shape: the others repeat them. */
function telling(frames: readonly Frame[]): readonly number[] {
  const shapes = new Map<string, number[]>();
  for (const [i, { event, data }] of frames.entries()) {
    if (!data.trimStart().startsWith("{")) continue;
    const shape = event + shapeOf(JSON.parse(data));
    const places = shapes.get(shape) ?? [];
    shapes.set(shape, places.length < 3 ? [...places, i] : [...places.slice(0, 2), i]);
  }
  return [...shapes.values()].flat();
}

/** The names and kinds of all members. */
function shapeOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  if (Array.isArray(value)) return `[${value.map(shapeOf).join()}]`;
  return `{${Object.entries(value)
    .map(([name, member]) => `${name}:${shapeOf(member)}`)
    .join()}}`;
}
