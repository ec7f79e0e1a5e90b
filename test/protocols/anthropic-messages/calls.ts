/** Calls, fixtures and decoding for the tests of the Messages room. */
import { readFileSync } from "node:fs";
import type { ModelFacts, ProviderFacts } from "../../../src/catalog/facts.js";
import type { FinishEvent, ProtocolEvent } from "../../../src/chat/events.js";
import type { NeutralRequest } from "../../../src/chat/request.js";
import { anthropicMessagesRoom as anthropicMessages } from "../../../src/protocols/anthropic-messages/room.js";
import type { Adjustment, ChatCall } from "../../../src/protocols/protocol.js";
import type { Frame } from "../../../src/transport/frame.js";
import { createSseReader } from "../../../src/transport/sse.js";

const provider: ProviderFacts = {
  id: "anthropic",
  name: "Anthropic",
  role: "lab",
  protocol: "anthropic-messages",
  baseURL: "https://api.anthropic.com/v1",
  auth: [{ type: "header", header: "x-api-key", env: ["ANTHROPIC_API_KEY"] }],
  assume: "strict",
  unknownModels: "reject",
  models: {},
};

export interface CallParts {
  readonly request?: Partial<NeutralRequest>;
  readonly model?: Partial<ModelFacts>;
  readonly modelId?: string;
  readonly provider?: Partial<ProviderFacts>;
  readonly stream?: boolean;
}

/** A call and the adjustments that encoding it makes. `maxOutputTokens` is given unless `request.params` is. */
export function callOf(parts: CallParts = {}): ChatCall & { readonly adjustments: Adjustment[] } {
  const adjustments: Adjustment[] = [];
  return {
    provider: { ...provider, ...parts.provider },
    modelId: parts.modelId ?? "claude-sonnet-4-5",
    model: {
      kind: "chat",
      input: ["text", "image", "pdf"],
      output: ["text"],
      features: { tools: true, structuredOutput: "schema", promptCaching: "explicit" },
      params: {},
      limits: { context: 200_000, output: 64_000 },
      ...parts.model,
    },
    request: { messages: [], tools: [], params: { maxOutputTokens: 100 }, ...parts.request },
    stream: parts.stream ?? false,
    adjust: (adjustment) => adjustments.push(adjustment),
    adjustments,
  };
}

export function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`../../fixtures/anthropic-messages/${name}`, import.meta.url));
}

export function framesOf(bytes: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  const reader = createSseReader(1_000_000);
  reader.push(bytes, frames);
  reader.end(frames);
  return frames;
}

/** Events of a stream; `out` keeps what came before a failure. */
export function decodeFrames(frames: readonly Frame[], out: ProtocolEvent[] = []): ProtocolEvent[] {
  const decoder = anthropicMessages.createStreamDecoder(callOf({ stream: true }));
  for (const frame of frames) {
    decoder.push(frame, out);
    if (decoder.done) return out;
  }
  decoder.end(out);
  return out;
}

export function decodeFixture(name: string): ProtocolEvent[] {
  return decodeFrames(framesOf(fixture(name)));
}

export function finishOf(events: readonly ProtocolEvent[]): FinishEvent {
  const last = events.at(-1);
  if (last?.type !== "finish") throw new Error("no finish");
  return last;
}

/** The JSON of what would be sent. */
export function encode(call: ChatCall): { readonly [member: string]: unknown } {
  return JSON.parse(JSON.stringify(anthropicMessages.encodeChat(call).body)) as { [member: string]: unknown };
}

export const replayed = (data: unknown, model = "claude-sonnet-4-5") => ({
  protocol: "anthropic-messages",
  provider: "anthropic",
  model,
  data,
});
