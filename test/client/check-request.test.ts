/** What the catalog refuses is refused before any byte is sent, in the sentences of the types. */
import { afterAll, describe, expect, it } from "vitest";
import type { ModelFacts } from "../../src/catalog/facts.js";
import { image, user } from "../../src/chat/build.js";
import type { ClientOptions } from "../../src/client/client-options.js";
import type { ChatOptions } from "../../src/client/options.js";
import type { TransportRequest } from "../../src/transport/transport.js";
import { chatModel } from "./support.js";

const sent: TransportRequest[] = [];
afterAll(() => expect(sent).toHaveLength(accepted));
let accepted = 0;

const answer = JSON.stringify({
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
});

/** Sends nothing but records; answers at once. */
function model(facts: Partial<ModelFacts>, options: ClientOptions = {}) {
  return chatModel("http://nowhere.test", facts, {
    ...options,
    transport: async (request) => {
      sent.push(request);
      const none = { header: () => undefined, body: (async function* () {})(), dispose: () => undefined };
      return { ...none, status: 200, text: async () => answer };
    },
  });
}

async function refusal(facts: Partial<ModelFacts>, options: object) {
  const {
    code,
    message,
    path,
    model: id,
  } = await model(facts)
    .chat({ messages: "Hi", ...options } as ChatOptions)
    .then(
      () => ({ code: "accepted", message: "", path: "", model: "" }),
      (error) => error,
    );
  return { code, message, path, id };
}

const tool = { input: { type: "object", properties: {} } };
const thinking: Partial<ModelFacts> = {
  features: { tools: true, toolChoice: ["auto"] },
  reasoning: {
    mode: "always",
    effort: { levels: ["low", "medium", "high"] },
    exclusive: [["effort", "budget"]],
  },
  params: { maxOutputTokens: true },
};
const budgeted: Partial<ModelFacts> = {
  reasoning: { mode: "optional", budget: { min: 1024, max: 4096, off: 0, below: "maxOutputTokens" } },
  limits: { output: 8000 },
};
const picture = { messages: [user("?", image("https://a.test/b.png"))] };

describe("a request", () => {
  it.each<[string, Partial<ModelFacts>, object, string, string]>([
    ["image input", {}, picture, "m does not accept image input", "messages[0].content[1]"],
    [
      "a system message",
      { features: { systemRole: false } },
      { messages: [{ role: "system", content: "x" }] },
      "m does not accept system messages",
      "messages[0]",
    ],
    ["tools", { features: { tools: false } }, { tools: { t: tool } }, "m does not support tool calling", "tools"],
    ["tools when unknown and strict", {}, { tools: { t: tool } }, "m does not support tool calling", "tools"],
    [
      "a tool result",
      {},
      { messages: [{ role: "tool", toolCallId: "1", toolName: "t", content: "" }] },
      "m does not support tool calling",
      "messages[0]",
    ],
    [
      "toolChoice required",
      thinking,
      { tools: { t: tool }, toolChoice: "required" },
      "m does not accept toolChoice 'required'",
      "toolChoice",
    ],
    [
      "a named tool",
      thinking,
      { tools: { t: tool }, toolChoice: { tool: "t" } },
      "m does not accept toolChoice 'named'",
      "toolChoice",
    ],
    [
      "too many tools",
      { features: { tools: true }, limits: { tools: 1 } },
      { tools: { a: tool, b: tool } },
      "tools must have at most 1 entries for m",
      "tools",
    ],
    ["structured output", {}, { output: tool.input }, "m does not support structured output", "output"],
    [
      "reasoning",
      { reasoning: { mode: "none" } },
      { reasoning: { effort: "low" } },
      "m does not support reasoning",
      "reasoning",
    ],
    [
      "an unknown effort",
      thinking,
      { reasoning: { effort: "max" } },
      "m does not accept reasoning effort 'max' (accepts low, medium, high)",
      "reasoning.effort",
    ],
    [
      "any effort",
      budgeted,
      { reasoning: { effort: "low" } },
      "m does not accept a reasoning effort",
      "reasoning.effort",
    ],
    ["a budget", thinking, { reasoning: { budget: 1024 } }, "m does not accept a reasoning budget", "reasoning.budget"],
    [
      "a small budget",
      budgeted,
      { reasoning: { budget: 5 } },
      "reasoning.budget must be between 1024 and 4096 for m",
      "reasoning.budget",
    ],
    [
      "an automatic budget",
      budgeted,
      { reasoning: { budget: "auto" } },
      "m does not accept reasoning budget 'auto'",
      "reasoning.budget",
    ],
    [
      "a budget above the answer",
      budgeted,
      { reasoning: { budget: 2000 }, maxOutputTokens: 2000 },
      "reasoning.budget must be below maxOutputTokens for m",
      "reasoning.budget",
    ],
    [
      "no reasoning where it is always on",
      thinking,
      { reasoning: { enabled: false } },
      "m cannot switch reasoning off",
      "reasoning.enabled",
    ],
    [
      "temperature",
      { params: { temperature: false } },
      { temperature: 1 },
      "m does not accept temperature",
      "temperature",
    ],
    ["an unknown parameter where strict", {}, { topK: 1 }, "m does not accept topK", "topK"],
    [
      "a temperature out of range",
      { params: { temperature: { min: 0, max: 2 } } },
      { temperature: 3 },
      "temperature must be between 0 and 2 for m",
      "temperature",
    ],
    [
      "a value outside the list",
      { params: { verbosity: { enum: ["low", "high"] } } },
      { verbosity: "mid" },
      'verbosity must be one of "low", "high" for m',
      "verbosity",
    ],
    [
      "more output than the model gives",
      { limits: { output: 100 } },
      { maxOutputTokens: 101 },
      "maxOutputTokens must be between 1 and 100 for m",
      "maxOutputTokens",
    ],
    ["a missing required parameter", { params: { voice: { required: true } } }, {}, "m requires voice", "voice"],
    ["an unknown mode", { modes: { fast: {} } }, { mode: "slow" }, "m does not accept mode 'slow'", "mode"],
    [
      "a hosted tool",
      { features: { builtinTools: ["web_search"] } },
      { builtinTools: ["shell"] },
      "m does not offer the built-in tool 'shell'",
      "builtinTools",
    ],
    [
      "too many pictures",
      { input: ["text", "image"], media: { image: { maxCount: 1 } } },
      { messages: [user(image("data:,"), image("data:,"))] },
      "m accepts at most 1 image parts",
      "messages[0].content[1]",
    ],
    [
      "a picture by URL",
      { input: ["text", "image"], media: { image: { sources: ["base64"] } } },
      picture,
      "m does not accept image input by URL",
      "messages[0].content[1]",
    ],
    [
      "a prefilled answer",
      { features: { prefill: false } },
      { messages: [user("a"), { role: "assistant", content: "b" }] },
      "m does not accept a last message of the assistant",
      "messages[1]",
    ],
    [
      "a provider option out of range",
      { params: { safe: { type: "boolean" } } },
      { options: { safe: 5 } },
      "safe must be a boolean for m",
      "options.safe",
    ],
  ])("with %s is refused where the facts say no", async (_name, facts, options, message, path) => {
    expect(await refusal(facts, options)).toEqual({ code: "unsupported", message, path, id: "m" });
  });

  it.each<[string, Partial<ModelFacts>, object, string]>([
    [
      "while reasoning",
      {
        params: { temperature: true },
        reasoning: { mode: "optional", default: "on", toggle: true },
        rules: [{ when: { reasoning: "on" }, params: { temperature: false } }],
      },
      { temperature: 1 },
      "m accepts temperature only while reasoning is off",
    ],
    [
      "together with another",
      {
        params: { temperature: true, topP: true },
        rules: [{ when: { present: ["temperature"] }, params: { topP: false } }],
      },
      { temperature: 1, topP: 1 },
      "m does not accept topP together with temperature",
    ],
    [
      "with an effort",
      { ...thinking, rules: [{ when: { effort: ["high"] }, require: { verbosity: true } }] },
      { reasoning: { effort: "high" } },
      "m requires verbosity with reasoning effort high",
    ],
    [
      "with a narrower range",
      {
        params: { temperature: true },
        reasoning: { mode: "always" },
        rules: [{ when: { reasoning: "on" }, params: { temperature: { const: 1 } } }],
      },
      { temperature: 0 },
      "temperature must be 1 for m while reasoning is on",
    ],
    [
      "without a forced tool",
      {
        features: { tools: true, toolChoice: ["auto", "required"] },
        reasoning: { mode: "always" },
        rules: [{ when: { reasoning: "on" }, features: { toolChoice: ["auto"] } }],
      },
      { tools: { t: tool }, toolChoice: "required" },
      "m does not accept toolChoice 'required' while reasoning is on",
    ],
  ])("is refused by a rule %s", async (_name, facts, options, message) => {
    expect(await refusal(facts, options)).toMatchObject({ code: "unsupported", message });
  });

  it.each<[string, object, string]>([
    ["option", { temprature: 1 }, 'unknown option "temprature"; did you mean "temperature"?'],
    ["provider option", { options: { save: 1 } }, 'unknown option "save"; did you mean "safe"?'],
    ["role", { messages: [{ role: "bot", content: "" }] }, "messages[0] has no known role"],
    [
      "part",
      { messages: [{ role: "user", content: [{ type: "smell" }] }] },
      "messages[0].content[0] has no known type",
    ],
    ["list of messages", { messages: [] }, "messages must be a list with at least one message"],
    ["tool schema", { tools: { t: { input: { type: "string" } } } }, "tools.t.input must be the schema of an object"],
  ])("with an unreadable %s is invalid", async (_name, options, message) => {
    const facts: Partial<ModelFacts> = { params: { safe: true } };
    expect(await refusal(facts, options)).toMatchObject({ code: "invalid-request", message });
  });

  it.each<[string, Partial<ModelFacts>, object]>([
    [
      "what is unknown where permissive",
      { assume: "permissive", inputUnstated: true },
      { ...picture, tools: { t: tool }, topK: 5, reasoning: { effort: "max", budget: 7 } },
    ],
    [
      "special budgets",
      { reasoning: { mode: "optional", budget: { min: 100, off: 0, auto: -1 } } },
      { reasoning: { budget: -1 } },
    ],
    [
      "efforts with an alias",
      { reasoning: { mode: "always", effort: { levels: ["low"], alias: { minimal: "low" } } } },
      { reasoning: { effort: "minimal" } },
    ],
    [
      "values that the provider itself clamps",
      { params: { temperature: { max: 1, effect: "clamped" } } },
      { temperature: 2 },
    ],
    [
      "pictures that the assistant made",
      {},
      { messages: [{ role: "assistant", content: [image("data:image/png;base64,AA")] }, user("?")] },
    ],
  ])("with %s is sent", async (_name, facts, options) => {
    accepted += 1;
    expect((await refusal(facts, options)).message).toBe("");
  });

  it.each([
    ["clamp", 2],
    ["warn", 3],
  ] as const)("out of range is handled by the client's setting %s, and listed", async (outOfRange, expected) => {
    accepted += 1;
    const facts: Partial<ModelFacts> = { params: { temperature: { min: 0, max: 2 } } };
    const reply = await model(facts, { outOfRange }).chat({ messages: "Hi", temperature: 3 });
    expect(JSON.parse(String(sent.at(-1)?.body))).toMatchObject({ temperature: expected });
    expect(reply.adjustments).toMatchObject([
      { path: "temperature", action: outOfRange === "clamp" ? "clamped" : "passed", from: 3, to: expected },
    ]);
  });

  it("is never clamped into what has no nearest value", async () => {
    const strict = model({ params: { verbosity: { enum: ["low"] }, temperature: false } }, { outOfRange: "clamp" });
    await expect(strict.chat({ messages: "Hi", verbosity: "x" })).rejects.toMatchObject({ code: "unsupported" });
    await expect(strict.chat({ messages: "Hi", temperature: 1 })).rejects.toMatchObject({ code: "unsupported" });
  });
});
