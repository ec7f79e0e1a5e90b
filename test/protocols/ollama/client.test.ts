/** The client side: answers whole and in lines, request bodies, embeddings, the model list. */
import { describe, expect, it } from "vitest";
import { ollamaRoom as room } from "../../../src/protocols/ollama/room.js";
import {
  bodyOf,
  callOf,
  chatModel,
  ending,
  errorOf,
  finishOf,
  type Json,
  linesOf,
  partsOf,
  pieceOf,
  provider,
  read,
} from "./support.js";

const weather = { function: { name: "weather", arguments: { city: "Oslo" } } };
const pieces = [
  pieceOf({ content: "", thinking: "Hm" }),
  pieceOf({ content: "", thinking: "m." }),
  pieceOf({ content: "Loo" }),
  pieceOf({ content: "king." }),
  pieceOf({ content: "", tool_calls: [{ id: "call_a", function: { index: 0, ...weather.function } }] }),
  pieceOf({ content: "", tool_calls: [weather] }),
  pieceOf({ content: "" }, ending),
];

describe("an answer", () => {
  it("in lines gives thoughts, text, then the calls, then the finish", () => {
    const events = read(linesOf(pieces));
    expect(partsOf(events)).toEqual([
      { type: "reasoning", text: "Hmm." },
      { type: "text", text: "Looking." },
      { type: "tool-call", id: "call_a", name: "weather", input: { city: "Oslo" } },
      { type: "tool-call", id: "call_1", name: "weather", input: { city: "Oslo" } },
    ]);
    expect(events.map((event) => event.type).slice(-3)).toEqual(["tool-call", "tool-call", "finish"]);
    expect(finishOf(events)).toMatchObject({ finishReason: "tool-calls", rawFinishReason: "stop" });
    expect(finishOf(events).usage).toMatchObject({ state: "known", buckets: { input: 12, output: 7 } });
  });

  it("whole gives the same message", () => {
    const tool_calls = [{ id: "call_a", ...weather }, weather];
    const whole = pieceOf({ content: "Looking.", thinking: "Hmm.", tool_calls }, ending);
    expect(partsOf(room.decodeChat(whole, callOf()))).toEqual(partsOf(read(linesOf(pieces))));
  });

  it.each([
    ["stop", "stop"],
    ["length", "length"],
    ["load", "other"],
    ["__proto__", "other"],
    ["constructor", "other"],
  ])("done by %s is %s", (done_reason, finishReason) => {
    const events = room.decodeChat(pieceOf({ content: "Hi" }, { done: true, done_reason }), callOf());
    expect(finishOf(events)).toMatchObject({ finishReason, rawFinishReason: done_reason });
  });

  it("states partial usage when the prompt was cached", () => {
    const events = room.decodeChat(pieceOf({ content: "Hi" }, { done: true, eval_count: 3 }), callOf());
    expect(finishOf(events).usage).toMatchObject({ state: "partial", outputTokens: 3 });
  });

  it.each([[null], ["text"], [{}], [{ choices: [] }], [pieceOf({ content: "Hi" }, { done: false })]])(
    "%j is no whole answer",
    (body) => {
      expect(errorOf(() => room.decodeChat(body, callOf()))).toMatchObject({ code: "invalid-response" });
    },
  );

  it("cut after any byte is truncated, and releases no call", () => {
    const text = linesOf(pieces);
    for (let length = 0; length < text.length - 1; length++)
      expect(["stream-truncated", "invalid-response"], `${length}`).toContain(
        (errorOf(() => read(text.slice(0, length))) as { code: string }).code,
      );
    expect(finishOf(read(text.trimEnd())).finishReason).toBe("tool-calls");
  });

  it("survives members of the wrong shape", () => {
    const odd = [null, 7, { function: null }, { function: { name: 5 } }];
    const mutated = [
      { done: false },
      { message: 5 },
      pieceOf({ content: 7, thinking: {}, tool_calls: odd }),
      pieceOf({ content: null, tool_calls: {} }),
    ];
    expect(partsOf(read(linesOf([...mutated, ...pieces])))).toEqual(partsOf(read(linesOf(pieces))));
  });

  it("failing inside the stream throws the provider's words, with what had arrived", () => {
    const text = linesOf([pieceOf({ content: "Hel" }), { error: "unexpected EOF" }]);
    expect(errorOf(() => read(text))).toMatchObject({
      name: "ProviderError",
      code: "provider-error",
      providerMessage: "unexpected EOF",
      partial: { text: "Hel" },
    });
  });
});

describe("an error body", () => {
  it.each([
    [{ error: "model 'x' not found" }],
    ["model 'x' not found"],
    [{ error: { message: "model 'x' not found" } }],
  ])("%j is read", (body) => {
    expect(room.decodeFailure(body, () => undefined).message).toBe("model 'x' not found");
  });

  it.each([[undefined], [{}], [[]], [""]])("%j still gives a message", (body) => {
    expect(room.decodeFailure(body, () => undefined).message).not.toBe("");
  });
});

describe("a request body", () => {
  const parameters = { type: "object", properties: {} };

  it("holds everything in its place", () => {
    const call = callOf(
      {
        messages: [
          { role: "system", content: "Be brief." },
          {
            role: "user",
            content: [
              { type: "text", text: "What?" },
              { type: "image", image: "data:image/png;base64,iVBORw==" },
            ],
          },
          {
            role: "assistant",
            content: [
              { type: "reasoning", text: "Hm." },
              { type: "text", text: "Looking." },
              { type: "tool-call", id: "call_1", name: "weather", input: { city: "Oslo" } },
            ],
          },
          { role: "tool", toolCallId: "call_1", toolName: "weather", content: "Rain" },
        ],
        tools: [{ name: "weather", description: "Now", parameters }],
        toolChoice: "auto",
        output: { name: "reply", schema: { type: "object" }, path: "schema" },
        reasoning: { enabled: true },
        params: { temperature: 0.1, maxOutputTokens: 50, stop: ["END"], keepAlive: "5m" },
      },
      { stream: true },
    );
    expect(room.encodeChat(call)).toEqual({
      method: "POST",
      path: "/api/chat",
      headers: {},
      body: {
        model: "qwen-test",
        stream: true,
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "What?", images: ["iVBORw=="] },
          {
            role: "assistant",
            content: "Looking.",
            thinking: "Hm.",
            tool_calls: [{ id: "call_1", function: { name: "weather", arguments: { city: "Oslo" } } }],
          },
          { role: "tool", content: "Rain", tool_name: "weather", tool_call_id: "call_1" },
        ],
        tools: [{ type: "function", function: { name: "weather", description: "Now", parameters } }],
        format: { type: "object" },
        think: true,
        options: { temperature: 0.1, num_predict: 50, stop: ["END"] },
        keep_alive: "5m",
      },
    });
    expect(call.adjustments).toEqual([]);
  });

  it("says that it does not stream: the wire would", () => {
    expect(bodyOf(callOf()).stream).toBe(false);
  });

  it.each([
    [{ enabled: false }, false],
    [{ effort: "high" }, "high"],
    [{ effort: "none" }, false],
    [{ effort: "minimal" }, "low"],
    [{}, undefined],
  ] as const)("%j thinks %j", (reasoning, think) => {
    const effort = { levels: ["low", "high"], alias: { minimal: "low" } } as const;
    const model = { ...chatModel, reasoning: { mode: "optional", effort } as const };
    expect(bodyOf(callOf({ reasoning }, { model })).think).toBe(think);
  });

  it("says what it cannot ask for", () => {
    const tools = [{ name: "f", parameters }];
    const none = callOf({ tools, toolChoice: "none" });
    expect(bodyOf(none)).not.toHaveProperty("tools");
    const forced = callOf({ tools, toolChoice: "required", parallelTools: false, reasoning: { budget: 9 } });
    expect(bodyOf(forced)).toHaveProperty("tools");
    expect([none, forced].map((call) => call.adjustments.map(({ path, action }) => `${action} ${path}`))).toEqual([
      ["dropped tools"],
      ["dropped parallelTools", "dropped toolChoice", "dropped reasoning.budget"],
    ]);
  });

  it("keeps signed thoughts of other protocols to itself, and says so", () => {
    const replay = { protocol: "anthropic-messages", provider: "anthropic", model: "claude", data: {} };
    const call = callOf({ messages: [{ role: "assistant", content: [{ type: "reasoning", text: "Hm.", replay }] }] });
    expect(bodyOf(call).messages).toEqual([{ role: "assistant", content: "" }]);
    expect(call.adjustments).toMatchObject([{ path: "messages[0].content[0]", action: "dropped" }]);
  });

  it.each([[{ type: "image", image: "https://a.example/b.png" }], [{ type: "pdf", pdf: "JVBERg==" }]] as const)(
    "refuses %j before anything is sent",
    (part) => {
      const call = callOf({ messages: [{ role: "user", content: [part] }] });
      expect(errorOf(() => room.encodeChat(call))).toMatchObject({
        code: "unsupported",
        path: "messages[0].content[0]",
      });
    },
  );
});

describe("embeddings", () => {
  const call = { provider, modelId: "embed-test", model: chatModel, input: ["a", "b"], params: { dimensions: 2 } };
  const decode = (body: Json) => room.embeddings?.decode(body, call);

  it("are asked for together and read in order", () => {
    expect(room.embeddings?.encode(call)).toMatchObject({
      path: "/api/embed",
      body: { model: "embed-test", input: ["a", "b"], dimensions: 2 },
    });
    const answer = decode({
      model: "embed-test",
      embeddings: [
        [1, 2],
        [3, 4],
      ],
      prompt_eval_count: 6,
    });
    expect(answer).toMatchObject({
      embeddings: [
        [1, 2],
        [3, 4],
      ],
      usage: { state: "known", inputTokens: 6 },
    });
  });

  it.each([[{ embeddings: [[1]] }], [{ embeddings: [[1], ["x"]] }], [{}]])("%j is refused", (body) => {
    expect(errorOf(() => decode(body))).toMatchObject({ code: "invalid-response" });
  });

  it("failing throw the provider's words", () => {
    expect(errorOf(() => decode({ error: "no such model" }))).toMatchObject({ providerMessage: "no such model" });
  });
});

describe("the model list", () => {
  it("is that of the installed models", () => {
    const models = [{ name: "a:latest", model: "a:latest", modified_at: "2026-01-01T00:00:00Z" }, { name: "b" }, null];
    expect(room.models?.decode({ models }).models.map(({ id, created }) => [id, created])).toEqual([
      ["a:latest", "2026-01-01T00:00:00Z"],
      ["b", undefined],
    ]);
  });
});
