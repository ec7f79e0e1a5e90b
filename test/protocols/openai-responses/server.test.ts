/** The served side: requests that keep their meaning, answers that a client reads back. */
import { describe, expect, it } from "vitest";
import type { ProtocolEvent } from "../../../src/chat/events.js";
import type { Replay } from "../../../src/chat/message.js";
import { ReplyBuilder } from "../../../src/chat/reply-builder.js";
import type { NeutralRequest } from "../../../src/chat/request.js";
import { usageOf } from "../../../src/chat/usage.js";
import { openaiResponsesRoom as room } from "../../../src/protocols/openai-responses/room.js";
import { openaiResponsesServer as server } from "../../../src/protocols/openai-responses/server.js";
import {
  bodyOf,
  callOf,
  callsFixture,
  contextOf,
  errorOf,
  finishOf,
  framesOf,
  type Json,
  partsOf,
  read,
  reasoningModel,
} from "./support.js";

const decode = (body: unknown) => server.decodeChat(body, { operation: "chat" });
const encoder = new TextEncoder();

function encodeStream(events: readonly ProtocolEvent[], wire: Json = {}): string {
  const stream = server.createStreamEncoder(contextOf(wire));
  return events.map((event) => stream.encode(event)).join("") + stream.end();
}

/** The events of a stream, without what differs by wire: ids, replays, raw values, the cuts between deltas. */
function bare(events: readonly ProtocolEvent[]): readonly unknown[] {
  const out: Json[] = [];
  for (const event of JSON.parse(
    JSON.stringify(events, (key, value) => (dropped.has(key) ? undefined : value)),
  ) as Json[]) {
    const last = out.at(-1) as { type: unknown; text: string; index?: unknown } | undefined;
    if (last !== undefined && last.type === event.type && last.index === event.index && "text" in event)
      last.text += event.text as string;
    else out.push(event.type === "start" ? { type: "start" } : event);
  }
  return out;
}
const dropped = new Set(["replay", "raw", "rawFinishReason"]);

function reply(
  build: (builder: ReplyBuilder) => void,
  reason: Parameters<ReplyBuilder["finish"]>[0] = "stop",
): ProtocolEvent[] {
  const out: ProtocolEvent[] = [];
  const builder = new ReplyBuilder(out);
  builder.start("id", "model");
  build(builder);
  builder.usage = usageOf({ input: 10, cacheRead: 5, output: 3, reasoning: 4 });
  builder.finish(reason, undefined);
  return out;
}

describe("a served request", () => {
  it("keeps its meaning through the client's encoder", () => {
    const request: NeutralRequest = {
      messages: [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "Weather?" },
            { type: "image", image: "https://a.example/b.png" },
          ],
        },
        {
          role: "assistant",
          content: [
            { type: "text", text: "Looking." },
            { type: "tool-call", id: "call_1", name: "get_weather", input: { city: "Oslo" } },
          ],
        },
        { role: "tool", toolCallId: "call_1", toolName: "get_weather", content: "Rain" },
        { role: "user", content: "And the file?" },
        { role: "user", content: [{ type: "pdf", pdf: "data:application/pdf;base64,JVBERg==", filename: "a.pdf" }] },
      ],
      tools: [{ name: "get_weather", description: "Now", parameters: { type: "object" }, strict: true }],
      toolChoice: { tool: "get_weather" },
      parallelTools: true,
      output: { name: "reply", description: undefined, schema: { type: "object" }, strict: true, path: "schema" },
      reasoning: { effort: "high", summary: "auto" },
      params: {
        temperature: 1,
        maxOutputTokens: 9,
        verbosity: "low",
        builtinTools: [{ type: "web_search" }],
        store: false,
      },
      extraBody: { prompt: { id: "p" } },
    };
    const served = decode(bodyOf(callOf(request, { model: reasoningModel, stream: true })));
    expect(served).toMatchObject({ modelId: "gpt-test", stream: true });
    expect(served.request).toEqual(request);
  });

  it("may be one string, with instructions", () => {
    expect(decode({ model: "m", input: "Hi", instructions: "Be brief." }).request.messages).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hi" },
    ]);
  });

  it("joins items of the model to one message", () => {
    const { messages } = decode({
      model: "m",
      input: [
        { type: "reasoning", summary: [{ type: "summary_text", text: "Hm." }], encrypted_content: "gAAA" },
        { role: "assistant", content: [{ type: "output_text", text: "A" }] },
        { type: "web_search_call", id: "ws_1" },
        { type: "function_call_output", call_id: "c", output: "x" },
      ],
    }).request;
    expect(messages.map((message) => message.role)).toEqual(["assistant", "tool"]);
    expect(messages[0]?.content).toMatchObject([
      { type: "reasoning", text: "Hm." },
      { type: "text" },
      { type: "opaque" },
    ]);
  });

  it.each([
    [{ input: "Hi" }, "model"],
    [{ model: "m" }, "input"],
    [{ model: "m", input: [{ role: "king", content: "Hi" }] }, "input[0].role"],
    [{ model: "m", input: [{ role: "user", content: [{ type: "text", text: "Hi" }] }] }, "input[0].content[0].type"],
    [{ model: "m", input: [{ type: "function_call", call_id: "c", name: "f", arguments: "{" }] }, "input[0].arguments"],
    [{ model: "m", input: [{ type: "item_reference", id: "msg_1" }] }, "input[0]"],
    [{ model: "m", input: "Hi", temperature: "hot" }, "temperature"],
    [{ model: "m", input: "Hi", text: { format: { type: "json_schema", name: "x" } } }, "text.format.schema"],
    [{ model: "m", input: "Hi", tool_choice: { type: "function", name: "f" } }, "tool_choice"],
  ])("%j is refused at %s", (body, path) => {
    expect(errorOf(() => decode(body))).toMatchObject({ name: "CapabilityError", code: "invalid-request", path });
  });
});

describe("a served answer", () => {
  const recorded = read(framesOf(callsFixture));

  it("streams what a client reads back as the same events", () => {
    const again = read(framesOf(encoder.encode(encodeStream(recorded))));
    const kept = (events: readonly ProtocolEvent[]) =>
      bare(events).filter((event) => (event as Json).type !== "finish");
    expect(kept(again).filter((event) => (event as Json).text !== "")).toEqual(
      kept(recorded).filter((event) => (event as Json).text !== ""),
    );
    const replays = (events: readonly ProtocolEvent[]) =>
      partsOf(events)
        .map((part) => part.type)
        .sort();
    // The opaque item comes back as reasoning that only our own server can open.
    expect(replays(again)).toEqual(["reasoning", "reasoning", "text", "tool-call", "tool-call"]);
    expect(finishOf(again).usage.buckets).toEqual(finishOf(recorded).usage.buckets);
  });

  it("numbers its events and joins them as clients demand", () => {
    const events = framesOf(encoder.encode(encodeStream(recorded))).map(({ event, data }) => ({
      event,
      data: JSON.parse(data) as Json,
    }));
    expect(events.map(({ data }) => data.sequence_number)).toEqual(events.map((_, i) => i));
    expect(events.every(({ event, data }) => event === data.type)).toBe(true);
    const added = events.filter(({ event }) => event === "response.output_item.added").map(({ data }) => data);
    expect(added.map((data) => data.output_index)).toEqual(added.map((_, i) => i));
    const { output } = events.at(-1)!.data.response as { output: Json[] };
    expect(output.map((item) => item.id)).toEqual(added.map((data) => (data.item as Json).id));
    for (const { data } of events)
      if (typeof data.item_id === "string") expect(data.item_id).toBe(output[data.output_index as number]?.id);
  });

  it("opens and closes each part around its deltas", () => {
    const types = framesOf(encoder.encode(encodeStream(reply((builder) => builder.text("Hi"))))).map(
      ({ event }) => event,
    );
    expect(types).toEqual([
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
      "response.output_text.delta",
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.completed",
    ]);
  });

  it("is the same whole as streamed", () => {
    const streamed = framesOf(encoder.encode(encodeStream(recorded))).at(-1)!;
    expect(server.encodeChat(recorded, contextOf())).toEqual((JSON.parse(streamed.data) as Json).response);
  });

  it.each(["length", "content-filter", "refusal", "stop", "other"] as const)("ends by %s on both sides", (reason) => {
    const events = reply((builder) => (reason === "refusal" ? builder.refusal("No.") : builder.text("Hi")), reason);
    expect(finishOf(read(framesOf(encoder.encode(encodeStream(events))))).finishReason).toBe(reason);
    expect(finishOf(room.decodeChat(server.encodeChat(events, contextOf()), callOf())).finishReason).toBe(reason);
  });

  it("holds sources, pictures and free text for custom tools", () => {
    const events = reply((builder) => {
      builder.text("See");
      builder.source({ url: "https://a.example", title: "A" });
      builder.image({ type: "image", image: "iVBORw==", mediaType: "image/png" });
      builder.toolCallStart("k", "call_1", "math");
      builder.toolCallSet("k", { input: "4 + 4" });
    });
    const wire = { tools: [{ type: "custom", name: "math" }] };
    const heard = bare(read(framesOf(encoder.encode(encodeStream(events, wire)))));
    // On this wire a picture is the work of a tool.
    const finish = finishOf(events);
    const counted = { ...finish, usage: { ...finish.usage, meters: { imageGeneration: 1 } } };
    expect(heard).toEqual(bare([...events.slice(0, -1), counted]));
  });

  it("leaves a call that was cut incomplete", () => {
    const events = reply((builder) => {
      builder.toolCallStart("k", "call_1", "look_up");
      builder.toolCallDelta("k", '{"q":');
    }, "length");
    expect(server.encodeChat(events, contextOf())).toMatchObject({
      status: "incomplete",
      output: [{ type: "function_call", status: "incomplete", arguments: '{"q":' }],
    });
  });

  it("echoes the request and the usage", () => {
    const events = reply((builder) => builder.text("Hi"));
    expect(server.encodeChat(events, contextOf({ temperature: 0.5, metadata: { a: "b" } }))).toMatchObject({
      object: "response",
      temperature: 0.5,
      metadata: { a: "b" },
      usage: {
        input_tokens: 15,
        input_tokens_details: { cached_tokens: 5 },
        output_tokens: 7,
        output_tokens_details: { reasoning_tokens: 4 },
        total_tokens: 22,
      },
    });
  });
});

describe("replays of other protocols", () => {
  const foreign = (data: unknown): Replay => ({
    protocol: "anthropic-messages",
    provider: "anthropic",
    model: "claude",
    data,
  });

  it("come back with the parts they belong to", () => {
    const events = reply((builder) => {
      builder.reasoning("Hm.", foreign("signature"));
      builder.opaque(foreign({ type: "server_tool_use" }));
      builder.text("Hi", foreign("on text"));
      builder.toolCallStart("k", "call_1", "look_up");
      builder.toolCallSet("k", { input: { q: 1 }, replay: foreign("on call") });
    });
    const { output } = server.encodeChat(events, contextOf()) as { output: Json[] };
    const [message] = decode({ model: "m", input: output }).request.messages;
    const replays = (parts: readonly Json[]) => Object.fromEntries(parts.map((part) => [part.type, part.replay]));
    expect(replays(message?.content as unknown as Json[])).toEqual(replays(partsOf(events) as unknown as Json[]));
  });

  it("stream out with the reasoning they sign", () => {
    const events = reply((builder) => {
      builder.reasoning("", foreign("redacted"));
      builder.text("Hi");
    });
    const items = framesOf(encoder.encode(encodeStream(events)))
      .map(({ data }) => JSON.parse(data) as { type: string; item: Json })
      .filter(({ type }) => type === "response.output_item.done")
      .map(({ item }) => [item.type, typeof item.encrypted_content]);
    expect(items).toEqual([
      ["reasoning", "string"],
      ["message", "undefined"],
    ]);
  });
});

describe("a served failure", () => {
  it.each([
    ["rate-limited", 429, "rate_limit_exceeded"],
    ["authentication", 401, "invalid_api_key"],
    ["unsupported", 400, "unsupported_parameter"],
    ["provider-error", 500, "server_error"],
  ] as const)("%s is %i with OpenAI's word", (code, status, word) => {
    const failure = server.encodeFailure(code, "No.", { param: "input" });
    expect(failure).toMatchObject({ status, body: { error: { message: "No.", code: word, param: "input" } } });
    expect(room.decodeFailure(failure.body, () => undefined)).toMatchObject({ message: "No.", code: word });
  });

  it("inside a stream reaches the client as an error", () => {
    const stream = server.createStreamEncoder(contextOf());
    const text = [stream.encode({ type: "text-delta", text: "Hi" }), stream.fail("overloaded", "Busy.")].join("");
    expect(errorOf(() => read(framesOf(encoder.encode(text))))).toMatchObject({
      name: "ProviderError",
      code: "overloaded",
      providerMessage: "Busy.",
    });
    expect(text).toContain("event: response.failed");
  });
});

describe("routes", () => {
  it("are those of the documented paths", () => {
    expect(server.route("POST", "/responses")).toEqual({ operation: "chat" });
    expect(server.route("POST", "/responses/input_tokens")).toEqual({ operation: "count-tokens" });
    expect(server.route("GET", "/models")).toEqual({ operation: "models" });
    expect(server.route("GET", "/responses")).toBeUndefined();
  });

  it("list models that a client reads", () => {
    const list = server.encodeModels([{ id: "openai/gpt-test" }]);
    expect(room.models?.decode(list).models.map((model) => model.id)).toEqual(["openai/gpt-test"]);
  });
});
