/** `chat`: replies, tools, hooks. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { assistant, system, toolResult, user } from "../../src/chat/build.js";
import type { Hooks } from "../../src/client/hooks.js";
import { circuitBreaker, failover } from "../../src/index.js";
import { answers, calls, chatModel, fails, plainModel, provider, serve, streams } from "./support.js";

const hello = answers({ content: "Hello" });
const weather = {
  description: "Weather of a city",
  input: z.object({ city: z.string() }),
  execute: ({ city }: { city: string }) => ({ city, degrees: 20 }),
};

describe("chat", () => {
  it("sends messages and parameters, and gives the whole reply", async () => {
    const server = await serve(hello);
    const facts = { ...plainModel, pricing: { currency: "USD", tokens: { input: 1, output: 2 } } };
    const reply = await chatModel(server.url, facts).chat({
      messages: [system("Be brief."), user("Hi"), assistant("Hm?"), user("Hi!")],
      temperature: 0.5,
      maxOutputTokens: 50,
    });
    expect(server.bodies()[0]).toMatchObject({ model: "m", temperature: 0.5, max_tokens: 50 });
    expect(server.bodies()[0]?.messages.map(({ role }) => role)).toEqual(["system", "user", "assistant", "user"]);
    const message = { role: "assistant", content: [{ type: "text", text: "Hello" }] };
    expect(reply).toMatchObject({
      text: "Hello",
      content: message.content,
      message,
      messages: [message],
      toolCalls: [],
      reasoning: undefined,
      finishReason: "stop",
      usage: { state: "known", inputTokens: 10, outputTokens: 5 },
      cost: { state: "known", amount: 0.00002 },
      adjustments: [],
      provider: "p",
      model: "m",
      id: "a-1",
      requestId: "req-1",
    });
    expect(reply.steps).toHaveLength(1);
    expect(reply.timing.totalMs).toBeGreaterThanOrEqual(reply.timing.firstTokenMs ?? Number.POSITIVE_INFINITY);
    expect(reply.timing.tokensPerSecond).toBeUndefined();
  });

  const ended = (content: string, completion_tokens: number | undefined, finish_reason = "stop") => ({
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason }],
    ...(completion_tokens === undefined ? {} : { usage: { prompt_tokens: 3, completion_tokens } }),
  });

  it.each([
    ["tokens were written", ended("", 2), "stop"],
    ["nobody counted", ended("", undefined), "stop"],
    ["there was no room", ended("", 0, "length"), "length"],
    ["it was filtered", ended("", 0, "content_filter"), "content-filter"],
  ])("is an answer without words where %s, and says why it ended", async (_why, whole, finishReason) => {
    const server = await serve((_body, response) => void response.end(JSON.stringify(whole)));
    expect(await chatModel(server.url).chat({ messages: "Hi" })).toMatchObject({ text: "", finishReason });
  });

  it("is no answer that ends as one with nothing in it: another model may have one", async () => {
    const chunk = { choices: [{ index: 0, delta: { content: "" }, finish_reason: "stop" }], usage: ended("", 0).usage };
    const server = await serve((body, response) => {
      const answer = body.stream === true ? `data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n` : undefined;
      response.end(answer ?? JSON.stringify(ended("", 0)));
    });
    const empty = chatModel(server.url);
    const refusal = { code: "invalid-response", fallbackable: true, message: expect.stringContaining("is empty") };
    await expect(empty.chat({ messages: "Hi" })).rejects.toMatchObject(refusal);
    await expect(empty.stream({ messages: "Hi" }).reply).rejects.toMatchObject(refusal);
    const group = failover([empty, chatModel((await serve(hello)).url)] as never[]) as unknown as typeof empty;
    const attempts = [{ outcome: "failed", code: "invalid-response" }, { outcome: "completed" }];
    expect(await group.chat({ messages: "Hi" })).toMatchObject({ text: "Hello", attempts });
    const asked = { role: "assistant", content: [{ type: "tool-call", id: "a", name: "t", input: {} }] } as const;
    const after = [user("Hi"), asked, toolResult({ id: "a", name: "t" }, "1")];
    expect(await empty.chat({ messages: after })).toMatchObject({ text: "", finishReason: "stop" });
    const guarded = chatModel(server.url, plainModel, { circuitBreaker: circuitBreaker({ failures: 2 }) });
    await expect(guarded.chat({ messages: "Hi" })).rejects.toMatchObject(refusal);
    await expect(guarded.stream({ messages: "Hi" }).reply).rejects.toMatchObject(refusal);
    await expect(guarded.chat({ messages: "Hi" })).rejects.toMatchObject({ code: "circuit-open" });
  });

  it("takes a text for a message of the user", async () => {
    const server = await serve(hello);
    await chatModel(server.url).chat({ messages: "Hi" });
    expect(server.bodies()[0]?.messages).toEqual([{ role: "user", content: "Hi" }]);
  });

  it("streams inside where the model must stream, also by a rule", async () => {
    const server = await serve(streams({ content: "Hel" }, { content: "lo" }));
    const required = chatModel(server.url, { ...plainModel, features: { streaming: "required" } });
    const byRule = chatModel(server.url, {
      ...plainModel,
      reasoning: { mode: "optional", default: "on", toggle: true },
      rules: [{ when: { reasoning: "on" }, require: { stream: true } }],
    });
    for (const model of [required, byRule]) expect((await model.chat({ messages: "Hi" })).text).toBe("Hello");
    expect(server.bodies().map((body) => body.stream)).toEqual([true, true]);
  });

  it("lists the extra body among the adjustments and calls onAdjustment", async () => {
    const server = await serve(hello);
    const seen: unknown[] = [];
    const model = chatModel(server.url, plainModel, { onAdjustment: (change, at) => seen.push([change.path, at]) });
    const reply = await model.chat({ messages: "Hi", extraBody: { user: "u1" }, extraHeaders: { "X-Trace": "t" } });
    expect(server.bodies()[0]).toMatchObject({ user: "u1" });
    expect(server.received[0]?.headers["x-trace"]).toBe("t");
    expect(reply.adjustments).toMatchObject([{ path: "extraBody", action: "added", to: ["user"] }]);
    expect(seen).toEqual([["extraBody", "p/m"]]);
  });

  it("passes what is marked unverified", async () => {
    const server = await serve(hello);
    const { unverified } = await import("../../src/model/unverified.js");
    const options = {
      messages: [{ role: "user", content: [unverified({ type: "image", image: "https://a.test/b.png" })] }],
      topK: unverified(5),
      tools: unverified({ weather }),
      options: unverified({ custom_flag: true }),
    };
    await chatModel(server.url, {}).chat(options as never);
    expect(server.bodies()[0]).toMatchObject({
      top_k: 5,
      custom_flag: true,
      tools: [{ function: { name: "weather" } }],
    });
    expect(JSON.stringify(server.bodies()[0]?.messages)).toContain("https://a.test/b.png");
  });
});

describe("tools", () => {
  it("are sent as JSON Schema and given back as checked calls", async () => {
    const server = await serve(calls({ name: "weather", input: { city: "Oslo" } }));
    const reply = await chatModel(server.url).chat({
      messages: "?",
      tools: { weather },
      toolChoice: { tool: "weather" },
    });
    expect(server.bodies()[0]).toMatchObject({
      tools: [{ function: { name: "weather", parameters: { type: "object", required: ["city"] } } }],
      tool_choice: { type: "function", function: { name: "weather" } },
    });
    expect(reply.toolCalls).toEqual([{ id: "call-0", name: "weather", input: { city: "Oslo" } }]);
    expect(reply.finishReason).toBe("tool-calls");
  });

  it("run in a loop up to maxSteps, all calls of a step at once", async () => {
    const server = await serve(
      calls({ name: "weather", input: { city: "Oslo" } }, { name: "weather", input: { city: "Rome" } }),
      answers({ content: "20 in both" }),
    );
    let running = 0;
    let most = 0;
    const execute = async ({ city }: { city: string }): Promise<string> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      return `20 in ${city}`;
    };
    const model = chatModel(server.url, {
      ...plainModel,
      pricing: { currency: "USD", tokens: { input: 1, output: 2 } },
    });
    const reply = await model.chat({
      messages: "?",
      tools: { weather: { ...weather, execute } },
      toolChoice: "required",
      maxSteps: 3,
    });
    expect(most).toBe(2);
    expect(server.bodies()[1]?.messages.slice(1)).toMatchObject([
      { role: "assistant", tool_calls: [{ id: "call-0" }, { id: "call-1" }] },
      { role: "tool", tool_call_id: "call-0", content: "20 in Oslo" },
      { role: "tool", tool_call_id: "call-1", content: "20 in Rome" },
    ]);
    expect(server.bodies().map((body) => body.tool_choice)).toEqual(["required", "auto"]);
    expect(reply.adjustments).toMatchObject([{ path: "toolChoice", action: "replaced" }]);
    expect(reply).toMatchObject({ text: "20 in both", usage: { inputTokens: 20 }, cost: { amount: 0.00004 } });
    expect(reply.messages.map(({ role }) => role)).toEqual(["assistant", "tool", "tool", "assistant"]);
    expect(reply.steps[0]?.toolResults).toEqual([
      { toolCallId: "call-0", toolName: "weather", output: "20 in Oslo", isError: false },
      { toolCallId: "call-1", toolName: "weather", output: "20 in Rome", isError: false },
    ]);
  });

  it("stop after maxSteps with the open calls", async () => {
    const server = await serve(calls({ name: "weather", input: { city: "Oslo" } }));
    const reply = await chatModel(server.url).chat({ messages: "?", tools: { weather }, maxSteps: 2 });
    expect(server.received).toHaveLength(2);
    expect(reply.toolCalls).toHaveLength(1);
  });

  it("are not run by default, nor when one of them cannot run", async () => {
    const server = await serve(calls({ name: "weather", input: { city: "Oslo" } }, { name: "ask", input: {} }));
    let runs = 0;
    const tools = {
      weather: { ...weather, execute: () => (runs += 1) },
      ask: { input: { type: "object", properties: {} } },
    };
    const model = chatModel(server.url);
    expect((await model.chat({ messages: "?", tools })).toolCalls).toHaveLength(2);
    expect((await model.chat({ messages: "?", tools, maxSteps: 5 })).toolCalls).toHaveLength(2);
    expect(runs).toBe(0);
  });

  it("tell the model of thrown errors and of arguments that do not fit", async () => {
    const server = await serve(
      calls({ name: "weather", input: { city: 5 } }, { name: "broken", input: {} }),
      answers({ content: "sorry" }),
    );
    const broken = {
      input: z.object({}),
      execute: () => {
        throw new Error("no network");
      },
    };
    const reply = await chatModel(server.url).chat({ messages: "?", tools: { weather, broken }, maxSteps: 2 });
    expect(reply.steps[0]?.toolResults).toMatchObject([
      { isError: true, output: expect.stringContaining("invalid arguments: city") },
      { isError: true, output: "no network" },
    ]);
    expect(reply.text).toBe("sorry");
  });

  it.each([
    ["a name that was not offered", calls({ name: "constructor", input: {} }), "is no tool"],
    ["arguments that do not fit", calls({ name: "weather", input: { city: 5 } }), "do not fit: city"],
    ["arguments that are no JSON", calls({ name: "weather", input: '{"city":' }), "not valid JSON"],
  ])("fail as invalid-tool-call for %s", async (_name, answer, message) => {
    const server = await serve(answer);
    await expect(chatModel(server.url).chat({ messages: "?", tools: { weather } })).rejects.toMatchObject({
      code: "invalid-tool-call",
      message: expect.stringContaining(message),
      provider: "p",
      model: "m",
    });
  });

  it("results are built by hand from the calls of a reply", () => {
    expect(toolResult({ id: "1", name: "weather" }, { degrees: 20 })).toEqual({
      role: "tool",
      toolCallId: "1",
      toolName: "weather",
      content: '{"degrees":20}',
    });
  });
});

describe("hooks", () => {
  it("change request, body and reply, in order, and see no key", async () => {
    const server = await serve(hello);
    const order: string[] = [];
    const set = (name: string): Hooks => ({
      onRequest: (request) => {
        order.push(`request ${name}`);
        return { ...request, params: { ...request.params, temperature: 1 } };
      },
      onWireRequest: async (body) => {
        order.push(`wire ${name}`);
        return { ...(body as object), [name]: true };
      },
      onResponse: (reply, call) => {
        order.push(`response ${name}`);
        expect(call).toEqual({ kind: "chat", provider: "p", model: "m", stream: false, tags: { team: "a" } });
        return { ...reply, text: `${reply.text}${name}` };
      },
      onEvent: (event) => void order.push(`${event.type} ${name}`),
    });
    const p = provider(server.url, undefined, { options: { hooks: [set("a")] } });
    const remove = p.addHooks(set("b"));
    const model = p("m") as ReturnType<typeof chatModel>;
    const reply = await model.chat({ messages: "Hi", tags: { team: "a" } });
    expect(reply.text).toBe("Helloab");
    expect(server.bodies()[0]).toMatchObject({ temperature: 1, a: true, b: true });
    expect(order.slice(0, 6)).toEqual(["request a", "request b", "wire a", "wire b", "response a", "response b"]);
    expect(order.slice(6)).toEqual(["start a", "text-delta a", "finish a", "start b", "text-delta b", "finish b"]);
    remove();
    expect((await model.chat({ messages: "Hi", tags: { team: "a" } })).text).toBe("Helloa");
  });

  it("stop the call before HTTP by throwing, and are checked in what they change", async () => {
    const server = await serve(hello);
    const thrown = new Error("not today");
    const stop = () => {
      throw thrown;
    };
    const hot = (request: Parameters<NonNullable<Hooks["onRequest"]>>[0]) => ({
      ...request,
      params: { temperature: 9 },
    });
    await expect(
      chatModel(server.url, plainModel, { hooks: { onRequest: stop } }).chat({ messages: "Hi" }),
    ).rejects.toBe(thrown);
    await expect(
      chatModel(server.url, plainModel, { hooks: { onRequest: hot } }).chat({ messages: "Hi" }),
    ).rejects.toMatchObject({ code: "unsupported", path: "temperature" });
    expect(server.received).toEqual([]);
  });

  it("see errors and may answer in their place", async () => {
    const server = await serve(fails(500, { error: { message: "down" } }), hello);
    const good = await chatModel((await serve(hello)).url).chat({ messages: "Hi" });
    const seen: string[] = [];
    const hooks: Hooks[] = [{ onError: (error) => void seen.push(error.code) }, { onError: () => good }];
    const model = chatModel(server.url, plainModel, { hooks });
    expect(await model.chat({ messages: "Hi" })).toBe(good);
    expect(seen).toEqual(["provider-error"]);
  });

  it("wrap calls as middleware, the first outermost", async () => {
    const server = await serve(fails(503, {}), hello);
    const order: string[] = [];
    const model = chatModel(server.url, plainModel, {
      middleware: [
        (next) => async (call) => {
          order.push("outer");
          return next(call).catch(() => next(call));
        },
        (next) => (call) => {
          order.push("inner");
          return next(call);
        },
      ],
    });
    expect((await model.chat({ messages: "Hi" })).text).toBe("Hello");
    expect(order).toEqual(["outer", "inner", "inner"]);
  });
});
