/** What the simulator refuses, on the wire: one row per rule of the catalog, and what it lets pass. */
import { describe, expect, it } from "vitest";
import { chat, gemini, messages, post, simulate, weatherSchema } from "./post.js";
import { openai as openaiFacts } from "./providers.js";

const simulator = simulate();
const hi = [{ role: "user", content: "Hi" }];
const picture = { type: "image_url", image_url: { url: "https://example.com/cat.png" } };
const tool = { type: "function", function: { name: "get_weather", parameters: weatherSchema } };
const claudeTool = { name: "get_weather", input_schema: weatherSchema };
const user = (text: string) => ({ role: "user", parts: [{ text }] });
const geminiCall = { functionCall: { name: "get_weather", args: { city: "Rome" } } };
const call = { id: "call_1", type: "function", function: { name: "get_weather", arguments: "{}" } };
const thinking = { type: "enabled", budget_tokens: 1024 };

const openai = (model: string, rest: object) => [chat, { model, messages: hi, ...rest }] as const;
const claude = (rest: object) =>
  [messages, { model: "claude-budget", max_tokens: 2000, messages: hi, ...rest }] as const;
const google = (rest: object, model = "gemini-budget") => [gemini(model), { contents: [user("Hi")], ...rest }] as const;
const deepseek = (rest: object) => ["deepseek /chat/completions", { model: "thinker", messages: hi, ...rest }] as const;

/** Name, request, status, and what the message must name. */
const refused: readonly (readonly [string, readonly [string, unknown], number, string])[] = [
  ["an unknown model", openai("gpt-nope", {}), 404, "gpt-nope"],
  ["a retired model", openai("gpt-old", {}), 404, "gpt-old"],
  ["an embedding model in a chat", openai("embed-small", {}), 404, "embed-small"],
  ["a body without messages", [chat, { model: "gpt-plain" }], 400, "messages"],
  ["an unknown role", openai("gpt-plain", { messages: [{ role: "robot", content: "Hi" }] }), 400, "messages[0].role"],
  ["a wrong type", openai("gpt-plain", { temperature: "hot" }), 400, "temperature"],
  [
    "a picture to a text model",
    openai("gpt-text", { messages: [{ role: "user", content: [picture] }] }),
    400,
    "messages[0].content[0]",
  ],
  [
    "audio",
    openai("gpt-plain", {
      messages: [{ role: "user", content: [{ type: "input_audio", input_audio: { data: "AAAA", format: "wav" } }] }],
    }),
    400,
    "audio",
  ],
  [
    "a PDF",
    openai("gpt-plain", {
      messages: [
        { role: "user", content: [{ type: "file", file: { file_data: "data:application/pdf;base64,AAAA" } }] },
      ],
    }),
    400,
    "pdf",
  ],
  ["tools", openai("gpt-text", { tools: [tool] }), 400, "tools"],
  ["two tools of one name", openai("gpt-plain", { tools: [tool, tool] }), 400, "tools[1]"],
  ["a choice without tools", openai("gpt-plain", { tool_choice: "auto" }), 400, "tool_choice"],
  [
    "a choice of an unknown tool",
    openai("gpt-plain", { tools: [tool], tool_choice: { type: "function", function: { name: "x" } } }),
    400,
    "tool_choice",
  ],
  ["a forced tool while reasoning", deepseek({ tools: [tool], tool_choice: "required" }), 400, "tool_choice"],
  [
    "a response schema",
    openai("gpt-text", { response_format: { type: "json_schema", json_schema: { name: "o", schema: {} } } }),
    400,
    "response_format",
  ],
  ["JSON mode", openai("gpt-text", { response_format: { type: "json_object" } }), 400, "response_format"],
  ["a stream", openai("gpt-text", { stream: true }), 400, "stream"],
  [
    "stream options without a stream",
    openai("gpt-plain", { stream_options: { include_usage: true } }),
    400,
    "stream_options",
  ],
  ["sampling of a reasoning model", openai("gpt-reasoner", { temperature: 1 }), 400, "temperature"],
  ["an effort that is no level", openai("gpt-reasoner", { reasoning_effort: "minimal" }), 400, "reasoning_effort"],
  ["switching off what always reasons", openai("gpt-reasoner", { reasoning_effort: "none" }), 400, "reasoning_effort"],
  [
    "an effort to a model that does not reason",
    openai("gpt-plain", { reasoning_effort: "low" }),
    400,
    "reasoning_effort",
  ],
  ["a control of another encoding", deepseek({ enable_thinking: true }), 400, "enable_thinking"],
  ["the older name of the output limit", openai("gpt-plain", { max_tokens: 5 }), 400, "max_tokens"],
  ["the newer name of the output limit", deepseek({ max_completion_tokens: 5 }), 400, "max_completion_tokens"],
  [
    "more output than the model gives",
    openai("gpt-plain", { max_completion_tokens: 1001 }),
    400,
    "max_completion_tokens",
  ],
  ["a value out of range", openai("gpt-plain", { temperature: 2.1 }), 400, "temperature"],
  ["a fraction for an integer", openai("gpt-plain", { n: 1.5 }), 400, "n: expected an integer"],
  ["a parameter that no source states", openai("gpt-plain", { top_k: 5 }), 400, "top_k"],
  ["a parameter spelled as the client's own", openai("gpt-plain", { topP: 1 }), 400, "topP"],
  [
    "a prompt that is too long",
    openai("gpt-plain", { messages: [{ role: "user", content: "x".repeat(40_000) }] }),
    400,
    "maximum context length",
  ],
  [
    "a call without its result",
    openai("gpt-plain", { tools: [tool], messages: [...hi, { role: "assistant", tool_calls: [call] }, ...hi] }),
    400,
    "call_1",
  ],
  [
    "a result without its call",
    openai("gpt-plain", { tools: [tool], messages: [...hi, { role: "tool", tool_call_id: "call_9", content: "" }] }),
    400,
    "messages[1]",
  ],
  [
    "calls without their reasoning",
    deepseek({
      tools: [tool],
      messages: [
        ...hi,
        { role: "assistant", tool_calls: [call] },
        { role: "tool", tool_call_id: "call_1", content: "" },
      ],
    }),
    400,
    "reasoning_content",
  ],
  ["a request without max_tokens", [messages, { model: "claude-budget", messages: hi }], 400, "max_tokens"],
  ["a budget below the minimum", claude({ thinking: { type: "enabled", budget_tokens: 1000 } }), 400, "thinking"],
  ["a budget above the output limit", claude({ thinking: { type: "enabled", budget_tokens: 2000 } }), 400, "thinking"],
  ["a temperature while thinking", claude({ thinking, temperature: 0.5 }), 400, "temperature"],
  [
    "a forced tool while thinking",
    claude({ thinking, tools: [claudeTool], tool_choice: { type: "any" } }),
    400,
    "tool_choice",
  ],
  ["two sampling parameters at once", claude({ temperature: 1, top_p: 1 }), 400, "top_p"],
  ["adaptive thinking on a budget model", claude({ thinking: { type: "adaptive" } }), 400, "thinking"],
  [
    "a budget on an adaptive model",
    claude({ model: "claude-adaptive", max_tokens: 1000, thinking: { type: "enabled", budget_tokens: 500 } }),
    400,
    "thinking",
  ],
  [
    "an answer that was begun, while thinking",
    claude({ thinking, messages: [...hi, { role: "assistant", content: "I" }] }),
    400,
    "messages",
  ],
  ["the assistant first", claude({ messages: [{ role: "assistant", content: "Hi" }] }), 400, "messages[0]"],
  ["empty text", claude({ messages: [{ role: "user", content: " " }] }), 400, "messages[0]"],
  [
    "a strange call id",
    claude({
      tools: [claudeTool],
      messages: [
        ...hi,
        { role: "assistant", content: [{ type: "tool_use", id: "a.b", name: "get_weather", input: {} }] },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "a.b" }] },
      ],
    }),
    400,
    "messages[1]",
  ],
  [
    "a result in the wrong place",
    claude({
      tools: [claudeTool],
      messages: [
        ...hi,
        { role: "assistant", content: [{ type: "tool_use", id: "a", name: "get_weather", input: {} }] },
        ...hi,
      ],
    }),
    400,
    "tool_result",
  ],
  [
    "calls in the history without tools",
    claude({
      messages: [
        ...hi,
        { role: "assistant", content: [{ type: "tool_use", id: "a", name: "get_weather", input: {} }] },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "a" }] },
      ],
    }),
    400,
    "tools",
  ],
  [
    "a foreign signature",
    claude({
      messages: [
        ...hi,
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "…", signature: "abc" },
            { type: "text", text: "Hi" },
          ],
        },
        ...hi,
      ],
    }),
    400,
    "signature",
  ],
  [
    "thinking missing before a call",
    claude({
      thinking,
      tools: [claudeTool],
      messages: [
        ...hi,
        { role: "assistant", content: [{ type: "tool_use", id: "a", name: "get_weather", input: {} }] },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "a" }] },
      ],
    }),
    400,
    "thinking",
  ],
  [
    "a thinking budget out of bounds",
    google({ generationConfig: { thinkingConfig: { thinkingBudget: 64 } } }),
    400,
    "thinkingBudget",
  ],
  [
    "a level on a budget model",
    google({ generationConfig: { thinkingConfig: { thinkingLevel: "LOW" } } }),
    400,
    "thinkingLevel",
  ],
  [
    "a level that the model lacks",
    google({ generationConfig: { thinkingConfig: { thinkingLevel: "medium" } } }, "gemini-level"),
    400,
    "thinkingLevel",
  ],
  ["a schema without its type", google({ generationConfig: { responseJsonSchema: {} } }), 400, "responseMimeType"],
  [
    "a call without a response",
    google({ contents: [user("Hi"), { role: "model", parts: [geminiCall] }, user("?")] }),
    400,
    "function response parts",
  ],
  [
    "a response by another name",
    google({
      contents: [
        user("Hi"),
        { role: "model", parts: [geminiCall] },
        { role: "user", parts: [{ functionResponse: { name: "x", response: {} } }] },
      ],
    }),
    400,
    "'x'",
  ],
  [
    "an unsigned call",
    google(
      {
        contents: [
          user("Hi"),
          { role: "model", parts: [geminiCall] },
          { role: "user", parts: [{ functionResponse: { name: "get_weather", response: {} } }] },
        ],
      },
      "gemini-level",
    ),
    400,
    "thought_signature",
  ],
  [
    "a call with a foreign signature",
    google(
      {
        contents: [
          user("Hi"),
          { role: "model", parts: [{ ...geminiCall, thoughtSignature: "abc" }] },
          { role: "user", parts: [{ functionResponse: { name: "get_weather", response: {} } }] },
        ],
      },
      "gemini-level",
    ),
    400,
    "thought signature",
  ],
  [
    "too many texts to embed",
    ["openai /embeddings", { model: "embed-small", input: ["a", "b", "c", "d"] }],
    400,
    "input",
  ],
  [
    "too many dimensions",
    ["openai /embeddings", { model: "embed-small", input: "a", dimensions: 65 }],
    400,
    "dimensions",
  ],
  ["a chat model for embeddings", ["openai /embeddings", { model: "gpt-plain", input: "a" }], 400, "gpt-plain"],
  ["a text too long to embed", ["openai /embeddings", { model: "embed-small", input: "x".repeat(401) }], 400, "input"],
];

const accepted: readonly (readonly [string, readonly [string, unknown]])[] = [
  ["every level of effort", openai("gpt-reasoner", { reasoning_effort: "high" })],
  ["an alias of a level", deepseek({ reasoning_effort: "minimal" })],
  [
    "a forced tool with reasoning off",
    deepseek({ thinking: { type: "disabled" }, tools: [tool], tool_choice: "required" }),
  ],
  ["a member that is switched off anyway", claude({ thinking: { type: "disabled" } })],
  ["the only temperature while thinking", claude({ thinking, temperature: 1 })],
  ["the budget that means off", google({ generationConfig: { thinkingConfig: { thinkingBudget: 0 } } })],
  ["the budget that means automatic", google({ generationConfig: { thinkingConfig: { thinking_budget: -1 } } })],
  [
    "adaptive thinking with an effort",
    claude({
      model: "claude-adaptive",
      max_tokens: 1000,
      thinking: { type: "adaptive" },
      output_config: { effort: "low" },
    }),
  ],
  [
    "the documented stand-in for a signature",
    google(
      {
        contents: [
          user("Hi"),
          { role: "model", parts: [{ ...geminiCall, thoughtSignature: "skip_thought_signature_validator" }] },
          { role: "user", parts: [{ functionResponse: { name: "get_weather", response: {} } }] },
        ],
      },
      "gemini-level",
    ),
  ],
  ["null for a parameter that is not given", openai("gpt-reasoner", { temperature: null, tools: null })],
];

describe("the simulator refuses", () => {
  it.each(refused)("%s", async (_, [place, body], status, named) => {
    const answer = await post(simulator, place, body);
    expect({ status: answer.status, named: answer.text.includes(named) ? named : answer.text }).toEqual({
      status,
      named,
    });
    expect(answer.headers.get("x-modelwright-simulated")).toBe("1");
  });
});

describe("the simulator accepts", () => {
  it.each(accepted)("%s", async (_, [place, body]) => {
    const answer = await post(simulator, place, body);
    expect(answer.status, answer.text).toBe(200);
  });

  it("what no source states, where the provider assumes yes", async () => {
    const permissive = simulate({ providers: [{ ...openaiFacts, assume: "permissive", unknownModels: "permissive" }] });
    const request = { model: "gpt-plain", messages: hi, top_k: 5 };
    expect((await post(permissive, chat, request)).status).toBe(200);
    expect((await post(permissive, chat, { ...request, model: "my-finetune", tools: [tool] })).status).toBe(200);
  });
});

describe("the body of a refusal", () => {
  it("is OpenAI's", async () => {
    const { json } = await post(simulator, ...openai("gpt-reasoner", { temperature: 1 }));
    expect(json).toEqual({
      error: {
        message: "Unsupported parameter: 'temperature' is not supported with this model.",
        type: "invalid_request_error",
        param: "temperature",
        code: "unsupported_parameter",
      },
    });
  });

  it("is Anthropic's", async () => {
    const { json } = await post(simulator, ...claude({ top_k: 1, thinking }));
    expect(json).toEqual({
      type: "error",
      error: {
        type: "invalid_request_error",
        message: "Unsupported parameter: 'top_k' is not supported with this model.",
      },
    });
  });

  it("is Google's", async () => {
    const { json } = await post(simulator, ...google({}, "gemini-nope"));
    expect(json.error).toMatchObject({
      code: 404,
      status: "NOT_FOUND",
      message: "The model 'gemini-nope' does not exist.",
    });
  });
});
