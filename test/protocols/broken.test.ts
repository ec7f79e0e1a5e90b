/** Streams that break: cut at any byte never a shorter success, and no wrong member costs a word it does not carry. */
import { describe, expect, it } from "vitest";
import type { ProtocolEvent } from "../../src/chat/events.js";
import { ReplyBuilder } from "../../src/chat/reply-builder.js";
import { usageOf } from "../../src/chat/usage.js";
import type { ChatCall } from "../../src/protocols/protocol.js";
import { encodeEventStreamFrame } from "../../src/transport/event-stream.js";
import { brokenByCuts, brokenByMutations, type Decoder } from "./broken.js";
import { providerOf, type Room, rooms } from "./contract-rooms.js";
import { answerOf, decodeFrames, framesOf } from "./streams.js";

/** Reasoning, text with characters of several bytes, two calls, usage. */
function answer(): readonly ProtocolEvent[] {
  const out: ProtocolEvent[] = [];
  const builder = new ReplyBuilder(out);
  builder.start("answer-1", "thinker");
  builder.reasoning("Two cities, ");
  builder.reasoning("two calls.");
  builder.text("Grüße aus ");
  builder.text("東京 🗼.");
  for (const [i, city] of ["Rome", "東京"].entries()) {
    builder.toolCallStart(i, `call_${i}`, "get_weather");
    for (const piece of ['{"city":', `${JSON.stringify(city)}}`]) builder.toolCallDelta(i, piece);
  }
  builder.usage = usageOf({ input: 20, output: 7 });
  builder.finish("stop", undefined);
  return out;
}

async function decoderOf(room: Room): Promise<Decoder> {
  const provider = providerOf(room);
  const call: ChatCall = {
    provider,
    modelId: "thinker",
    model: provider.models.thinker!,
    request: { messages: [], tools: [], params: {} },
    stream: true,
    adjust: () => undefined,
  };
  return { room: "whole" in room.client ? await room.client.whole() : room.client, call };
}

function bytesOf({ server }: Room): Uint8Array {
  const request = { messages: [], tools: [], params: {} };
  const served = { modelId: "thinker", stream: true, request, wire: { stream_options: { include_usage: true } } };
  const encoder = server.createStreamEncoder({ id: "answer-1", modelId: "thinker", created: 1, served });
  const chunks = [...answer().map((event) => encoder.encode(event)), encoder.end()];
  return Buffer.concat(
    chunks.flatMap((chunk) => (typeof chunk === "string" ? Buffer.from(chunk) : chunk.map(encodeEventStreamFrame))),
  );
}

describe.each(rooms)("a stream of $id", (room) => {
  it("cut at any byte is the whole answer or an error, and an error releases no call", async () => {
    expect(brokenByCuts(bytesOf(room), await decoderOf(room))).toEqual([]);
  });

  it("keeps text, reasoning and calls under each wrong member that does not carry them", async () => {
    expect(brokenByMutations(bytesOf(room), await decoderOf(room))).toEqual([]);
  });

  it("is whole to begin with", async () => {
    const { room: protocol, call } = await decoderOf(room);
    const { text, reasoning, calls } = answerOf(decodeFrames(framesOf(bytesOf(room), protocol), protocol, call));
    expect([text, reasoning, calls.length]).toEqual(["Grüße aus 東京 🗼.", "Two cities, two calls.", 2]);
  });
});
