/** Cohere's wire from the server: what clients send is understood or refused by name, what is answered is read by our client. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ProtocolEvent } from "../../../src/chat/events.js";
import type { AnyMessage } from "../../../src/chat/message.js";
import type { NeutralRequest } from "../../../src/chat/request.js";
import type { ErrorCode } from "../../../src/errors.js";
import { cohereV2Room as cohereV2 } from "../../../src/protocols/cohere-v2/room.js";
import { cohereV2Server as server } from "../../../src/protocols/cohere-v2/server.js";
import type { AnswerContext } from "../../../src/protocols/server.js";
import { eventsOf, said, told } from "../said.js";
import { callOf, decodeFrames, encoded, fixture, framesOf, replayOf } from "./support.js";

const route = server.route("POST", "/v2/chat")!;
const hi = { model: "m", messages: [{ role: "user", content: "Hi" }] };
const read = (body: unknown) => server.decodeChat(body, route);
const contextOf = (): AnswerContext => ({ id: "a-1", modelId: "m", created: 1, served: read(hi) });

/** What the client reads of what the server writes. */
function answered(events: readonly ProtocolEvent[], stream: boolean): readonly ProtocolEvent[] {
  if (!stream) return cohereV2.decodeChat(JSON.parse(JSON.stringify(server.encodeChat(events, contextOf()))), callOf());
  const encoder = server.createStreamEncoder(contextOf());
  const text = [...events.map((event) => encoder.encode(event)), encoder.end()].join("");
  return decodeFrames(framesOf(new TextEncoder().encode(text)));
}

const weather = { name: "weather", description: "w", parameters: { type: "object", properties: {} } };

describe("a request", () => {
  it("is read as the client meant it", () => {
    const request: NeutralRequest = {
      messages: [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "Look" },
            { type: "image", image: "https://i.example/a.png", detail: "low" },
          ],
        },
        {
          role: "assistant",
          content: [
            { type: "reasoning", text: "Hm.", replay: { ...replayOf("thinking", ""), model: "command-a" } },
            { type: "text", text: "Checking." },
            { type: "reasoning", text: "Ask.", replay: { ...replayOf("tool_plan", ""), model: "command-a" } },
            { type: "tool-call", id: "w_1", name: "weather", input: { city: "Oslo" } },
          ],
        },
        { role: "tool", toolCallId: "w_1", toolName: "weather", content: "18 °C" },
      ],
      tools: [{ ...weather, strict: true }],
      toolChoice: "required",
      output: { name: "output", schema: { type: "object" }, path: "schema" },
      reasoning: { enabled: true, budget: 100 },
      params: { temperature: 0.5, topP: 0.9, topK: 3, stop: ["END"], maxOutputTokens: 9, seed: 1, logprobs: true },
      extraBody: { documents: ["Dock 7"], safety_mode: "OFF" },
    };
    const { body, changes } = encoded(request, { stream: true });
    const served = read(body);
    expect(changes).toEqual([]);
    expect(served).toMatchObject({ modelId: "command-a", stream: true });
    expect(JSON.parse(JSON.stringify(served.request))).toEqual(JSON.parse(JSON.stringify(request)));
  });

  it("of the guides' spelling and of older clients is read, too", () => {
    const { request } = read({
      ...hi,
      messages: [
        { role: "user", content: [{ type: "text", text: "Hi" }] },
        {
          role: "assistant",
          content: [{ type: "text", text: "" }],
          tool_calls: [{ id: "a", function: { name: "t" } }],
        },
        { role: "tool", tool_call_id: "a", content: [{ type: "document", document: { data: { n: 1 } } }] },
      ],
      response_format: { type: "json_object", schema: { type: "object" } },
      thinking: { type: "disabled" },
      tools: null,
    });
    expect(request).toMatchObject({ output: { path: "schema" }, reasoning: { enabled: false }, tools: [] });
    expect(request.messages.slice(1)).toEqual<AnyMessage[]>([
      { role: "assistant", content: [{ type: "tool-call", id: "a", name: "t", input: {} }] },
      { role: "tool", toolCallId: "a", toolName: "t", content: [{ type: "text", text: '{"n":1}' }] },
    ]);
  });

  it.each<[string, object, string]>([
    ["no model", { model: "" }, "model"],
    ["no messages", { messages: [] }, "messages"],
    ["an unknown role", { messages: [{ role: "bot", content: "" }] }, "messages[0].role"],
    ["an unknown part", { messages: [{ role: "user", content: [{ type: "x" }] }] }, "messages[0].content[0].type"],
    ["a choice without tools", { tool_choice: "REQUIRED" }, "tool_choice"],
    ["an unknown choice", { tools: [], tool_choice: "any" }, "tool_choice"],
    ["a tool without a name", { tools: [{ type: "function", function: {} }] }, "tools[0].function.name"],
    [
      "arguments that are no JSON",
      { messages: [{ role: "assistant", tool_calls: [{ id: "a", function: { name: "t", arguments: "{" } }] }] },
      "messages[0].tool_calls[0].function.arguments",
    ],
    ["a budget that is no number", { thinking: { type: "enabled", token_budget: "9" } }, "thinking.token_budget"],
    ["a wrong parameter", { p: "0.5" }, "p"],
  ])("with %s is refused by name", (_name, members, path) => {
    expect(() => read({ ...hi, ...members })).toThrow(expect.objectContaining({ code: "invalid-request", path }));
  });
});

describe("an answer", () => {
  it.each([false, true])("means the same on both sides, streamed: %s", (stream) => {
    fc.assert(
      fc.property(said, (given) => {
        const events = eventsOf(given);
        expect(told(answered(events, stream))).toEqual(told(events));
      }),
    );
  });

  it.each([false, true])("keeps plan and thinking apart, streamed: %s", (stream) => {
    const events = decodeFrames(framesOf(fixture("thinking-tools.sse")));
    const again = answered(events, stream);
    expect((again.at(-1) as { message: unknown }).message).toEqual((events.at(-1) as { message: unknown }).message);
  });

  it.each([false, true])("names its sources, streamed: %s", (stream) => {
    const events = decodeFrames(framesOf(fixture("cited.sse")));
    const sources = answered(events, stream).filter(({ type }) => type === "source");
    expect(sources).toEqual(events.filter(({ type }) => type === "source"));
  });

  it("refuses media that it has no place for", () => {
    const events = eventsOf({ reasoning: "", text: "Hi", calls: [] });
    const image: ProtocolEvent = { type: "image", image: { type: "image", image: "x" } };
    expect(() => answered([...events.slice(0, 1), image], true)).toThrow(
      expect.objectContaining({ code: "unsupported" }),
    );
  });
});

describe("a failure", () => {
  it.each<[ErrorCode, number, string]>([
    ["invalid-request", 400, "p: No."],
    ["authentication", 401, "p: No."],
    ["rate-limited", 429, "p: No."],
    ["quota-exceeded", 402, "p: No."],
    ["context-length", 400, "too many tokens: p: No."],
  ])("of %s has the status %s and says %j", (code, status, message) => {
    const failure = server.encodeFailure(code, "No.", { param: "p" });
    expect(failure).toEqual({ status, body: { message } });
    expect(cohereV2.decodeFailure(failure.body, () => undefined).message).toBe(message);
  });

  it("inside a stream reaches the client as an error", () => {
    const encoder = server.createStreamEncoder(contextOf());
    const text = [encoder.encode({ type: "text-delta", text: "Hel" }), encoder.fail("overloaded", "Busy.")].join("");
    expect(() => decodeFrames(framesOf(new TextEncoder().encode(text)))).toThrow(
      expect.objectContaining({ name: "ProviderError", providerMessage: "Busy." }),
    );
  });
});

describe("other endpoints", () => {
  it("are told apart by method and path", () => {
    expect(server.route("POST", "/v2/embed")).toEqual({ operation: "embed" });
    expect(server.route("GET", "/v1/models")).toEqual({ operation: "models" });
    expect(server.route("GET", "/v2/chat")).toBeUndefined();
    expect(server.route("POST", "/v1/chat")).toBeUndefined();
  });

  it("give embeddings that the client reads, in floats and in base64", () => {
    const embed = server.route("POST", "/v2/embed")!;
    for (const types of [undefined, ["float"], ["base64"]]) {
      const body = { model: "m", texts: ["a", "b"], input_type: "search_query", embedding_types: types };
      const served = server.embeddings!.decode(body, embed);
      expect(served).toMatchObject({ modelId: "m", input: ["a", "b"], params: { inputType: "search_query" } });
      const answer = server.embeddings!.encode(
        [
          [0.5, -1],
          [2, 0],
        ],
        { modelId: "m", inputTokens: 4, served },
      );
      const { provider, modelId, model } = callOf();
      const call = { provider, modelId, model, input: served.input, params: {} };
      expect(cohereV2.embeddings!.decode(JSON.parse(JSON.stringify(answer)), call)).toMatchObject({
        embeddings: [
          [0.5, -1],
          [2, 0],
        ],
        usage: { inputTokens: 4 },
      });
    }
    const blocks = {
      model: "m",
      inputs: [
        {
          content: [
            { type: "text", text: "a" },
            { type: "text", text: "b" },
          ],
        },
      ],
    };
    expect(server.embeddings!.decode(blocks, embed).input).toEqual(["a\nb"]);
    expect(() => server.embeddings!.decode({ model: "m", texts: [] }, embed)).toThrow(
      expect.objectContaining({ path: "texts" }),
    );
  });

  it("list the models for the client", () => {
    const list = server.encodeModels([{ id: "command-a", contextTokens: 10 }]);
    expect(cohereV2.models!.decode(list)).toMatchObject({ models: [{ id: "command-a", contextTokens: 10 }] });
  });
});
