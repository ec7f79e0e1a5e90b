/** The simulator as a test tool: scripts, determinism, conversations, caching, and what it keeps of a request. */
import { describe, expect, it } from "vitest";
import { chat, gemini, messages, post, simulate, weatherSchema } from "./post.js";

const hi = [{ role: "user", content: "Hi" }];
const plain = { model: "gpt-plain", messages: hi };
const tool = { type: "function", function: { name: "get_weather", parameters: weatherSchema } };

describe("a script", () => {
  it("sets the next answers, in order", async () => {
    const simulator = simulate();
    simulator.reply("one");
    simulator.reply({ text: "two", reasoning: "because", finishReason: "length", usage: { input: 5, output: 7 } });
    simulator.reply({ toolCalls: [{ name: "get_weather", input: { city: "Rome" } }] });
    simulator.reply({ output: { a: 1 } });
    const answers = [];
    for (let i = 0; i < 5; i++) answers.push((await post(simulator, chat, plain)).json);
    expect(answers.map((json) => json.choices[0].message.content)).toEqual([
      "one",
      "two",
      null,
      '{"a":1}',
      expect.stringContaining("[simulated]"),
    ]);
    expect(answers[1]).toMatchObject({ choices: [{ finish_reason: "length" }], usage: { prompt_tokens: 5 } });
    expect(answers[2].choices[0].message.tool_calls[0].function.arguments).toBe('{"city":"Rome"}');
  });

  it("is refused for a failure that does not exist", () => {
    const simulator = simulate();
    expect(() => simulator.fail("rate-limit" as never)).toThrow('did you mean "rate-limited"?');
  });

  it("makes requests fail as the provider reports it", async () => {
    const simulator = simulate();
    simulator.fail("rate-limited", { retryAfterMs: 2000, times: 2 });
    const limited = await post(simulator, chat, plain);
    expect(limited).toMatchObject({ status: 429, json: { error: { code: "rate_limit_exceeded" } } });
    expect(limited.headers.get("retry-after")).toBe("2");
    const google = await post(simulator, gemini("gemini-budget"), { contents: [{ parts: [{ text: "Hi" }] }] });
    expect(google.json.error).toMatchObject({ status: "RESOURCE_EXHAUSTED", details: [{ retryDelay: "2s" }] });
    expect((await post(simulator, chat, plain)).status).toBe(200);
  });

  it("may be a function of the request", async () => {
    const simulator = simulate({
      script: ({ provider, model }) => (model === "gpt-plain" ? `${provider}!` : undefined),
    });
    expect((await post(simulator, chat, plain)).json.choices[0].message.content).toBe("openai!");
    expect(
      (await post(simulator, chat, { ...plain, model: "gpt-reasoner" })).json.choices[0].message.content,
    ).toContain("[simulated]");
  });

  it("is not used up by requests that are refused", async () => {
    const simulator = simulate();
    simulator.reply("kept");
    expect((await post(simulator, chat, { ...plain, temperature: 9 })).status).toBe(400);
    expect((await post(simulator, chat, plain)).json.choices[0].message.content).toBe("kept");
  });
});

describe("answers", () => {
  it("are the same for the same seed", async () => {
    const ask = { ...plain, tools: [tool], tool_choice: "required" };
    const argumentsOf = async (seed: number) =>
      (await post(simulate({ seed }), chat, ask)).json.choices[0].message.tool_calls[0].function.arguments;
    expect(await argumentsOf(1)).toBe(await argumentsOf(1));
    expect(new Set(await Promise.all([1, 2, 3, 4, 5].map(argumentsOf))).size).toBeGreaterThan(1);
  });

  it("keep to the output limit and to stop sequences", async () => {
    const simulator = simulate();
    const cut = await post(simulator, chat, { ...plain, max_completion_tokens: 3 });
    expect(cut.json.choices[0]).toMatchObject({ message: { content: "[simulated] " }, finish_reason: "length" });
    const stopped = await post(simulator, chat, { ...plain, stop: "received" });
    expect(stopped.json.choices[0]).toMatchObject({
      message: { content: "[simulated] gpt-plain " },
      finish_reason: "stop",
    });
  });

  it("call a tool that the user speaks of, once, and then quote its result", async () => {
    const simulator = simulate();
    const asked = { model: "gpt-plain", tools: [tool], messages: [{ role: "user", content: "How is the weather?" }] };
    const first = (await post(simulator, chat, asked)).json.choices[0].message;
    const history = [
      ...asked.messages,
      first,
      { role: "tool", tool_call_id: first.tool_calls[0].id, content: "18 degrees" },
    ];
    const second = (await post(simulator, chat, { ...asked, messages: history })).json.choices[0].message;
    expect(second).toMatchObject({ content: expect.stringContaining('get_weather → "18 degrees"') });
    expect(
      (await post(simulator, chat, { ...asked, messages: hi })).json.choices[0].message.tool_calls,
    ).toBeUndefined();
    expect(
      (await post(simulator, chat, { ...asked, tool_choice: "none" })).json.choices[0].message.tool_calls,
    ).toBeUndefined();
  });

  it("count a repeated prefix as cached", async () => {
    const simulator = simulate();
    const long = { ...plain, messages: [{ role: "system", content: "x".repeat(400) }, ...hi] };
    const cached = async () => (await post(simulator, chat, long)).json.usage.prompt_tokens_details.cached_tokens;
    expect([await cached(), await cached()]).toEqual([0, 104]);
  });

  it("write marked prefixes to the cache, then read them", async () => {
    const simulator = simulate();
    const system = [{ type: "text", text: "x".repeat(400), cache_control: { type: "ephemeral" } }];
    const usage = async (content: string) =>
      (
        await post(simulator, messages, {
          model: "claude-budget",
          max_tokens: 9,
          system,
          messages: [{ role: "user", content }],
        })
      ).json.usage;
    expect(await usage("a")).toMatchObject({
      input_tokens: 2,
      cache_creation_input_tokens: 102,
      cache_read_input_tokens: 0,
    });
    expect(await usage("b")).toMatchObject({
      input_tokens: 2,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 102,
    });
  });
});

describe("signatures", () => {
  it("come back with thinking, and are refused when anything was changed", async () => {
    const simulator = simulate();
    const thinking = { type: "enabled", budget_tokens: 1024 };
    const base = {
      model: "claude-budget",
      max_tokens: 2000,
      thinking,
      tools: [{ name: "get_weather", input_schema: weatherSchema }],
    };
    const asked = [{ role: "user", content: "weather?" }];
    const { content } = (await post(simulator, messages, { ...base, messages: asked })).json;
    const result = { role: "user", content: [{ type: "tool_result", tool_use_id: content[1].id, content: "18" }] };
    const go = (assistant: unknown, model = "claude-budget") =>
      post(simulator, messages, {
        ...base,
        model,
        messages: [...asked, { role: "assistant", content: assistant }, result],
      });
    expect((await go(content)).status).toBe(200);
    expect((await go([{ ...content[0], thinking: `${content[0].thinking}!` }, content[1]])).status).toBe(400);
    expect((await go([content[1]])).status).toBe(400);
  });

  it("come back with calls of Gemini", async () => {
    const simulator = simulate();
    const base = { tools: [{ functionDeclarations: [{ name: "get_weather", parametersJsonSchema: weatherSchema }] }] };
    const asked = { role: "user", parts: [{ text: "weather?" }] };
    const answer = (await post(simulator, gemini("gemini-level"), { ...base, contents: [asked] })).json.candidates[0]
      .content;
    const response = { role: "user", parts: [{ functionResponse: { name: "get_weather", response: { result: 18 } } }] };
    const go = (part: object) =>
      post(simulator, gemini("gemini-level"), {
        ...base,
        contents: [asked, { role: "model", parts: [part] }, response],
      });
    const [part] = answer.parts.filter((candidate: object) => "functionCall" in candidate);
    expect((await go(part)).json.candidates[0].content.parts.at(-1).text).toContain("read the tool results");
    expect((await go({ ...part, functionCall: { ...part.functionCall, args: { city: "other" } } })).status).toBe(400);
    expect((await go({ functionCall: part.functionCall })).status).toBe(400);
  });
});

describe("the request log", () => {
  it("holds what was asked, and no secret", async () => {
    const simulator = simulate();
    const secret = "sk-very-secret-0123456789";
    await post(simulator, chat, plain, {
      authorization: `Bearer ${secret}`,
      "x-api-key": secret,
      "api-key": secret,
      "anthropic-version": "1",
    });
    await simulator.fetch(`${simulator.baseURL("google")}/models?key=${secret}`);
    expect(simulator.requests).toMatchObject([
      {
        method: "POST",
        path: "/chat/completions",
        provider: "openai",
        protocol: "openai-chat",
        operation: "chat",
        model: "gpt-plain",
        stream: false,
        body: plain,
      },
      { method: "GET", path: "/models", provider: "google", operation: "models" },
    ]);
    expect(simulator.requests[0]?.headers).toMatchObject({ authorization: "<redacted>", "anthropic-version": "1" });
    expect(JSON.stringify(simulator.requests)).not.toContain(secret.slice(0, 12));
  });

  it("is emptied by reset, with everything else that was set up", async () => {
    const simulator = simulate();
    simulator.reply("stale");
    simulator.fault("status-500");
    await post(simulator, chat, plain);
    simulator.reset();
    expect(simulator.requests).toEqual([]);
    expect((await post(simulator, chat, plain)).json.choices[0].message.content).toContain("[simulated]");
  });
});

describe("the addresses", () => {
  it("keep the path of the provider's own", async () => {
    await using simulator = simulate();
    const origin = await simulator.listen();
    expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(simulator.baseURL("openrouter")).toBe(`${origin}/openrouter/api/v1`);
    expect(simulator.baseURL("deepseek")).toBe(`${origin}/deepseek`);
    expect(() => simulator.baseURL("nobody")).toThrow(RangeError);
  });

  it("answer 404 where nothing is served", async () => {
    const simulator = simulate();
    expect((await post(simulator, "openai /nothing", {})).status).toBe(404);
    expect((await simulator.fetch("http://simulator.invalid/nobody/v1/models")).status).toBe(404);
  });
});
