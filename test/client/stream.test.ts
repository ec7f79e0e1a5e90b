/** `stream`: events, truncation at every byte, early ends, listeners, structured output and tools. */
import { getEventListeners } from "node:events";
import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { ChatEvent } from "../../src/chat/events.js";
import type { ChatStream } from "../../src/client/stream.js";
import { until } from "../transport/server.js";
import { answers, calls, chatModel, eventStream, fails, plainModel, serve, streams, streamText } from "./support.js";

const deltas = [{ content: "Grüß" }, { content: " dich 🙂" }];
const hello = { messages: "Hi" };

async function collect(stream: ChatStream): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** Begins an answer and leaves it open. */
function open(text: string) {
  return (_body: unknown, response: ServerResponse) => void response.writeHead(200, eventStream).write(text);
}

const firstDelta = streamText([{ content: "a" }]).split("\n\n")[0] as string;

describe("stream", () => {
  it("gives start, deltas and finish, and the reply of chat", async () => {
    const server = await serve(streams(...deltas));
    const stream = chatModel(server.url).stream(hello);
    const events = await collect(stream);
    expect(events.map(({ type }) => type)).toEqual(["start", "text-delta", "text-delta", "finish"]);
    expect(await stream.reply).toMatchObject({
      text: "Grüß dich 🙂",
      finishReason: "stop",
      id: "s-1",
      requestId: "req-2",
    });
    expect(server.bodies()[0]).toMatchObject({ stream: true });
  });

  it("tells the pace of its tokens, from the first to the end", async () => {
    const [first = "", ...rest] = streamText([...deltas]).split(/(?<=\n\n)/);
    const server = await serve((_body, response) => {
      response.writeHead(200, eventStream).write(first);
      setTimeout(() => response.end(rest.join("")), 20);
    });
    const { timing, usage } = await chatModel(server.url).stream(hello).reply;
    const seconds = (timing.totalMs - (timing.firstTokenMs ?? 0)) / 1000;
    expect(timing.tokensPerSecond).toBeCloseTo(usage.outputTokens / seconds);
  });

  it("sends nothing before it is read, and once however it is read", async () => {
    const server = await serve(streams(...deltas));
    const stream = chatModel(server.url).stream(hello);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.received).toEqual([]);
    const [reply, again] = await Promise.all([stream.reply, stream.reply]);
    expect(again).toBe(reply);
    expect((await collect(stream)).at(-1)?.type).toBe("finish");
    expect(server.received).toHaveLength(1);
  });

  it("shares events between an iteration and the reply", async () => {
    const server = await serve(streams(...deltas));
    const stream = chatModel(server.url).stream(hello);
    const [reply, events] = await Promise.all([stream.reply, collect(stream)]);
    expect(reply.text).toBe("Grüß dich 🙂");
    expect(events).toHaveLength(4);
  });

  it("gives the text alone", async () => {
    const server = await serve(streams(...deltas));
    let text = "";
    for await (const delta of chatModel(server.url).stream(hello).text) text += `${delta}|`;
    expect(text).toBe("Grüß| dich 🙂|");
  });

  it("gives a whole answer as events where the model cannot stream, or the gateway does not", async () => {
    const server = await serve(answers({ content: "Hello" }));
    const whole = chatModel(server.url, { features: { streaming: false } });
    for (const model of [whole, chatModel(server.url)]) {
      const events = await collect(model.stream(hello));
      expect(events.map(({ type }) => type)).toEqual(["start", "text-delta", "finish"]);
    }
    expect(server.bodies().map((body) => body.stream)).toEqual([undefined, true]);
  });

  it("hands over tool loops with their results between the steps, and the sum of usage at the end", async () => {
    const weather = { input: z.object({ city: z.string() }), execute: () => 20 };
    const server = await serve(calls({ name: "weather", input: { city: "Oslo" } }), streams({ content: "20" }));
    const events = await collect(chatModel(server.url).stream({ ...hello, tools: { weather }, maxSteps: 2 }));
    expect(events.map(({ type }) => type)).toEqual([
      ...["start", "tool-call-start", "tool-call-delta", "tool-call", "tool-result", "step-finish"],
      ...["start", "text-delta", "finish"],
    ]);
    expect(events[4]).toMatchObject({ toolCallId: "call-0", output: 20, isError: false });
    expect(events[5]).toMatchObject({ step: 0, finishReason: "tool-calls", usage: { inputTokens: 10 } });
    expect(events.at(-1)).toMatchObject({ usage: { inputTokens: 20, outputTokens: 10 } });
  });

  it("shows a forced output tool as text", async () => {
    const piece = (text: string) => ({ tool_calls: [{ index: 0, function: { arguments: text } }] });
    const begin = {
      tool_calls: [{ index: 0, id: "c", type: "function", function: { name: "answer", arguments: "" } }],
    };
    const server = await serve(streams(begin, piece('{"n"'), piece(":5}")));
    const features = { ...plainModel.features, structuredOutput: "none" } as const;
    const stream = chatModel(server.url, { ...plainModel, features }).stream({
      ...hello,
      output: z.object({ n: z.number() }),
    });
    const events = await collect(stream);
    expect(events.slice(1, 3)).toEqual([
      { type: "text-delta", text: '{"n"' },
      { type: "text-delta", text: ":5}" },
    ]);
    expect(events.map(({ type }) => type)).toEqual(["start", "text-delta", "text-delta", "finish"]);
    expect(await stream.reply).toMatchObject({ output: { n: 5 }, outputPath: "tool" });
  });

  it("throws what the provider refuses, in the iteration and the reply", async () => {
    const server = await serve(fails(429, { error: { message: "slow down" } }));
    const stream = chatModel(server.url).stream(hello);
    await expect(collect(stream)).rejects.toMatchObject({ code: "rate-limited" });
    await expect(stream.reply).rejects.toMatchObject({ code: "rate-limited" });
  });
});

describe("a broken stream", () => {
  const begin = { tool_calls: [{ index: 0, id: "c", type: "function", function: { name: "t", arguments: '{"a":' } }] };
  const end = { tool_calls: [{ index: 0, function: { arguments: "12}" } }] };
  const bytes = Buffer.from(streamText([...deltas, begin, end]));
  const settled = bytes.indexOf('"finish_reason"');

  it.each(["clean end", "reset"])(
    "cut at any byte is the whole answer or an error with what arrived (%s)",
    async (kind) => {
      let length = 0;
      const server = await serve((_body, response) => {
        response.writeHead(200, eventStream);
        const part = bytes.subarray(0, length);
        if (kind === "clean end") response.end(part);
        else response.write(part, () => response.destroy());
      });
      const model = chatModel(server.url);
      const whole = { content: [{ text: "Grüß dich 🙂" }, { name: "t", input: { a: 12 } }] };
      for (length = 1; length < bytes.length; length += 1) {
        const stream = model.stream(hello);
        const outcome = await stream.reply.then(
          (reply) => ({ reply }),
          (error) => ({ error }),
        );
        if ("reply" in outcome) {
          // Complete but for the end marker, which many providers never send.
          expect(length).toBeGreaterThan(settled);
          expect(outcome.reply.message).toMatchObject(whole);
        } else {
          expect(["stream-truncated", "network"]).toContain(outcome.error.code);
          if (outcome.error.code === "network") expect(kind).toBe("reset");
          else expect("Grüß dich 🙂".startsWith(outcome.error.partial.text)).toBe(true);
        }
      }
    },
  );

  it("keeps the text that arrived before a stall", async () => {
    const server = await serve(open(`${firstDelta}\n\n`));
    await expect(chatModel(server.url).stream({ ...hello, timeouts: { idle: 50 } }).reply).rejects.toMatchObject({
      code: "timeout",
      message: "p/m: timeout: no data for 50 ms",
      partial: { text: "a" },
    });
    await until(() => server.closedEarly === 1);
  });

  describe("whose provider says only that it lives", () => {
    /** A comment each 20 ms, then the rest of the answer after `quiet` comments, if it comes. */
    const living =
      (quiet: number, rest = "") =>
      async (_body: unknown, response: ServerResponse) => {
        response.writeHead(200, eventStream).write(`${firstDelta}\n\n`);
        for (let i = 0; i < quiet && !response.destroyed; i += 1) {
          response.write(": still working\n\n");
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        response.end(rest);
      };

    it("may think for longer than the idle clock", async () => {
      const server = await serve(living(20, streamText(deltas)));
      const timeouts = { idle: 200, firstByte: 60_000 };
      expect(await chatModel(server.url).stream({ ...hello, timeouts }).reply).toMatchObject({ finishReason: "stop" });
    });

    it("is not believed for ever", async () => {
      const server = await serve(living(Number.POSITIVE_INFINITY));
      const timeouts = { idle: 200, firstByte: 300 };
      await expect(chatModel(server.url).stream({ ...hello, timeouts }).reply).rejects.toMatchObject({
        code: "timeout",
        message: "p/m: timeout: no event for 300 ms, only signs of life",
        partial: { text: "a" },
      });
      await until(() => server.closedEarly === 1);
    });
  });

  it("that holds no JSON is a typed error, not silence", async () => {
    const server = await serve(open("data: <html>\n\n"));
    await expect(collect(chatModel(server.url).stream(hello))).rejects.toMatchObject({ code: "invalid-response" });
    await until(() => server.closedEarly === 1);
  });
});

describe("the end of a stream", () => {
  it("comes with the terminal event although the socket stays open, which is then closed", async () => {
    const server = await serve(open(streamText(deltas)));
    const begun = Date.now();
    expect(await collect(chatModel(server.url).stream(hello))).toHaveLength(4);
    expect(Date.now() - begun).toBeLessThan(1000);
    await until(() => server.closedEarly === 1);
  });

  it("comes after a short silence where the wire has no end marker", async () => {
    const server = await serve(open(streamText(deltas).split('data: {"id":"s-1","choices":[],')[0] as string));
    const reply = await chatModel(server.url).stream(hello).reply;
    expect(reply).toMatchObject({ text: "Grüß dich 🙂", usage: { state: "absent" } });
    await until(() => server.closedEarly === 1);
  });

  it("keeps the connection for the next call", async () => {
    const server = await serve(streams(...deltas));
    const model = chatModel(server.url);
    for (let i = 0; i < 20; i += 1) await model.stream(hello).reply;
    expect(await server.connections()).toBeLessThanOrEqual(2);
    expect(server.closedEarly).toBe(0);
  });

  const ways: [string, (stream: ChatStream, controller: AbortController) => Promise<unknown>][] = [
    [
      "break",
      async (stream) => {
        for await (const event of stream) if (event.type === "text-delta") break;
      },
    ],
    [
      "throw",
      async (stream) => {
        for await (const event of stream) if (event.type === "text-delta") throw new Error("mine");
      },
    ],
    [
      "abort",
      async (stream, controller) => {
        for await (const event of stream) if (event.type === "text-delta") controller.abort();
      },
    ],
    [
      "cancel",
      async (stream) => {
        for await (const event of stream) if (event.type === "text-delta") stream.cancel();
      },
    ],
    [
      "dispose",
      async (stream) => {
        await stream[Symbol.asyncIterator]().next();
        await stream[Symbol.asyncDispose]();
      },
    ],
  ];
  it.each(ways)("by %s closes the upstream and leaves no listener", async (_name, end) => {
    const server = await serve(open(`${firstDelta}\n\n`));
    const controller = new AbortController();
    const stream = chatModel(server.url).stream({ ...hello, signal: controller.signal });
    await end(stream, controller).catch(() => undefined);
    await until(() => server.closedEarly === 1, 250);
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    await expect(stream.reply).rejects.toMatchObject({ code: "aborted" });
  });

  it.each(["cancel", "abort"])("by %s while headers are awaited closes the upstream", async (way) => {
    const server = await serve(() => undefined);
    const controller = new AbortController();
    const stream = chatModel(server.url).stream({ ...hello, signal: controller.signal });
    const reading = collect(stream);
    await until(() => server.received.length === 1);
    if (way === "cancel") {
      stream.cancel();
      expect(await reading).toEqual([]);
    } else {
      controller.abort("enough");
      await expect(reading).rejects.toMatchObject({ code: "aborted", cause: "enough" });
    }
    await until(() => server.closedEarly === 1, 250);
  });

  it("leaves no listener on a shared signal after many calls", async () => {
    const server = await serve((body, response) =>
      body.stream === true
        ? streams(...deltas)(body, response, never)
        : answers({ content: "a" })(body, response, never),
    );
    const model = chatModel(server.url);
    const { signal } = new AbortController();
    for (let i = 0; i < 200; i += 1) {
      await model.stream({ ...hello, signal }).reply;
      await model.chat({ ...hello, signal });
    }
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

const never = undefined as never;
