/** Compares what the independent reading of a recorded row does not hold: buckets of usage, reasons, signatures, sources, ids, and the way back. */
import { isDeepStrictEqual } from "node:util";
import type { FinishReason, ProtocolEvent } from "../../src/chat/events.js";
import { count, type UsageBuckets } from "../../src/chat/usage.js";
import type { ChatCall, Protocol } from "../../src/protocols/protocol.js";
import type { ServerProtocol } from "../../src/protocols/server.js";
import { answerOf, framesOf } from "../protocols/streams.js";
import { bodyBytes, isStream } from "./replay-answer.js";
import type { Row } from "./replay-rows.js";

type Members = { readonly [member: string]: unknown };

export interface Decoded {
  readonly row: Row;
  readonly events: readonly ProtocolEvent[];
  readonly room: Protocol;
  readonly server: ServerProtocol;
  readonly call: ChatCall;
}

/** One line for each difference. */
export function detailDifferences(decoded: Decoded): readonly string[] {
  const pieces = rawPieces(decoded);
  return [
    ...previews(decoded.events),
    ...reasons(decoded),
    ...buckets(decoded),
    ...heads(decoded, pieces),
    ...sources(decoded, pieces),
    ...wayBack(decoded, pieces),
  ];
}

/** The JSON values of the recorded body. */
function rawPieces({ row, room }: Decoded): readonly unknown[] {
  if (!isStream(row)) return [JSON.parse(row.response.body ?? "null")].flat();
  return framesOf(bodyBytes(row), room).flatMap(({ data }) => {
    try {
      return [JSON.parse(data)];
    } catch {
      return [];
    }
  });
}

/** Every object within a value. */
function* objectsIn(value: unknown): Generator<Members> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield value as Members;
  for (const member of Object.values(value)) yield* objectsIn(member);
}

/** Previews of calls say what the finished calls say; the message says what the events said. */
function previews(events: readonly ProtocolEvent[]): readonly string[] {
  const found: string[] = [];
  const previewed = new Map<number, { id: string; name: string; json: string }>();
  for (const event of events) {
    if (event.type === "tool-call-start") previewed.set(event.index, { id: event.id, name: event.name, json: "" });
    if (event.type === "tool-call-delta") previewed.get(event.index)!.json += event.text;
  }
  const { calls, text, refusal, reasoning, finish } = answerOf(events);
  const starts = [...previewed.values()];
  for (const call of calls) {
    const preview = starts.find(({ id, name }) => (id === call.id || id === "") && name === call.name);
    if (preview === undefined) found.push(`call ${call.id} was not previewed`);
    else if (preview.json.trim() !== "" && !isDeepStrictEqual(parsed(preview.json) ?? {}, call.input))
      found.push(`preview of ${call.id}: ${preview.json}`);
  }
  const content = finish?.message.content ?? [];
  const parts = typeof content === "string" ? [] : content;
  const texts = parts.flatMap((part) => (part.type === "text" ? part.text : [])).join("");
  if (text !== "" && refusal === "" && !text.endsWith(texts)) found.push("the message's text is another");
  const thoughts = parts.flatMap((part) => (part.type === "reasoning" ? part.text : [])).join("");
  if (!reasoning.endsWith(thoughts)) found.push("the message's reasoning is another");
  if (parts.filter((part) => part.type === "tool-call").length !== calls.length) found.push("the message's calls");
  return found;
}

const finishWords: { readonly [word: string]: FinishReason } = {
  stop: "stop",
  end_turn: "stop",
  stop_sequence: "stop",
  complete: "stop",
  eos: "stop",
  completed: "stop",
  length: "length",
  max_tokens: "length",
  max_output_tokens: "length",
  model_context_window_exceeded: "length",
  tool_calls: "tool-calls",
  tool_use: "tool-calls",
  tool_call: "tool-calls",
  function_call: "tool-calls",
  content_filter: "content-filter",
  safety: "content-filter",
  guardrail_intervened: "content-filter",
  prohibited_content: "content-filter",
  recitation: "content-filter",
  refusal: "refusal",
  pause_turn: "other",
  malformed_function_call: "error",
  unexpected_tool_call: "error",
  // Gemini's number, and an end that Responses leaves without a reason.
  1: "stop",
  incomplete: "length",
};

function reasons({ row, events }: Decoded): readonly string[] {
  const { finish, calls, refusal } = answerOf(events);
  const raw = (finish?.rawFinishReason ?? "").toLowerCase();
  const word = finishWords[raw] ?? "other";
  const wanted =
    calls.length > 0 && (word === "stop" || word === "other")
      ? "tool-calls"
      : refusal !== "" && word === "stop"
        ? "refusal"
        : word;
  if (finish?.finishReason === wanted) return [];
  return [`finish ${raw} (${row.expect?.finish}) is ${finish?.finishReason} instead of ${wanted}`];
}

/** Counts of the buckets, as the documentation of each wire names them; a part is never more than its whole. */
function wantedBuckets(row: Row, usage: Members, found: UsageBuckets): UsageBuckets {
  const at = (path: string): number =>
    count(path.split(".").reduce<unknown>((value, name) => (value as Members | null | undefined)?.[name], usage));
  switch (row.protocol) {
    case "openai-chat":
      return {
        cacheRead: Math.min(
          at("prompt_tokens"),
          at("prompt_tokens_details.cached_tokens") ||
            at("prompt_cache_hit_tokens") ||
            at("cache_read_input_tokens") ||
            at("num_cached_tokens"),
        ),
        reasoning: Math.min(
          row.provider === "xai" ? Number.POSITIVE_INFINITY : at("completion_tokens"),
          at("completion_tokens_details.reasoning_tokens"),
        ),
        audioInput: at("prompt_tokens_details.audio_tokens"),
        audioOutput: at("completion_tokens_details.audio_tokens"),
        cacheWrite: at("prompt_tokens_details.cache_write_tokens") || at("cache_creation_input_tokens"),
      };
    case "openai-responses":
      return {
        cacheRead: at("input_tokens_details.cached_tokens"),
        reasoning: at("output_tokens_details.reasoning_tokens"),
      };
    case "anthropic-messages":
      return {
        input: at("input_tokens"),
        cacheRead: at("cache_read_input_tokens"),
        cacheWrite: at("cache_creation_input_tokens") - at("cache_creation.ephemeral_1h_input_tokens"),
        cacheWrite1h: at("cache_creation.ephemeral_1h_input_tokens"),
      };
    case "google-generate-content":
      return {
        cacheRead: at("cachedContentTokenCount") - (found.audioCacheRead ?? 0),
        reasoning: at("thoughtsTokenCount"),
      };
    case "bedrock-converse":
      return { input: at("inputTokens"), cacheRead: at("cacheReadInputTokens"), output: at("outputTokens") };
    default:
      return {};
  }
}

function buckets({ row, events }: Decoded): readonly string[] {
  const usage = row.expect?.usage;
  const found = answerOf(events).finish?.usage;
  if (usage === undefined || usage === null || found === undefined) return [];
  const lines = Object.entries(wantedBuckets(row, usage, found.buckets)).flatMap(([name, tokens]) =>
    (found.buckets[name as keyof UsageBuckets] ?? 0) === tokens
      ? []
      : `${name} ${found.buckets[name as keyof UsageBuckets]} instead of ${tokens}`,
  );
  const { cost, is_byok } = usage as Members;
  // With a key of the caller's own the gateway's cost is only its fee.
  if (typeof cost === "number" && is_byok !== true && found.reportedCostUsd !== cost)
    lines.push(`cost ${found.reportedCostUsd} instead of ${cost}`);
  const total = count(
    (usage as Members).total_tokens ?? (usage as Members).totalTokenCount ?? (usage as Members).totalTokens,
  );
  if (total > 0 && total !== found.inputTokens + found.outputTokens)
    lines.push(`total ${found.inputTokens} + ${found.outputTokens} instead of ${total} ${JSON.stringify(usage)}`);
  // Other models that the answer made use of are billed apart.
  if (found.state !== "known" && (usage as Members).iterations === undefined) lines.push(`usage is ${found.state}`);
  return lines;
}

function heads({ events }: Decoded, pieces: readonly unknown[]): readonly string[] {
  const start = events.find((event) => event.type === "start");
  const text = JSON.stringify(pieces);
  const found: string[] = [];
  if (start?.id === undefined && /"(?:id|responseId)":"(?:chatcmpl|msg_|resp_)/.test(text)) found.push("no id");
  if (start?.model === undefined && /"(?:model|modelVersion)":"[^"]/.test(text)) found.push("no model");
  return found;
}

const annotated = new Set([
  "citations",
  "annotations",
  "groundingChunks",
  "citationSources",
  "search_results",
  "citation",
  "annotation",
]);

/** URLs below members that name sources. */
function urlsIn(value: unknown, below = false): readonly string[] {
  if (typeof value === "string") return below && /^https?:/.test(value) ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => urlsIn(member, below || annotated.has(name)));
}

function sources({ events }: Decoded, pieces: readonly unknown[]): readonly string[] {
  const named = new Set(events.flatMap((event) => (event.type === "source" ? (event.source.url ?? []) : [])));
  const missing = [...new Set(urlsIn(pieces))].filter((url) => !named.has(url));
  return missing.length === 0
    ? []
    : [`${missing.length} of ${named.size + missing.length} sources missing, such as ${missing[0]}`];
}

const signed = ["signature", "thoughtSignature", "thought_signature", "encrypted_content", "redactedContent"];

function signaturesIn(pieces: readonly unknown[]): readonly string[] {
  const found = new Set<string>();
  // A Responses item has one signature when it opens, one when it is done, and one in the finished response.
  const done = pieces.filter(
    (piece) => !/item\.added|completed$|incomplete$/.test(String((piece as Members | null)?.type)),
  );
  for (const object of objectsIn(done)) {
    for (const name of signed)
      if (typeof object[name] === "string" && object[name] !== "") found.add(object[name] as string);
    if (object.type === "redacted_thinking" && typeof object.data === "string") found.add(object.data);
  }
  return [...found];
}

/** What is said of answers without content, of ids that the recording scrubbed, and of the call that this check makes. */
const expected = [
  "requires a limit",
  "the message holds nothing",
  "nothing of the message can be sent",
  "text without content",
  "accepts no such id",
  "goes back as its transcript",
];

/** The message goes back to the same model with everything that was signed, and its server takes it. */
function wayBack({ events, room, server, call, row }: Decoded, pieces: readonly unknown[]): readonly string[] {
  const message = answerOf(events).finish?.message;
  if (message === undefined) return ["no message"];
  const adjustments: string[] = [];
  const results = (typeof message.content === "string" ? [] : message.content).flatMap((part) =>
    part.type === "tool-call"
      ? [{ role: "tool" as const, toolCallId: part.id, toolName: part.name, content: "done" }]
      : [],
  );
  const tools = results.map(({ toolName }) => ({ name: toolName, parameters: { type: "object" } }));
  const messages = [
    { role: "user" as const, content: "Hi" },
    message,
    ...results,
    { role: "user" as const, content: "Go on" },
  ];
  const wire = room.encodeChat({
    ...call,
    request: {
      ...call.request,
      messages,
      tools: [...new Map(tools.map((tool) => [tool.name, tool])).values()],
      params: {},
    },
    adjust: ({ action, path, reason }) => void adjustments.push(`${action} ${path.replace(/\d+/g, "N")}: ${reason}`),
  });
  const text = JSON.stringify(wire.body);
  const lost = signaturesIn(pieces).filter((signature) => !text.includes(signature));
  const found = adjustments.filter((line) => !expected.some((reason) => line.includes(reason)));
  if (lost.length > 0) found.push(`${lost.length} signatures lost, such as ${lost[0]!.slice(0, 30)}`);
  const route = server.route("POST", wire.path.split("?")[0]!) ?? { operation: "chat" as const };
  try {
    server.decodeChat(JSON.parse(text), route);
  } catch (error) {
    found.push(`its own server refuses the message: ${(error as Error).message}`);
  }
  return [...new Set(found)].map((line) => `way back of ${row.protocol}: ${line}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
