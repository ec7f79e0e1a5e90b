/** Calls, streams and replies for the tests of the `google-generative-ai` room. */
import { readFileSync } from "node:fs";
import type { ModelFacts, ProviderFacts } from "../../../src/catalog/facts.js";
import type { FinishEvent, ProtocolEvent } from "../../../src/chat/events.js";
import type { AssistantMessage, AssistantPart } from "../../../src/chat/message.js";
import type { NeutralRequest } from "../../../src/chat/request.js";
import { googleGenerativeAiRoom as room } from "../../../src/protocols/google-generative-ai/room.js";
import type { Adjustment, ChatCall, StreamDecoder } from "../../../src/protocols/protocol.js";
import type { Frame } from "../../../src/transport/frame.js";
import { createSseReader } from "../../../src/transport/sse.js";

export const provider: ProviderFacts = {
  id: "google",
  name: "Google",
  role: "lab",
  protocol: "google-generative-ai",
  baseURL: "https://generativelanguage.googleapis.com/v1beta",
  auth: [{ type: "header", header: "x-goog-api-key", env: ["GEMINI_API_KEY"] }],
  assume: "strict",
  unknownModels: "reject",
  models: {},
};

const chatModel: ModelFacts = {
  kind: "chat",
  input: ["text", "image", "pdf", "audio", "video"],
  output: ["text"],
  features: { tools: true },
  params: {},
  limits: {},
};

export interface TestCall extends ChatCall {
  readonly adjustments: Adjustment[];
}

export function callOf(
  request: Partial<NeutralRequest> = {},
  rest: { readonly model?: Partial<ModelFacts>; readonly modelId?: string; readonly stream?: boolean } = {},
): TestCall {
  const adjustments: Adjustment[] = [];
  return {
    provider,
    modelId: rest.modelId ?? "gemini-test",
    model: { ...chatModel, ...rest.model },
    request: { messages: [{ role: "user", content: "Hi" }], tools: [], params: {}, ...request },
    stream: rest.stream ?? false,
    adjust: (adjustment) => adjustments.push(adjustment),
    adjustments,
  };
}

export function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`../../fixtures/google-generative-ai/${name}`, import.meta.url));
}

export function framesOf(body: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  const reader = createSseReader(1_000_000);
  reader.push(body, frames);
  reader.end(frames);
  return frames;
}

export function streamOf(frames: readonly Frame[], call: ChatCall = callOf()): ProtocolEvent[] {
  const out: ProtocolEvent[] = [];
  const decoder: StreamDecoder = room.createStreamDecoder(call);
  for (const frame of frames) decoder.push(frame, out);
  decoder.end(out);
  return out;
}

export function frameOf(chunk: unknown): Frame {
  return { event: "", data: JSON.stringify(chunk) };
}

/** A whole answer with these parts. */
export function answerOf(parts: readonly unknown[], rest: { readonly [name: string]: unknown } = {}): unknown {
  return { candidates: [{ content: { role: "model", parts }, finishReason: "STOP", index: 0 }], ...rest };
}

export function finishOf(events: readonly ProtocolEvent[]): FinishEvent {
  const last = events.at(-1);
  if (last?.type !== "finish") throw new Error(`the last event is ${last?.type}`);
  return last;
}

export function partsOf({ content }: AssistantMessage): readonly AssistantPart[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}

export function textOf(events: readonly ProtocolEvent[]): string {
  return events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
}
