/** The served side: requests that keep their meaning, answers that a client reads back. */
import { describe, expect, it } from "vitest";
import type { ProtocolEvent } from "../../../src/chat/events.js";
import { ReplyBuilder } from "../../../src/chat/reply-builder.js";
import type { NeutralRequest } from "../../../src/chat/request.js";
import { usageOf } from "../../../src/chat/usage.js";
import { ollamaRoom as room } from "../../../src/protocols/ollama/room.js";
import { ollamaServer as server } from "../../../src/protocols/ollama/server.js";
import { bodyOf, callOf, contextOf, errorOf, finishOf, framesOf, read } from "./support.js";

const decode = (body: unknown) => server.decodeChat(body, { operation: "chat" });

function reply(reason: Parameters<ReplyBuilder["finish"]>[0], raw?: string): ProtocolEvent[] {
  const out: ProtocolEvent[] = [];
  const builder = new ReplyBuilder(out);
  builder.start(undefined, "qwen-test");
  builder.reasoning("Hm.");
  builder.text("Looking.");
  if (reason === "stop") {
    builder.toolCallStart(0, "call_1", "weather");
    builder.toolCallDelta(0, '{"city":"Oslo"}');
  }
  builder.usage = usageOf({ input: 12, output: 7 });
  builder.finish(reason, raw);
  return out;
}

function encodeStream(events: readonly ProtocolEvent[]): string {
  const stream = server.createStreamEncoder(contextOf());
  return events.map((event) => stream.encode(event)).join("") + stream.end();
}

/** Without the provider's raw values. */
function bare(events: readonly ProtocolEvent[]): unknown {
  const dropped = new Set(["raw", "rawFinishReason"]);
  return JSON.parse(JSON.stringify(events, (key, value) => (dropped.has(key) ? undefined : value)));
}

describe("a served request", () => {
  it("keeps its meaning through the client's encoder", () => {
    const request: NeutralRequest = {
      messages: [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "What?" },
            { type: "image", image: "iVBORw==" },
          ],
        },
        {
          role: "assistant",
          content: [
            { type: "reasoning", text: "Hm." },
            { type: "tool-call", id: "call_1", name: "weather", input: { city: "Oslo" } },
          ],
        },
        { role: "tool", toolCallId: "call_1", toolName: "weather", content: "Rain" },
      ],
      tools: [{ name: "weather", description: "Now", parameters: { type: "object" } }],
      output: { name: "output", description: undefined, schema: { type: "object" }, strict: undefined, path: "schema" },
      reasoning: { effort: "high" },
      params: { temperature: 0.5, keepAlive: 0, maxOutputTokens: 9 },
      extraBody: { options: { mirostat: 1 } },
    };
    const served = decode(bodyOf(callOf(request, { stream: true })));
    expect([served.modelId, served.stream]).toEqual(["qwen-test", true]);
    expect(served.request).toEqual(request);
  });

  it("streams unless told not to", () => {
    const body = { model: "m", messages: [{ role: "user", content: "Hi" }] };
    expect([decode(body).stream, decode({ ...body, stream: false }).stream]).toEqual([true, false]);
  });

  it("joins results to calls by tool and order where there are no ids", () => {
    const called = (name: string) => ({ function: { name, arguments: {} } });
    const { messages } = decode({
      model: "m",
      messages: [
        { role: "assistant", content: "", tool_calls: [called("a"), called("b"), called("a")] },
        { role: "tool", content: "1", tool_name: "a" },
        { role: "tool", content: "2", tool_name: "a" },
        { role: "tool", content: "3" },
      ],
    }).request;
    expect(messages.slice(1)).toMatchObject([
      { toolCallId: "call_0", toolName: "a" },
      { toolCallId: "call_2", toolName: "a" },
      { toolCallId: "call_1", toolName: "b" },
    ]);
  });

  it.each([
    [{ messages: [{ role: "user", content: "Hi" }] }, "model"],
    [{ model: "m", messages: [] }, "messages"],
    [{ model: "m", messages: [{ role: "king", content: "Hi" }] }, "messages[0].role"],
    [{ model: "m", messages: [{ role: "user", content: [] }] }, "messages[0].content"],
    [{ model: "m", messages: [{ role: "user", content: "Hi" }], options: { top_k: "x" } }, "options.top_k"],
    [{ model: "m", messages: [{ role: "user", content: "Hi" }], think: "much" }, "think"],
  ])("%j is refused at %s", (body, path) => {
    expect(errorOf(() => decode(body))).toMatchObject({ code: "invalid-request", path });
  });
});

describe("a served answer", () => {
  it("streams what a client reads back as the same events", () => {
    const events = reply("stop");
    expect(bare(read(encodeStream(events)))).toEqual(bare(events));
  });

  it("is read back whole as well", () => {
    const events = reply("stop");
    const [again, sent] = [room.decodeChat(server.encodeChat(events, contextOf()), callOf()), events].map(finishOf);
    expect(bare([again!])).toEqual(bare([sent!]));
  });

  it.each([
    ["length", undefined, "length"],
    ["other", "pause_turn", "pause_turn"],
    ["content-filter", undefined, "content-filter"],
  ] as const)("ended by %s says %s / %s, not stop", (reason, raw, word) => {
    const last = JSON.parse(framesOf(encodeStream(reply(reason, raw))).at(-1)!.data) as unknown;
    expect(last).toMatchObject({ done: true, done_reason: word, prompt_eval_count: 12, eval_count: 7 });
  });

  it("fails in the middle with a line that a client throws", () => {
    const stream = server.createStreamEncoder(contextOf());
    const text = [stream.encode({ type: "text-delta", text: "Hel" }), stream.fail("overloaded", "Busy.")].join("");
    expect(errorOf(() => read(text))).toMatchObject({ name: "ProviderError", providerMessage: "Busy." });
    expect(server.encodeFailure("not-found", "No model.")).toEqual({ status: 404, body: { error: "No model." } });
  });
});

describe("other endpoints", () => {
  it("are routed", () => {
    expect(server.route("POST", "/api/chat")).toEqual({ operation: "chat" });
    expect(server.route("POST", "/api/embed")).toEqual({ operation: "embed" });
    expect(server.route("GET", "/api/tags")).toEqual({ operation: "models" });
    expect(server.route("POST", "/api/generate")).toBeUndefined();
  });

  it("embed one text or several", () => {
    const encode = (body: unknown) => {
      const served = server.embeddings!.decode(body, { operation: "embed" });
      return server.embeddings!.encode(
        served.input.map(() => [1]),
        { modelId: "m", inputTokens: 2, served },
      );
    };
    expect(encode({ model: "m", input: ["a", "b"] })).toEqual({
      model: "m",
      embeddings: [[1], [1]],
      prompt_eval_count: 2,
    });
    expect(encode({ model: "m", prompt: "a" })).toEqual({ embedding: [1] });
  });

  it("list models that a client reads", () => {
    expect(room.models?.decode(server.encodeModels([{ id: "a" }])).models.map(({ id }) => id)).toEqual(["a"]);
  });
});
