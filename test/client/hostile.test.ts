/** Peers that mean harm: bombs, floods, drips, deep and odd JSON. Each ends in a typed error or an answer, within bounds. */
import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { image, text, user } from "../../src/chat/build.js";
import { isModelwrightError } from "../../src/errors.js";
import { until } from "../transport/server.js";
import { answers, chatModel, eventStream, fails, plainModel, serve, streamText, type WireAnswer } from "./support.js";

const hello = { messages: "Hi" };
const chunk = (delta: object): string => `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`;

/** Writes `piece` for as long as the client takes it. */
function flood(piece: Buffer): WireAnswer {
  return (_body, response) => {
    response.writeHead(200, eventStream);
    const more = (): void => {
      while (!response.destroyed) if (!response.write(piece)) return void response.once("drain", more);
    };
    more();
  };
}

function sends(body: string | Buffer, headers: object = eventStream): WireAnswer {
  return (_body, response) => void response.writeHead(200, { ...headers }).end(body);
}

async function outcome(answer: WireAnswer, stream = true) {
  const server = await serve(answer);
  const model = chatModel(server.url);
  const call = stream ? model.stream(hello).reply : model.chat(hello);
  const result = await call.then(
    (reply) => ({ reply, error: undefined }),
    (error) => ({ reply: undefined, error }),
  );
  if (result.error !== undefined) expect(isModelwrightError(result.error)).toBe(true);
  return { ...result, server };
}

describe("a flood", () => {
  it.each<[string, Buffer]>([
    ["of comments", Buffer.from(`: ${"x".repeat(1000)}\n`.repeat(256))],
    ["in one line", Buffer.from(`data: ${"x".repeat(256 * 1024)}`)],
    ["in one event", Buffer.from(`data: ${"x".repeat(16 * 1024)}\n`.repeat(16))],
  ])("%s ends in an error, and the connection is closed", async (_name, piece) => {
    const { error, server } = await outcome(flood(piece));
    expect(error).toMatchObject({ code: "invalid-response" });
    await until(() => server.closedEarly === 1, 1000);
  });

  it("that drips, never idle, ends with the total time-out", async () => {
    const server = await serve((_body: unknown, response: ServerResponse) => {
      response.writeHead(200, eventStream);
      const timer = setInterval(() => response.write(":"), 10);
      response.on("close", () => clearInterval(timer));
    });
    const timeouts = { idle: 100, total: 200 };
    await expect(chatModel(server.url).stream({ ...hello, timeouts }).reply).rejects.toMatchObject({
      code: "timeout",
      message: "p/m: timeout: the total time-out of the call ran out",
    });
    await until(() => server.closedEarly === 1, 250);
  });
});

describe("a decompression bomb", () => {
  const bomb = gzipSync(Buffer.alloc(300 * 1024 * 1024), { level: 9 });
  const zipped = { "content-type": "application/json", "content-encoding": "gzip" };

  it("is not inflated on Node", async () => {
    expect((await outcome(sends(bomb, zipped), false)).error).toMatchObject({ code: "invalid-response" });
  });

  it("is inflated by fetch only to the bounds of answers and errors", async () => {
    const server = await serve(
      sends(bomb, zipped),
      (_body, response) => void response.writeHead(500, zipped).end(bomb),
    );
    const model = chatModel(server.url, plainModel, { fetch: (url, init) => fetch(url, init) });
    await expect(model.chat(hello)).rejects.toMatchObject({ code: "invalid-response" });
    await expect(model.chat(hello)).rejects.toMatchObject({ code: "provider-error", status: 500 });
  });
});

describe("odd JSON", () => {
  const deep = 200_000;
  const nested = `${"[".repeat(deep)}${"]".repeat(deep)}`;
  const call = (args: string) => ({
    tool_calls: [{ index: 0, id: "c", type: "function", function: { name: "t", arguments: args } }],
  });

  it.each<[string, WireAnswer, boolean]>([
    ["an answer", sends(`{"choices":${nested}}`, { "content-type": "application/json" }), false],
    ["an error", fails(400, `{"error":${nested}}`), false],
    ["an event", sends(`data: {"choices":${nested}}\n\n`), true],
    ["an error in a stream", sends(`data: {"error":${nested}}\n\n`), true],
    ["arguments", sends(streamText([call(nested)], "tool_calls")), true],
    ["arguments before a cut", sends(chunk({ content: "a" }) + chunk(call(nested))), true],
    ["a whole answer's arguments", answers(call(nested), "tool_calls"), false],
  ])("without end in %s breaks no stack", async (_name, answer, stream) => {
    const { error } = await outcome(answer, stream);
    // What breaks inside ends as "network".
    expect(error?.code).not.toBe("network");
  });

  it.each([4_294_967_294, -1, 1e9, 1.5, null, "x", {}])("as the index %j of a call costs no memory", async (index) => {
    const piece = { tool_calls: [{ index, id: "c", type: "function", function: { name: "t", arguments: "{}" } }] };
    const before = process.memoryUsage().rss;
    const { reply, error } = await outcome(sends(streamText([piece], "tool_calls")));
    expect(reply?.toolCalls.length ?? error.code).toBeDefined();
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });

  it("leaves Object.prototype as it is, and keeps what it holds as data", async () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const evil = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":1}';
    const { reply } = await outcome(sends(streamText([call(evil)], "tool_calls")));
    expect(Object.keys(reply?.toolCalls[0]?.input as object).sort()).toEqual(["__proto__", "a", "constructor"]);
    const wild = `{"__proto__":{"polluted":1},"error":{"__proto__":{"polluted":1},"message":"m","code":"__proto__","type":"constructor"}}`;
    expect((await outcome(fails(400, wild))).error).toMatchObject({ code: "provider-rejected" });
    await outcome(
      sends(`data: ${evil}\n\nevent: __proto__\ndata: {"choices":[{"index":"__proto__","delta":${evil}}]}\n\n`),
    );
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  });
});

describe("a URL", () => {
  it("of media is passed on as it is, in and out, and never fetched", async () => {
    const media = await serve(fails(200, "secret"));
    const url = `${media.url}/a.png`;
    const server = await serve(
      answers({ content: `![](${url})`, images: [{ type: "image_url", image_url: { url } }] }),
    );
    const model = chatModel(server.url, { ...plainModel, input: ["text", "image"] });
    await model.chat({ messages: [user(text("What?"), image(url))] });
    expect(JSON.stringify(server.bodies()[0])).toContain(url);
    expect(media.received).toEqual([]);
  });
});
