/** Our own event stream: what goes in comes out, failures and departures included. */
import { describe, expect, it } from "vitest";
import type { ChatEvent } from "../../src/chat/events.js";
import { noUsage } from "../../src/chat/usage.js";
import { eventStreamResponse, type FailureEvent, readEventStream, type StreamedChat } from "../../src/streams.js";
import { reasoning, script, silentUntilSign, simulated, tools } from "./front-ends.js";

async function collect(response: Response): Promise<(ChatEvent | FailureEvent)[]> {
  const events: (ChatEvent | FailureEvent)[] = [];
  for await (const event of readEventStream(response)) events.push(event);
  return events;
}

const messages = [{ role: "user", content: "Weather in Rome?" }] as const;

describe("eventStreamResponse", () => {
  it("carries every event, one server-sent event each", async () => {
    const request = { messages, tools, reasoning, maxOutputTokens: 4000, maxSteps: 3 };
    const direct: ChatEvent[] = [];
    for await (const event of simulated(...script).model.stream(request)) direct.push(event);
    const response = eventStreamResponse(simulated(...script).model.stream(request));
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const read = await collect(response);
    expect(read.map(({ type }) => type)).toEqual(direct.map(({ type }) => type));
    expect(read.at(-1)).toMatchObject({ type: "finish", finishReason: "stop" });
    expect(read.filter(({ type }) => type === "tool-result")).toMatchObject([
      { output: { celsius: 21 } },
      { output: "The tool failed" },
    ]);
  });

  it("carries bytes", async () => {
    const data = new Uint8Array([0, 255, 7]);
    const image = { type: "image", image: data } as const;
    const events: ChatEvent[] = [
      { type: "audio-delta", data, mediaType: "audio/pcm" },
      { type: "image", image },
      { type: "finish", finishReason: "stop", usage: noUsage, message: { role: "assistant", content: [image] } },
    ];
    const chat: StreamedChat = {
      cancel: () => undefined,
      async *[Symbol.asyncIterator]() {
        yield* events;
      },
    };
    const read = await collect(eventStreamResponse(chat));
    expect(read[0]).toEqual(events[0]);
    expect(read[1]).toEqual({ type: "image", image: { type: "image", image: "AP8H" } });
  });

  it("gives signs of life while nothing comes, and loses nothing of what does", async () => {
    const { model } = simulated("At last.");
    const response = silentUntilSign(model.stream({ messages }), (chat) =>
      eventStreamResponse(chat, { keepAliveMs: 5 }),
    );
    const read = await collect(response);
    const texts = read.map((event) => (event.type === "text-delta" ? event.text : ""));
    expect([texts.join(""), read.at(-1)?.type]).toEqual(["At last.", "finish"]);
  });

  it("ends with an error for a call that failed", async () => {
    const { model, simulator } = simulated();
    simulator.fault("reset-mid-stream");
    const read = await collect(eventStreamResponse(model.stream({ messages })));
    expect(read.at(-1)).toEqual({
      type: "error",
      code: "stream-truncated",
      message: "The answer failed: stream-truncated",
    });
  });

  it("sends nothing before it is read, and ends the call when its reader leaves", async () => {
    const { model, simulator } = simulated("one two three four five six");
    const chat = model.stream({ messages });
    const response = eventStreamResponse(chat);
    expect(simulator.requests).toHaveLength(0);
    for await (const { type } of readEventStream(response)) if (type === "text-delta") break;
    await expect(chat.reply).rejects.toMatchObject({ code: "aborted" });
  });
});

describe("readEventStream", () => {
  it.each([
    ["another status", new Response("no", { status: 500 }), "invalid-response"],
    ["another type", new Response("<html>"), "invalid-response"],
    [
      "an early end",
      new Response('data: {"type":"start"}\n\n', { headers: { "content-type": "text/event-stream" } }),
      "stream-truncated",
    ],
    ["no JSON", new Response("data: {\n\n", { headers: { "content-type": "text/event-stream" } }), "invalid-response"],
  ])("refuses %s", async (_name, response, code) => {
    await expect(collect(response)).rejects.toMatchObject({ code });
  });
});
