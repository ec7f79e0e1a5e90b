/** Whoever stops a stream, however and whenever: the upstream connection is closed at once, and nothing more is sent. */
import { getEventListeners } from "node:events";
import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import type { ChatStream } from "../../src/client/stream.js";
import { type TestServer, until } from "../transport/server.js";
import { calls, chatModel, eventStream, fails, plainModel, serve, streamText } from "./support.js";

const soon = 250;
const firstDelta = `${streamText([{ content: "a" }]).split("\n\n")[0]}\n\n`;

const open = (text: string) => (_body: unknown, response: ServerResponse) => {
  response.writeHead(200, eventStream);
  response.flushHeaders();
  if (text !== "") response.write(text);
};

type Way = (stream: ChatStream, iterator: AsyncIterator<unknown>, controller: AbortController) => unknown;
const ways: readonly (readonly [string, Way])[] = [
  ["return", (_stream, iterator) => iterator.return?.()],
  ["abort", (_stream, _iterator, controller) => controller.abort()],
  ["dispose", (stream) => stream[Symbol.asyncDispose]()],
  ["cancel", (stream) => stream.cancel()],
];

interface Phase {
  readonly serve: () => Promise<TestServer>;
  /** Requests and delivered events after which the stream stands still. */
  readonly requests: number;
  readonly events: number;
  /** No connection is open then: the answer is complete. */
  readonly between?: true;
}

const phases: readonly (readonly [string, Phase])[] = [
  ["headers are awaited", { serve: () => serve(() => undefined), requests: 1, events: 0 }],
  ["the first event is awaited", { serve: () => serve(open("")), requests: 1, events: 0 }],
  ["the next event is awaited", { serve: () => serve(open(firstDelta)), requests: 1, events: 2 }],
  ["the second step is awaited", { serve: () => serve(call, open(firstDelta)), requests: 2, events: 7 }],
  ["a tool runs", { serve: () => serve(slowCall), requests: 1, events: 0, between: true }],
  [
    "a retry is awaited",
    { serve: () => serve(fails(503, {}, { "retry-after": "5" })), requests: 1, events: 0, between: true },
  ],
];
const call = calls({ name: "now", input: {} });
const slowCall = calls({ name: "slow", input: {} });

describe.each(ways)("a stream stopped by %s", (_way, stop) => {
  it.each(phases)("while %s leaves no connection, listener or request behind", async (_phase, phase) => {
    const server = await phase.serve();
    const controller = new AbortController();
    let toolRuns = false;
    let toolAborted = false;
    const input = { type: "object", properties: {} };
    const slow = (_input: unknown, { signal }: { readonly signal?: AbortSignal | undefined }): Promise<void> =>
      new Promise((resolve) => {
        toolRuns = true;
        signal?.addEventListener("abort", () => {
          toolAborted = true;
          resolve();
        });
      });
    const tools = { now: { input, execute: () => 12 }, slow: { input, execute: slow } };
    const stream = chatModel(server.url, plainModel, { retry: {} }).stream({
      messages: "?",
      tools,
      maxSteps: 2,
      signal: controller.signal,
    });
    const iterator = stream[Symbol.asyncIterator]();
    for (let i = 0; i < phase.events; i += 1) await iterator.next();
    const pending = iterator.next().catch((error) => error);
    await until(() => server.received.length === phase.requests);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await stop(stream, iterator, controller);
    await pending;
    await until(() => server.closedEarly === (phase.between ? 0 : 1), soon);
    expect(toolAborted).toBe(toolRuns);
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    expect(server.received).toHaveLength(phase.requests);
    await expect(stream.reply).rejects.toMatchObject({ code: "aborted" });
  });
});

it("`await using` ends a stream with its block", async () => {
  const server = await serve(open(firstDelta));
  {
    await using stream = chatModel(server.url).stream({ messages: "?" });
    await stream[Symbol.asyncIterator]().next();
  }
  await until(() => server.closedEarly === 1, soon);
});
