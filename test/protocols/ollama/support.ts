/** Calls, streams and answers for the tests of the `ollama` room. */
import type { ModelFacts, ProviderFacts } from "../../../src/catalog/facts.js";
import type { FinishEvent, ProtocolEvent } from "../../../src/chat/events.js";
import type { AssistantPart } from "../../../src/chat/message.js";
import type { NeutralRequest } from "../../../src/chat/request.js";
import { ollamaRoom as room } from "../../../src/protocols/ollama/room.js";
import { ollamaServer as server } from "../../../src/protocols/ollama/server.js";
import type { Adjustment, ChatCall } from "../../../src/protocols/protocol.js";
import type { AnswerContext } from "../../../src/protocols/server.js";
import type { Frame } from "../../../src/transport/frame.js";
import { createNdjsonReader } from "../../../src/transport/ndjson.js";

export type Json = { readonly [member: string]: unknown };

export const provider: ProviderFacts = {
  id: "ollama",
  name: "Ollama",
  role: "local",
  protocol: "ollama",
  baseURL: "http://127.0.0.1:11434",
  auth: [{ type: "none" }],
  assume: "permissive",
  unknownModels: "permissive",
  models: {},
};

export const chatModel: ModelFacts = {
  kind: "chat",
  input: ["text", "image"],
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
  rest: { readonly model?: ModelFacts; readonly stream?: boolean } = {},
): TestCall {
  const adjustments: Adjustment[] = [];
  return {
    provider,
    modelId: "qwen-test",
    model: rest.model ?? chatModel,
    request: { messages: [{ role: "user", content: "Hi" }], tools: [], params: {}, ...request },
    stream: rest.stream ?? false,
    adjust: (adjustment) => adjustments.push(adjustment),
    adjustments,
  };
}

export function bodyOf(call: ChatCall): Json {
  return room.encodeChat(call).body as Json;
}

export function framesOf(text: string): Frame[] {
  const frames: Frame[] = [];
  const reader = createNdjsonReader(1_000_000);
  reader.push(new TextEncoder().encode(text), frames);
  reader.end(frames);
  return frames;
}

export function read(text: string, call: ChatCall = callOf()): ProtocolEvent[] {
  const out: ProtocolEvent[] = [];
  const decoder = room.createStreamDecoder(call);
  for (const frame of framesOf(text)) decoder.push(frame, out);
  decoder.end(out);
  return out;
}

export function linesOf(pieces: readonly Json[]): string {
  return pieces.map((piece) => `${JSON.stringify(piece)}\n`).join("");
}

export function pieceOf(message: Json, rest: Json = { done: false }): Json {
  return {
    model: "qwen-test",
    created_at: "2026-01-01T00:00:00Z",
    message: { role: "assistant", ...message },
    ...rest,
  };
}

export const ending: Json = { done: true, done_reason: "stop", prompt_eval_count: 12, eval_count: 7 };

export function finishOf(events: readonly ProtocolEvent[]): FinishEvent {
  const last = events.at(-1);
  if (last?.type !== "finish") throw new Error(`the last event is ${last?.type}`);
  return last;
}

export function partsOf(events: readonly ProtocolEvent[]): readonly AssistantPart[] {
  const { content } = finishOf(events).message;
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}

export function contextOf(): AnswerContext {
  const served = server.decodeChat(
    { model: "qwen-test", messages: [{ role: "user", content: "Hi" }] },
    { operation: "chat" },
  );
  return { id: "1", modelId: "qwen-test", created: 1767225600, served };
}

export function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
