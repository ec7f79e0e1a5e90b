/** Calls, fixtures and decoding for the tests of the Cohere room. */
import { readFileSync } from "node:fs";
import type { ModelFacts, ProviderFacts } from "../../../src/catalog/facts.js";
import type { ProtocolEvent } from "../../../src/chat/events.js";
import type { NeutralRequest } from "../../../src/chat/request.js";
import { cohereV2Room as cohereV2 } from "../../../src/protocols/cohere-v2/room.js";
import type { Adjustment, ChatCall } from "../../../src/protocols/protocol.js";
import type { Frame } from "../../../src/transport/frame.js";
import { createSseReader } from "../../../src/transport/sse.js";

const provider: ProviderFacts = {
  id: "cohere",
  name: "Cohere",
  role: "lab",
  protocol: "cohere-v2",
  baseURL: "https://api.cohere.com",
  auth: [{ type: "bearer", env: ["COHERE_API_KEY"] }],
  assume: "strict",
  unknownModels: "reject",
  models: {},
};

export interface CallParts {
  readonly request?: Partial<NeutralRequest>;
  readonly model?: Partial<ModelFacts>;
  readonly stream?: boolean;
}

export function callOf(parts: CallParts = {}): ChatCall & { readonly adjustments: Adjustment[] } {
  const adjustments: Adjustment[] = [];
  const model: ModelFacts = {
    kind: "chat",
    input: ["text", "image"],
    output: ["text"],
    features: { tools: true, structuredOutput: "schema" },
    params: {},
    limits: {},
    ...parts.model,
  };
  return {
    provider,
    modelId: "command-a",
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
  const wire = cohereV2.encodeChat(call);
  const body = JSON.parse(JSON.stringify(wire.body)) as { [member: string]: unknown };
  return { body, path: wire.path, changes: call.adjustments.map(({ path, action }) => `${action} ${path}`) };
}

export function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`../../fixtures/cohere-v2/${name}`, import.meta.url));
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
  const decoder = cohereV2.createStreamDecoder(callOf({ stream: true }));
  for (const frame of frames) {
    if (decoder.done) return out;
    decoder.push(frame, out);
  }
  if (!decoder.done) decoder.end(out);
  return out;
}

export const replayOf = (type: string, provider = "cohere") => ({
  protocol: "cohere-v2",
  provider,
  model: "command-a",
  data: { type },
});
