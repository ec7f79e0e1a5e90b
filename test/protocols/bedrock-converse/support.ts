/** Calls, recorded-like streams and decoding for the tests of the Converse room. */
import type { ModelFacts, ProviderFacts } from "../../../src/catalog/facts.js";
import type { ProtocolEvent } from "../../../src/chat/events.js";
import type { NeutralRequest } from "../../../src/chat/request.js";
import { bedrockConverseRoom as bedrockConverse } from "../../../src/protocols/bedrock-converse/room.js";
import type { Adjustment, ChatCall } from "../../../src/protocols/protocol.js";
import { createEventStreamReader, encodeEventStreamFrame } from "../../../src/transport/event-stream.js";
import type { Frame } from "../../../src/transport/frame.js";

const provider: ProviderFacts = {
  id: "amazon-bedrock",
  name: "Amazon Bedrock",
  role: "cloud",
  protocol: "bedrock-converse",
  baseURL: "https://bedrock-runtime.us-east-1.amazonaws.com",
  auth: [{ type: "bearer", env: ["AWS_BEARER_TOKEN_BEDROCK"] }],
  assume: "strict",
  unknownModels: "permissive",
  models: {},
};

export const modelId = "us.maker.model-v1:0";

export interface CallParts {
  readonly request?: Partial<NeutralRequest>;
  readonly model?: Partial<ModelFacts>;
  readonly modelId?: string;
  readonly stream?: boolean;
}

export function callOf(parts: CallParts = {}): ChatCall & { readonly adjustments: Adjustment[] } {
  const adjustments: Adjustment[] = [];
  const model: ModelFacts = {
    kind: "chat",
    input: ["text", "image", "pdf", "video", "audio"],
    output: ["text"],
    features: { tools: true, structuredOutput: "schema", promptCaching: "explicit" },
    params: {},
    limits: {},
    ...parts.model,
  };
  return {
    provider,
    modelId: parts.modelId ?? modelId,
    model,
    request: { messages: [{ role: "user", content: "Hi" }], tools: [], params: {}, ...parts.request },
    stream: parts.stream ?? false,
    adjust: (adjustment) => adjustments.push(adjustment),
    adjustments,
  };
}

/** The JSON of what would be sent, and what was changed on the way. */
export function encoded(request: Partial<NeutralRequest>, parts: CallParts = {}) {
  const call = callOf({ ...parts, request });
  const wire = bedrockConverse.encodeChat(call);
  const body = JSON.parse(JSON.stringify(wire.body)) as { [member: string]: unknown };
  return { body, path: wire.path, changes: call.adjustments.map(({ path, action }) => `${action} ${path}`) };
}

const frame = (event: string, members: object): Frame => ({ event, data: JSON.stringify(members) });
const delta = (contentBlockIndex: number, members: object): Frame =>
  frame("contentBlockDelta", { contentBlockIndex, delta: members, p: "abcd" });
const stop = (contentBlockIndex: number): Frame => frame("contentBlockStop", { contentBlockIndex, p: "ab" });

const usage = {
  inputTokens: 12,
  outputTokens: 50,
  totalTokens: 1090,
  cacheReadInputTokens: 1000,
  cacheWriteInputTokens: 28,
  cacheDetails: [{ ttl: "1h", inputTokens: 20 }],
  serverToolUsage: {},
};

/** Streams in the shapes of the real service: padding members, no start of text, usage behind the stop. */
export const streams: { readonly [name: string]: readonly Frame[] } = {
  "thinking and calls": [
    frame("messageStart", { role: "assistant", p: "abc" }),
    delta(0, { reasoningContent: { text: "Two cities, " } }),
    delta(0, { reasoningContent: { text: "two calls." } }),
    delta(0, { reasoningContent: { signature: "sig+/=" } }),
    stop(0),
    delta(1, { text: "I will " }),
    delta(1, { text: "ask – 北." }),
    stop(1),
    frame("contentBlockStart", {
      contentBlockIndex: 2,
      start: { toolUse: { toolUseId: "tooluse_1", name: "weather" } },
    }),
    delta(2, { toolUse: { input: "" } }),
    delta(2, { toolUse: { input: '{"city":' } }),
    delta(2, { toolUse: { input: '"Oslo"}' } }),
    stop(2),
    frame("contentBlockStart", { contentBlockIndex: 3, start: { toolUse: { toolUseId: "tooluse_2", name: "clock" } } }),
    stop(3),
    frame("messageStop", { stopReason: "tool_use", p: "abcdef" }),
    frame("metadata", { usage, metrics: { latencyMs: 400 }, p: "a" }),
  ],
  "what the provider ran, and citations": [
    frame("messageStart", { role: "assistant" }),
    delta(0, { reasoningContent: { redactedContent: "cmVkYWN0ZWQ=" } }),
    stop(0),
    frame("contentBlockStart", {
      contentBlockIndex: 1,
      start: { toolUse: { toolUseId: "t_1", name: "nova_code_interpreter", type: "server_tool_use" } },
    }),
    delta(1, { toolUse: { input: '{"snippet":"6*7"}' } }),
    stop(1),
    frame("contentBlockStart", {
      contentBlockIndex: 2,
      start: { toolResult: { toolUseId: "t_1", type: "nova_code_interpreter_result", status: "success" } },
    }),
    delta(2, { toolResult: [{ json: { stdOut: "42" } }] }),
    stop(2),
    delta(3, { text: "It is 42." }),
    delta(3, {
      citation: {
        title: "Guide",
        location: { web: { url: "https://guide.example", domain: "guide.example" } },
        sourceContent: [{ text: "forty-two" }],
      },
    }),
    stop(3),
    frame("messageStop", { stopReason: "end_turn", additionalModelResponseFields: { stop_sequence: null } }),
    frame("metadata", { usage: { inputTokens: 5, outputTokens: 6, totalTokens: 11 }, metrics: { latencyMs: 1 } }),
  ],
};

export function bytesOf(frames: readonly Frame[]): Uint8Array {
  return new Uint8Array(Buffer.concat(frames.map(encodeEventStreamFrame)));
}

export function framesOf(bytes: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  const reader = createEventStreamReader(1_000_000);
  reader.push(bytes, frames);
  reader.end(frames);
  return frames;
}

/** Events of a stream; `out` keeps what came before a failure. */
export function decodeFrames(frames: readonly Frame[], out: ProtocolEvent[] = []): ProtocolEvent[] {
  const decoder = bedrockConverse.createStreamDecoder(callOf({ stream: true }));
  for (const frame of frames) {
    if (decoder.done) return out;
    decoder.push(frame, out);
  }
  if (!decoder.done) decoder.end(out);
  return out;
}

export const replayOf = (data: unknown, { provider: from = "amazon-bedrock", model = modelId } = {}) => ({
  protocol: "bedrock-converse",
  provider: from,
  model,
  data,
});
