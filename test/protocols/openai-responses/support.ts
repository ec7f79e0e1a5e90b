/** Calls, streams and items for the tests of the `openai-responses` room. */
import { readFileSync } from "node:fs";
import type { ModelFacts, ProviderFacts } from "../../../src/catalog/facts.js";
import type { FinishEvent, ProtocolEvent } from "../../../src/chat/events.js";
import type { AssistantPart } from "../../../src/chat/message.js";
import type { NeutralRequest } from "../../../src/chat/request.js";
import { openaiResponsesRoom as room } from "../../../src/protocols/openai-responses/room.js";
import { openaiResponsesServer as server } from "../../../src/protocols/openai-responses/server.js";
import type { Adjustment, ChatCall } from "../../../src/protocols/protocol.js";
import type { AnswerContext } from "../../../src/protocols/server.js";
import type { Frame } from "../../../src/transport/frame.js";
import { createSseReader } from "../../../src/transport/sse.js";

export type Json = { readonly [member: string]: unknown };

const provider: ProviderFacts = {
  id: "openai",
  name: "OpenAI",
  role: "lab",
  protocol: "openai-responses",
  baseURL: "https://api.openai.com/v1",
  auth: [{ type: "bearer", env: ["OPENAI_API_KEY"] }],
  assume: "strict",
  unknownModels: "reject",
  models: {},
};

const plainModel: ModelFacts = {
  kind: "chat",
  input: ["text", "image", "pdf", "audio"],
  output: ["text"],
  features: { tools: true },
  params: {},
  limits: {},
};

export const reasoningModel: ModelFacts = {
  ...plainModel,
  reasoning: {
    mode: "optional",
    default: "off",
    effort: { levels: ["none", "low", "medium", "high"], off: "none", alias: { minimal: "low" } },
    wire: "openai-effort",
  },
};

export interface TestCall extends ChatCall {
  readonly adjustments: Adjustment[];
}

export function callOf(
  request: Partial<NeutralRequest> = {},
  rest: { readonly model?: ModelFacts; readonly modelId?: string; readonly stream?: boolean } = {},
): TestCall {
  const adjustments: Adjustment[] = [];
  return {
    provider,
    modelId: rest.modelId ?? "gpt-test",
    model: rest.model ?? plainModel,
    request: { messages: [{ role: "user", content: "Hi" }], tools: [], params: {}, ...request },
    stream: rest.stream ?? false,
    adjust: (adjustment) => adjustments.push(adjustment),
    adjustments,
  };
}

export function bodyOf(call: ChatCall): Json {
  return room.encodeChat(call).body as Json;
}

export const callsFixture = readFileSync(new URL("../../fixtures/openai-responses/calls.sse", import.meta.url));

export function framesOf(body: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  const reader = createSseReader(1_000_000);
  reader.push(body, frames);
  reader.end(frames);
  return frames;
}

/** One frame per event, as hosts send it that leave out the `event:` line. */
export function framesFrom(events: readonly Json[]): Frame[] {
  return events.map((event) => ({ event: "", data: JSON.stringify(event) }));
}

export function read(frames: readonly Frame[], call: ChatCall = callOf()): ProtocolEvent[] {
  const out: ProtocolEvent[] = [];
  const decoder = room.createStreamDecoder(call);
  for (const frame of frames) decoder.push(frame, out);
  decoder.end(out);
  return out;
}

/** Events of items that come one after the other, each whole in its `done` event, and the terminal event. */
export function streamOf(items: readonly Json[], end: Json = { type: "response.completed", response: {} }): Frame[] {
  const done = items.map((item, output_index) => ({ type: "response.output_item.done", output_index, item }));
  return framesFrom([...done, end]);
}

export function answerOf(output: readonly Json[], rest: Json = {}): Json {
  return { id: "resp_1", model: "gpt-test", status: "completed", output, ...rest };
}

export function messageOf(...content: readonly Json[]): Json {
  return { type: "message", id: "msg_1", role: "assistant", status: "completed", content };
}

export const said = (text: string): Json => ({ type: "output_text", text, annotations: [] });

export function functionCall(callId: string, json: string, rest: Json = {}): Json {
  return { type: "function_call", id: `fc_${callId}`, call_id: callId, name: "look_up", arguments: json, ...rest };
}

export function finishOf(events: readonly ProtocolEvent[]): FinishEvent {
  const last = events.at(-1);
  if (last?.type !== "finish") throw new Error(`the last event is ${last?.type}`);
  return last;
}

export function partsOf(events: readonly ProtocolEvent[]): readonly AssistantPart[] {
  const { content } = finishOf(events).message;
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}

export function joined(events: readonly ProtocolEvent[], type: "text-delta" | "reasoning-delta"): string {
  return events.map((event) => (event.type === type ? event.text : "")).join("");
}

export function contextOf(wire: Json = {}): AnswerContext {
  const served = server.decodeChat({ model: "gpt-test", input: "Hi", ...wire }, { operation: "chat" });
  return { id: "resp_served", modelId: "gpt-test", created: 1764000000, served };
}

export function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
