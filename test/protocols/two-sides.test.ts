/** The client's and the server's side of each wire agree: what one side says, the other understands. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ModelFacts, ProviderFacts } from "../../src/catalog/facts.js";
import type { ProtocolEvent } from "../../src/chat/events.js";
import type { AnyMessage, AssistantMessage, AssistantPart, Replay, UserPart } from "../../src/chat/message.js";
import { ReplyBuilder } from "../../src/chat/reply-builder.js";
import type { NeutralRequest } from "../../src/chat/request.js";
import { usageOf } from "../../src/chat/usage.js";
import { isModelwrightError } from "../../src/errors.js";
import { anthropicMessagesRoom as anthropicMessages } from "../../src/protocols/anthropic-messages/room.js";
import { anthropicMessagesServer } from "../../src/protocols/anthropic-messages/server.js";
import { googleGenerativeAiRoom as googleGenerativeAi } from "../../src/protocols/google-generative-ai/room.js";
import { googleGenerativeAiServer } from "../../src/protocols/google-generative-ai/server.js";
import { openaiChatRoom as openaiChat } from "../../src/protocols/openai-chat/room.js";
import { openaiChatServer } from "../../src/protocols/openai-chat/server.js";
import type { ChatCall, Protocol } from "../../src/protocols/protocol.js";
import type { AnswerContext, ServedChat, ServerProtocol } from "../../src/protocols/server.js";
import type { Frame } from "../../src/transport/frame.js";
import { createSseReader } from "../../src/transport/sse.js";

interface Wire {
  readonly client: Protocol;
  readonly server: ServerProtocol;
  readonly reasoning: NonNullable<ModelFacts["reasoning"]>;
}

const wires: readonly Wire[] = [
  {
    client: openaiChat,
    server: openaiChatServer,
    reasoning: {
      mode: "optional",
      effort: { levels: ["low", "high"] },
      wire: "openai-effort",
      field: "reasoning_content",
    },
  },
  {
    client: anthropicMessages,
    server: anthropicMessagesServer,
    reasoning: { mode: "optional", default: "off", budget: { min: 1024 }, wire: "anthropic-thinking" },
  },
  {
    client: googleGenerativeAi,
    server: googleGenerativeAiServer,
    reasoning: { mode: "optional", budget: { min: 0, off: 0, auto: -1 }, wire: "gemini-budget" },
  },
];

const provider: ProviderFacts = {
  id: "maker",
  name: "Maker",
  role: "lab",
  protocol: "openai-chat",
  baseURL: "https://api.example.com/v1",
  auth: [{ type: "none" }],
  dialect: { "openai-chat": { reasoningEcho: "reasoning_content" } },
  assume: "strict",
  unknownModels: "reject",
  models: {},
};

function callOf({ reasoning }: Wire, request: Partial<NeutralRequest>, stream = false): ChatCall {
  const model: ModelFacts = {
    kind: "chat",
    input: ["text", "image", "pdf"],
    output: ["text"],
    features: { tools: true, structuredOutput: "schema", promptCaching: "explicit" },
    reasoning,
    params: {},
    limits: { output: 4000 },
  };
  const whole = { messages: [{ role: "user", content: "Hi" }] as const, tools: [], params: {}, ...request };
  return { provider, modelId: "model-1", model, request: whole, stream, adjust: () => undefined };
}

/** What the server reads of what the client writes. */
function served(wire: Wire, request: Partial<NeutralRequest>, stream = false): ServedChat {
  const { method, path, body } = wire.client.encodeChat(callOf(wire, request, stream));
  const route = wire.server.route(method, path.split("?", 1)[0] ?? "");
  if (route === undefined) throw new Error(`${wire.server.id} has no ${path}`);
  return wire.server.decodeChat(JSON.parse(JSON.stringify(body)), route);
}

const png = "data:image/png;base64,iVBORw0KGgo=";
const pdf = "data:application/pdf;base64,JVBERi0xLjQ=";
const schema = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};
const tools = [{ name: "get_weather", description: "Tells the weather.", parameters: schema }];

const history: readonly AnyMessage[] = [
  { role: "system", content: "Be brief." },
  {
    role: "user",
    content: [
      { type: "text", text: "What is this?" },
      { type: "image", image: png },
      { type: "pdf", pdf },
    ],
  },
  {
    role: "assistant",
    content: [
      { type: "text", text: "Let me look." },
      { type: "tool-call", id: "call_1", name: "get_weather", input: { city: "Rome" } },
      { type: "tool-call", id: "call_2", name: "get_weather", input: {} },
    ],
  },
  { role: "tool", toolCallId: "call_1", toolName: "get_weather", content: "18 degrees" },
  { role: "tool", toolCallId: "call_2", toolName: "get_weather", content: "no city" },
  { role: "user", content: "And then?" },
];

/** Texts and lists of one text mean the same; ids of calls may be renamed where the wire has none. */
function meaning(messages: readonly AnyMessage[]): unknown {
  const ids: string[] = [];
  const number = (id: string) => (ids.includes(id) ? ids.indexOf(id) : ids.push(id) - 1);
  const partMeaning = (part: UserPart | AssistantPart): unknown => {
    if (part.type === "tool-call") return { ...part, id: number(part.id), replay: undefined };
    if (part.type === "text") return { type: "text", text: part.text };
    return { ...part, mediaType: undefined, filename: undefined };
  };
  return messages.map((message) => {
    const { content } = message;
    const parts =
      typeof content === "string" ? [partMeaning({ type: "text", text: content })] : content.map(partMeaning);
    return message.role === "tool"
      ? { role: "tool", toolCallId: number(message.toolCallId), toolName: message.toolName, parts }
      : { role: message.role, parts };
  });
}

describe.each(wires)("a request over $client.id", (wire) => {
  it("keeps the history with media, calls and results", () => {
    expect(meaning(served(wire, { messages: history, tools }).request.messages)).toEqual(meaning(history));
  });

  it("keeps the model, the stream, the parameters and the output limit", () => {
    const params = { temperature: 0.5, topP: 0.9, stop: ["###"], maxOutputTokens: 50 };
    const { modelId, stream, request } = served(wire, { params }, true);
    expect({ modelId, stream, params: request.params }).toEqual({ modelId: "model-1", stream: true, params });
  });

  it.each(["auto", "none", "required", { tool: "get_weather" }] as const)(
    "keeps the tools with the choice %j",
    (toolChoice) => {
      const { request } = served(wire, { tools, toolChoice });
      expect(request.tools).toMatchObject(tools);
      expect(request.toolChoice ?? "auto").toEqual(toolChoice);
    },
  );

  it("keeps the schema of a structured answer", () => {
    expect(served(wire, { output: { name: "place", schema, path: "schema" } }).request.output).toMatchObject({
      path: "schema",
      schema,
    });
  });

  it("keeps members that it does not know", () => {
    expect(served(wire, { extraBody: { future: { a: 1 } } }).request.extraBody).toEqual({ future: { a: 1 } });
  });
});

it.each([
  ["openai-chat", { effort: "low" }, { effort: "low" }],
  ["anthropic-messages", { budget: 2000 }, { enabled: true, budget: 2000 }],
  ["anthropic-messages", { enabled: false }, { enabled: false }],
  ["google-generative-ai", { budget: 2000, summary: "auto" }, { budget: 2000, summary: "auto" }],
  ["google-generative-ai", { budget: "auto" }, { budget: "auto" }],
  ["google-generative-ai", { enabled: false }, { enabled: false }],
] as const)("a request over %s keeps reasoning %j", (id, reasoning, expected) => {
  const wire = wires.find(({ client }) => client.id === id)!;
  expect(served(wire, { reasoning }).request.reasoning).toEqual(expected);
});

interface Said {
  readonly reasoning: string;
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly input: { readonly [name: string]: unknown } }[];
}

/** Events as a protocol room yields them. */
function eventsOf({ reasoning, text, calls }: Said, replay?: Replay): readonly ProtocolEvent[] {
  const out: ProtocolEvent[] = [];
  const builder = new ReplyBuilder(out);
  builder.start("answer-1", "model-1");
  for (const piece of halves(reasoning)) builder.reasoning(piece);
  if (reasoning !== "" && replay !== undefined) builder.reasoning("", replay);
  for (const piece of halves(text)) builder.text(piece);
  for (const [i, { name, input }] of calls.entries()) {
    builder.toolCallStart(i, `call_${i}`, name);
    for (const piece of halves(JSON.stringify(input))) builder.toolCallDelta(i, piece);
  }
  builder.usage = usageOf({ input: 20, cacheRead: 5, output: 7, reasoning: reasoning === "" ? 0 : 3 });
  builder.finish("stop", undefined);
  return out;
}

function halves(text: string): readonly string[] {
  const characters = [...text];
  const middle = Math.ceil(characters.length / 2);
  return [characters.slice(0, middle).join(""), characters.slice(middle).join("")];
}

/** What the client reads of what the server writes, whole or streamed. */
function answered(wire: Wire, events: readonly ProtocolEvent[], stream: boolean): readonly ProtocolEvent[] {
  const call = callOf(wire, { tools }, stream);
  const context: AnswerContext = {
    id: "answer-1",
    modelId: "model-1",
    created: 1,
    served: served(wire, { tools }, stream),
  };
  if (!stream) return wire.client.decodeChat(JSON.parse(JSON.stringify(wire.server.encodeChat(events, context))), call);
  const encoder = wire.server.createStreamEncoder(context);
  const text = events.map((event) => encoder.encode(event)).join("") + encoder.end();
  return decoded(wire, call, text);
}

function decoded(wire: Wire, call: ChatCall, text: string): readonly ProtocolEvent[] {
  const frames: Frame[] = [];
  const reader = createSseReader(1_000_000);
  reader.push(new TextEncoder().encode(text), frames);
  reader.end(frames);
  const decoder = wire.client.createStreamDecoder(call);
  const out: ProtocolEvent[] = [];
  for (const frame of frames) if (!decoder.done) decoder.push(frame, out);
  if (!decoder.done) decoder.end(out);
  return out;
}

function told(events: readonly ProtocolEvent[]): unknown {
  const last = events.at(-1);
  if (last?.type !== "finish") return "no finish";
  const parts = contentOf(last.message);
  const textOf = (type: "text" | "reasoning") => parts.map((part) => (part.type === type ? part.text : "")).join("");
  return {
    reasoning: textOf("reasoning"),
    text: textOf("text"),
    calls: parts.flatMap((part) => (part.type === "tool-call" ? [{ name: part.name, input: part.input }] : [])),
    finishReason: last.finishReason,
    tokens: [last.usage.inputTokens, last.usage.outputTokens, last.usage.buckets.cacheRead],
  };
}

function contentOf({ content }: AssistantMessage) {
  return typeof content === "string" ? [{ type: "text" as const, text: content }] : content;
}

const said = fc.record({
  reasoning: fc.string({ unit: "grapheme" }),
  text: fc.string({ unit: "grapheme", minLength: 1 }),
  calls: fc.array(
    fc.record({
      name: fc.constantFrom("get_weather", "send_mail"),
      input: fc.dictionary(fc.constantFrom("a", "b"), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
    }),
    { maxLength: 3 },
  ),
});

/** The replay that a server reads off the history in which its client returns a seal. */
function replayOf({ server }: Wire, sealed: string): unknown {
  const histories: { readonly [id: string]: readonly [string, unknown] } = {
    "openai-chat": [
      "/chat/completions",
      {
        model: "m",
        messages: [
          {
            role: "assistant",
            content: "Hi",
            reasoning_details: [{ type: "reasoning.text", text: "hm", signature: sealed }],
          },
        ],
      },
    ],
    "anthropic-messages": [
      "/messages",
      {
        model: "m",
        max_tokens: 9,
        messages: [{ role: "assistant", content: [{ type: "thinking", thinking: "hm", signature: sealed }] }],
      },
    ],
    "google-generative-ai": [
      "/models/m:generateContent",
      { contents: [{ role: "model", parts: [{ text: "hm", thought: true, thoughtSignature: sealed }] }] },
    ],
  };
  const [path, body] = histories[server.id]!;
  const [message] = server.decodeChat(body, server.route("POST", path)!).request.messages;
  const parts = message?.role === "assistant" ? contentOf(message) : [];
  return parts.flatMap((part) => (part.type === "reasoning" ? [part.replay] : []))[0];
}

describe.each(wires)("an answer over $client.id", (wire) => {
  it.each([false, true])("means the same on both sides, streamed: %s", (stream) => {
    fc.assert(
      fc.property(said, (given) => {
        const events = eventsOf(given);
        expect(told(answered(wire, events, stream))).toEqual(told(events));
      }),
      { numRuns: 100 },
    );
  });

  it("carries a failure inside a stream", () => {
    const call = callOf(wire, {}, true);
    const context: AnswerContext = { id: "a", modelId: "model-1", created: 1, served: served(wire, {}, true) };
    const text = wire.server.createStreamEncoder(context).fail("overloaded", "too busy") as string;
    let thrown: unknown;
    try {
      decoded(wire, call, text);
    } catch (error) {
      thrown = error;
    }
    expect(isModelwrightError(thrown) && [thrown.code, thrown.providerMessage]).toEqual(["overloaded", "too busy"]);
  });

  it.each([false, true])("brings a replay of another protocol back unchanged, streamed: %s", (stream) => {
    const replay: Replay = { protocol: "elsewhere", provider: "p", model: "m", data: { signature: "é/+=" } };
    const events = eventsOf({ reasoning: "hm", text: "Hi", calls: [] }, replay);
    const context: AnswerContext = { id: "a", modelId: "model-1", created: 1, served: served(wire, {}, stream) };
    const encoder = wire.server.createStreamEncoder(context);
    const wireText = stream
      ? events.map((event) => encoder.encode(event)).join("")
      : JSON.stringify(wire.server.encodeChat(events, context));
    const sealed = /"(mwr1\.[^"]+)"/.exec(wireText)?.[1] ?? "";
    expect(replayOf(wire, sealed)).toEqual(replay);
  });
});
