/** The Converse wire from the server: what clients send is understood or refused by name, what is answered is read by our client. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ProtocolEvent } from "../../../src/chat/events.js";
import type { Replay } from "../../../src/chat/message.js";
import type { NeutralRequest } from "../../../src/chat/request.js";
import type { ErrorCode } from "../../../src/errors.js";
import { bedrockConverseRoom as bedrockConverse } from "../../../src/protocols/bedrock-converse/room.js";
import { bedrockConverseServer as server } from "../../../src/protocols/bedrock-converse/server.js";
import { failureCode } from "../../../src/protocols/failure.js";
import type { AnswerContext } from "../../../src/protocols/server.js";
import type { Frame } from "../../../src/transport/frame.js";
import { eventsOf, said, told } from "../said.js";
import { bytesOf, callOf, decodeFrames, encoded, framesOf, modelId, replayOf, streams } from "./support.js";

const route = server.route("POST", "/model/m/converse")!;
const hi = { messages: [{ role: "user", content: [{ text: "Hi" }] }] };
const read = (body: unknown) => server.decodeChat(body, route);
const contextOf = (): AnswerContext => ({ id: "a-1", modelId: "m", created: 1, served: read(hi) });
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** What the client reads of what the server writes. */
function answered(events: readonly ProtocolEvent[], stream: boolean): readonly ProtocolEvent[] {
  if (!stream) return bedrockConverse.decodeChat(plain(server.encodeChat(events, contextOf())), callOf());
  const encoder = server.createStreamEncoder(contextOf());
  const frames = events.flatMap((event) => encoder.encode(event) as readonly Frame[]);
  return decodeFrames(framesOf(bytesOf(frames)));
}

const png = "data:image/png;base64,iVBORw0KGgo=";
const own = (data: unknown) => replayOf(data, { provider: "" });

describe("a request", () => {
  it("is read as the client meant it", () => {
    const request: NeutralRequest = {
      messages: [
        { role: "system", content: [{ type: "text", text: "Be brief.", cache: "1h" }] },
        {
          role: "user",
          content: [
            { type: "text", text: "Look", cache: "5m" },
            { type: "image", image: png },
            { type: "image", image: "s3://bucket/a.png" },
            { type: "pdf", pdf: "data:application/pdf;base64,JVBERi0xLjQK", filename: "Q3" },
            { type: "video", video: "data:video/quicktime;base64,AAAA" },
            { type: "audio", audio: "data:audio/mpeg;base64,AAAA" },
          ],
        },
        {
          role: "assistant",
          content: [
            { type: "reasoning", text: "Hm.", replay: own({ type: "reasoning", signature: "s" }) },
            {
              type: "opaque",
              replay: own({ type: "block", block: { reasoningContent: { redactedContent: "cmVk" } } }),
            },
            { type: "text", text: "Checking.", replay: own({ type: "citations", citations: [{ title: "T" }] }) },
            { type: "tool-call", id: "w_1", name: "weather", input: { city: "Oslo" } },
            { type: "tool-call", id: "w_2", name: "weather", input: {} },
          ],
        },
        {
          role: "tool",
          toolCallId: "w_1",
          toolName: "weather",
          content: [
            { type: "text", text: "18 °C" },
            { type: "image", image: png, cache: "5m" },
          ],
          isError: false,
        },
        { role: "tool", toolCallId: "w_2", toolName: "weather", content: [{ type: "text", text: "?" }], isError: true },
        { role: "user", content: [{ type: "text", text: "And now?" }] },
      ],
      tools: [{ name: "weather", description: "w", parameters: { type: "object" }, strict: false }],
      toolChoice: { tool: "weather" },
      output: {
        name: "place",
        description: "d",
        schema: { type: "object", additionalProperties: false },
        path: "schema",
      },
      reasoning: { effort: "high", enabled: true, budget: 3000, summary: "auto" },
      params: {
        maxOutputTokens: 9,
        temperature: 0.5,
        topP: 0.9,
        stop: ["END"],
        topK: 4,
        builtinTools: [{ type: "nova_grounding" }],
        serviceTier: "flex",
      },
      extraBody: { guardrailConfig: { trace: "enabled" }, additionalModelRequestFields: { anthropic_beta: ["b"] } },
    };
    const { body, path, changes } = encoded(request, { stream: true, model: { features: { strictTools: true } } });
    const served = server.decodeChat(body, server.route("POST", path)!);
    expect(changes).toEqual([]);
    expect(served).toMatchObject({ modelId, stream: true });
    expect(plain(served.request)).toEqual(plain(request));
  });

  it.each([
    [{ reasoningConfig: { type: "enabled", maxReasoningEffort: "low" } }, { effort: "low", enabled: true }],
    [{ reasoning_effort: "high" }, { effort: "high" }],
    [{ thinking: { type: "adaptive", display: "omitted" } }, { enabled: true, budget: "auto", summary: "none" }],
    [{ thinking: { type: "disabled" } }, { enabled: false }],
    [{ inferenceConfig: { topK: 5 } }, undefined],
  ])("controls reasoning by %j", (fields, reasoning) => {
    expect(read({ ...hi, additionalModelRequestFields: fields }).request.reasoning).toEqual(reasoning);
  });

  it("reads results as JSON, text documents as text, and cached tools as tools", () => {
    const { request } = read({
      messages: [
        { role: "user", content: [{ document: { format: "txt", name: "n", source: { text: "plain" } } }] },
        { role: "assistant", content: [{ toolUse: { toolUseId: "a", name: "t", input: {} } }] },
        { role: "user", content: [{ toolResult: { toolUseId: "a", content: [{ json: { n: 1 } }] } }] },
      ],
      toolConfig: {
        tools: [{ toolSpec: { name: "t", inputSchema: { json: {} } } }, { cachePoint: { type: "default" } }],
      },
    });
    expect(request.messages[0]?.content).toEqual([{ type: "text", text: "plain" }]);
    expect(request.messages[2]?.content).toEqual([{ type: "text", text: '{"n":1}' }]);
    expect(request.tools.map(({ name }) => name)).toEqual(["t"]);
  });

  const at = (content: unknown, role = "user") => ({ messages: [{ role, content: [content] }] });
  it.each<[string, object, string]>([
    ["no messages", { messages: [] }, "messages"],
    ["a system role", { messages: [{ role: "system", content: [] }] }, "messages[0].role"],
    ["plain text", { messages: [{ role: "user", content: "Hi" }] }, "messages[0].content"],
    ["an unknown block", at({ guardContent: {} }), "messages[0].content[0]"],
    [
      "a document of another format",
      at({ document: { format: "csv", name: "n", source: { bytes: "AA" } } }),
      "messages[0].content[0].document.format",
    ],
    ["a cache point before everything", at({ cachePoint: { type: "default" } }), "messages[0].content[0].cachePoint"],
    [
      "a call without input",
      at({ toolUse: { toolUseId: "a", name: "t" } }, "assistant"),
      "messages[0].content[0].toolUse.input",
    ],
    [
      "a choice of an unknown tool",
      { toolConfig: { tools: [], toolChoice: { tool: { name: "x" } } } },
      "toolConfig.toolChoice.tool.name",
    ],
    ["a wrong parameter", { inferenceConfig: { maxTokens: "9" } }, "inferenceConfig.maxTokens"],
    [
      "a schema that is no JSON",
      { outputConfig: { textFormat: { type: "json_schema", structure: { jsonSchema: { schema: "{" } } } } },
      "outputConfig.textFormat.structure.jsonSchema.schema",
    ],
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

  it.each([false, true])("keeps signatures, redacted and provider-run blocks, streamed: %s", (stream) => {
    for (const frames of Object.values(streams)) {
      const events = decodeFrames(frames);
      const blocksOf = (list: readonly ProtocolEvent[]) => {
        const last = list.at(-1);
        const content = last?.type === "finish" && typeof last.message.content !== "string" ? last.message.content : [];
        // Citations have no place in a stream, and opaque blocks come at its end.
        return content
          .filter(({ type }) => type !== "text" || !stream)
          .map((part) => JSON.stringify(part))
          .sort();
      };
      expect(blocksOf(answered(events, stream))).toEqual(blocksOf(events));
    }
  });

  it.each([false, true])("brings a replay of another protocol back unchanged, streamed: %s", (stream) => {
    const replay: Replay = { protocol: "elsewhere", provider: "p", model: "m", data: { signature: "é/+=" } };
    const finish = answered(eventsOf({ reasoning: "hm", text: "Hi", calls: [] }, replay), stream).at(-1);
    const message = finish?.type === "finish" ? finish.message : undefined;
    const { body } = bedrockConverse.encodeChat(
      callOf({ request: { messages: [{ role: "user", content: "?" }, message!] } }),
    );
    const [, again] = read(body).request.messages;
    expect(again?.content[0]).toEqual({ type: "reasoning", text: "hm", replay });
  });

  it("refuses media that it has no place for", () => {
    const audio: ProtocolEvent = { type: "audio-delta", data: Uint8Array.of(1), mediaType: "audio/wav" };
    expect(() => answered([audio], true)).toThrow(expect.objectContaining({ code: "unsupported" }));
  });
});

describe("a failure", () => {
  it.each<ErrorCode>([
    "authentication",
    "permission",
    "not-found",
    "rate-limited",
    "quota-exceeded",
    "overloaded",
    "timeout",
    "provider-error",
  ])("of %s reaches the client as the same", (code) => {
    const { status, body, headers = {} } = server.encodeFailure(code, "No.", { param: "p" });
    const failure = bedrockConverse.decodeFailure(body, (name) => headers[name]);
    expect(failure.message).toBe("p: No.");
    expect(failureCode(failure, { status, words: bedrockConverse.failureWords ?? {} })).toBe(code);
  });

  it.each<[ErrorCode, string]>([
    ["overloaded", "overloaded"],
    ["rate-limited", "rate-limited"],
    ["network", "provider-error"],
  ])("of %s inside a stream is %s for the client", (code, expected) => {
    const encoder = server.createStreamEncoder(contextOf());
    const frames = [encoder.encode({ type: "text-delta", text: "Hel" }), encoder.fail(code, "Busy.")].flat() as Frame[];
    expect(() => decodeFrames(framesOf(bytesOf(frames)))).toThrow(
      expect.objectContaining({ name: "ProviderError", code: expected, providerMessage: "Busy." }),
    );
  });
});

describe("other endpoints", () => {
  it("are told apart by method and path", () => {
    const arn = "arn:aws:bedrock:us-east-1:1:inference-profile/x";
    expect(server.route("POST", `/model/${encodeURIComponent(arn)}/converse-stream`)).toEqual({
      operation: "chat",
      modelId: arn,
      stream: true,
    });
    expect(server.route("POST", "/model/%E0%A4%A/converse")).toMatchObject({ modelId: "%E0%A4%A" });
    expect(server.route("POST", "/model/a/invoke")).toMatchObject({ operation: "embed", modelId: "a" });
    expect(server.route("POST", "/model/a/count-tokens")).toBeUndefined();
    expect(server.route("GET", "/model/a/converse")).toBeUndefined();
    expect(server.route("GET", "/foundation-models")).toEqual({ operation: "models" });
    expect(server.encodeModels([{ id: "a", name: "A" }])).toEqual({
      modelSummaries: [{ modelId: "a", modelName: "A" }],
    });
  });
});
