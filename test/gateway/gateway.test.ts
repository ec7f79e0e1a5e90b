/** The gateway over the simulator: every wire over models of every other, in the client's own words. */
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { openai } from "../../generated/openai.js";
import { createGateway } from "../../src/server/gateway.js";
import { dataOf, type Json, jsonRequest, startUpstream, token, upstreamKey } from "./support.js";

const { simulator, gateway, exchanges, models: gatewayModels } = await startUpstream();
beforeEach(() => {
  simulator.reset();
  exchanges.length = 0;
});
afterAll(() => simulator.close());

const models = ["openai/gpt-4.1", "anthropic/claude-sonnet-4-5", "google/gemini-2.5-flash"];
const schema = { type: "object", properties: { zone: { type: "string" }, alpha: { type: "number" } } };
const picture = `data:image/png;base64,${"iVBORw0KGgo".padEnd(40, "A")}`;

/** One wire: how it asks, and where its answers stand. */
interface Wire {
  readonly path: string;
  ask(model: string, more?: Json): Json;
  readonly picture: Json;
  readonly tools: Json;
  text(answer: Json): string;
  called(answer: Json): { readonly name: string; readonly input: Json };
  streamed(events: readonly Json[]): string;
  /** What only a complete stream has. */
  readonly terminal: string;
}

const user = (content: Json) => [{ role: "user", content }];
const wires: { readonly [name: string]: Wire } = {
  "chat completions": {
    path: "/chat/completions",
    ask: (model, more) => ({ model, messages: user("hi"), ...more }),
    picture: { messages: user([{ type: "image_url", image_url: { url: picture } }]) },
    tools: {
      tools: [{ type: "function", function: { name: "look", parameters: schema } }],
      tool_choice: "required",
    },
    text: (answer) => answer.choices[0].message.content,
    called: (answer) => {
      const [{ function: call }] = answer.choices[0].message.tool_calls;
      return { name: call.name, input: JSON.parse(call.arguments) };
    },
    streamed: (events) => events.map((event) => event.choices?.[0]?.delta.content ?? "").join(""),
    terminal: "data: [DONE]",
  },
  responses: {
    path: "/responses",
    ask: (model, more) => ({ model, input: "hi", ...more }),
    picture: { input: user([{ type: "input_image", image_url: picture }]) },
    tools: { tools: [{ type: "function", name: "look", parameters: schema, strict: false }], tool_choice: "required" },
    text: (answer) => answer.output.find((item: Json) => item.type === "message").content[0].text,
    called: (answer) => {
      const call = answer.output.find((item: Json) => item.type === "function_call");
      return { name: call.name, input: JSON.parse(call.arguments) };
    },
    streamed: (events) =>
      events.map((event) => (event.type === "response.output_text.delta" ? event.delta : "")).join(""),
    terminal: "event: response.completed",
  },
  messages: {
    path: "/messages",
    ask: (model, more) => ({ model, max_tokens: 500, messages: user("hi"), ...more }),
    picture: {
      messages: user([
        { type: "image", source: { type: "base64", media_type: "image/png", data: picture.split(",")[1] } },
      ]),
    },
    tools: { tools: [{ name: "look", input_schema: schema }], tool_choice: { type: "any" } },
    text: (answer) => answer.content.find((block: Json) => block.type === "text").text,
    called: (answer) => answer.content.find((block: Json) => block.type === "tool_use"),
    streamed: (events) => events.map((event) => event.delta?.text ?? "").join(""),
    terminal: "event: message_stop",
  },
};

async function post(path: string, body: Json, headers: Record<string, string> = {}) {
  const response = await gateway.fetch(jsonRequest(path, body, headers));
  const text = await response.text();
  const json: Json = response.headers.get("content-type") === "application/json" ? JSON.parse(text) : undefined;
  return { status: response.status, headers: response.headers, text, json };
}

describe.each(Object.entries(wires))("%s", (_name, wire) => {
  it.each(models)("reaches %s: text, stream, picture, tool call with its keys in order", async (model) => {
    const [provider] = model.split("/");
    simulator.reply("héllo wörld 🙂");
    expect(wire.text((await post(wire.path, wire.ask(model))).json)).toBe("héllo wörld 🙂");

    simulator.fault("split-utf8", { times: 1 });
    simulator.reply("häppchenweise 🙂🙃");
    const stream = await post(wire.path, wire.ask(model, { stream: true }));
    expect(wire.streamed(dataOf(stream.text))).toBe("häppchenweise 🙂🙃");
    expect(stream.text).toContain(wire.terminal);
    expect(stream.text).toMatch(/^: x-modelwright-cost: [\d.]+ USD$/m);

    expect((await post(wire.path, wire.ask(model, wire.picture))).status).toBe(200);
    simulator.reply({ toolCalls: [{ name: "look", input: { zone: "z", alpha: 1 } }] });
    const { name, input } = wire.called((await post(wire.path, wire.ask(model, wire.tools))).json);
    expect([name, Object.keys(input)]).toEqual(["look", ["zone", "alpha"]]);
    expect(new Set(simulator.requests.map((request) => request.provider))).toEqual(new Set([provider]));
    expect(JSON.stringify(exchanges)).not.toContain(upstreamKey);
  });

  it.each(["clean-end-mid-stream", "reset-mid-stream", "stall-mid-stream", "malformed-chunk"] as const)(
    "never ends cleanly after %s",
    async (fault) => {
      simulator.fault(fault);
      simulator.reply("one two three four five six seven eight ".repeat(4));
      const { status, text } = await post(wire.path, wire.ask("openai/gpt-4.1", { stream: true }));
      const last = status === 200 ? dataOf(text).at(-1) : JSON.parse(text);
      expect(text).not.toContain(wire.terminal);
      expect(text).not.toMatch(/"finish_reason":"|"stop_reason":"/);
      expect(last).toSatisfy((event: Json) => event.error ?? event.type === "response.failed");
      expect(exchanges.at(-1)?.error).toBeDefined();
    },
  );

  it("says why a request is refused, in its own error form", async () => {
    const { status, json, headers } = await post(wire.path, wire.ask("openai/o3-mni"));
    expect(status).toBe(404);
    expect(json.error.message).toContain('did you mean "openai/o3-mini"?');
    const refused = await post(wire.path, wire.ask("openai/o3", { temperature: 0.2 }));
    expect(refused.status).toBe(400);
    expect(refused.json.error.message).toContain("o3 does not accept temperature");
    expect(refused.json.error.type).toBe("invalid_request_error");
    expect(headers.get("x-request-id")).toBeTruthy();
    expect(simulator.requests).toEqual([]);
  });
});

describe("answers", () => {
  it("say in headers who answered, by which facts, and what it cost", async () => {
    const { headers } = await post("/chat/completions", wires.messages!.ask("house-model"));
    const told = Object.fromEntries([...headers].filter(([name]) => name.startsWith("x-modelwright-")));
    expect(told).toMatchObject({
      "x-modelwright-provider": "google",
      "x-modelwright-model": "gemini-2.5-flash",
      "x-modelwright-generation": "7",
      "x-modelwright-simulated": "true",
      "x-modelwright-cost": expect.stringMatching(/^[\d.]+ USD$/),
      "x-modelwright-usage": expect.stringContaining("total-output="),
    });
  });

  it("list models with their capabilities, routes first, in the client's form", async () => {
    const list = async (headers: Record<string, string> = {}, id = ""): Promise<Json> =>
      (await gateway.fetch(new Request(`http://gateway.test/v1/models${id}`, { headers }))).json();
    const openai = await list();
    expect(openai.data[0]).toMatchObject({
      id: "steady",
      object: "model",
      modelwright: { members: ["openai/gpt-4.1", "groq/llama-3.3-70b-versatile"] },
    });
    const anthropic = await list({ "anthropic-version": "2023-06-01" });
    expect(anthropic.data.map((entry: Json) => entry.id)).toEqual(openai.data.map((entry: Json) => entry.id));
    expect(anthropic.data[0].type).toBe("model");
    const one = await list({}, "/openai%2Fgpt-4.1");
    expect(one.modelwright).toMatchObject({ provider: "openai", kind: "chat", params: { topK: false } });
  });

  it("keep signed reasoning through a client of another wire, and give it to its own model only", async () => {
    const ask = (messages: Json) => ({ model: "anthropic/claude-sonnet-4-6", messages, reasoning_effort: "low" });
    const first = await post("/chat/completions", ask(user("hi")));
    const { message } = first.json.choices[0];
    expect(message.reasoning_details?.[0].signature).toBeTruthy();
    const history = [...user("hi"), message, ...user("go on")];
    expect((await post("/chat/completions", ask(history))).status).toBe(200);
    const { body } = simulator.requests.at(-1) as Json;
    const [thinking] = body.messages[1].content;
    expect(thinking).toMatchObject({ type: "thinking", signature: expect.any(String) });
    expect(message.reasoning_details[0].signature).not.toBe(thinking.signature);
    const elsewhere = { model: "google/gemini-2.5-flash", messages: history };
    expect((await post("/chat/completions", elsewhere)).status).toBe(200);
    expect(JSON.stringify(simulator.requests.at(-1))).not.toContain(thinking.signature);
  });

  it("translate tools that providers run themselves, or refuse them with the reason in the client's form", async () => {
    const search = { type: "web_search_20250305", name: "web_search" };
    const asked = async (model: string, tool: Json) => {
      const body = { model, max_tokens: 99, messages: [{ role: "user", content: "hi" }], tools: [tool] };
      const response = await gateway.fetch(jsonRequest("/messages", body, { "anthropic-version": "2023-06-01" }));
      return { status: response.status, json: (await response.json()) as Json };
    };
    expect((await asked("openai/gpt-4.1", search)).status).toBe(200);
    expect(simulator.requests.at(-1)?.body).toMatchObject({ tools: [{ type: "web_search" }] });
    expect((await asked("anthropic/claude-sonnet-4-5", search)).status).toBe(200);
    expect(simulator.requests.at(-1)?.body).toMatchObject({ tools: [search] });
    for (const [model, tool, reason] of [
      ["openai/gpt-4.1", { ...search, max_uses: 3 }, "web_search: max_uses cannot be translated for gpt-4.1"],
      ["openai/gpt-4.1", { type: "bash_20250124", name: "bash" }, "bash"],
    ] as const) {
      const { status, json } = await asked(model, tool);
      expect([status, json.type, json.error.type]).toEqual([400, "error", "invalid_request_error"]);
      expect(json.error.message).toContain(reason);
    }
  });

  it("leave out what asks for nothing, and say so", async () => {
    const idle = { n: 1, logprobs: false, user: "me", frequency_penalty: 0 };
    const { status, headers } = await post("/chat/completions", {
      ...wires.messages!.ask("anthropic/claude-sonnet-4-5"),
      ...idle,
    });
    expect(status).toBe(200);
    expect(headers.get("x-modelwright-adjustments")).toContain("n dropped: the value asks for nothing");
  });
});

describe("the gateway itself", () => {
  const ask = wires["chat completions"]!.ask("openai/gpt-4.1");

  it("closes the upstream connection when the client goes", async () => {
    const controller = new AbortController();
    simulator.fault("stall-mid-stream");
    const request = jsonRequest("/chat/completions", { ...ask, stream: true });
    const response = await gateway.fetch(new Request(request, { signal: controller.signal }));
    await response.body?.cancel();
    expect(exchanges.at(-1)?.error?.code).toBe("aborted");
  });

  it.each([
    ["no token", {}, 401],
    ["a wrong token", { authorization: "Bearer wrong" }, 401],
    ["a loop", { authorization: `Bearer ${token}`, "x-modelwright-hops": "2" }, 508],
    ["hops that are no number", { authorization: `Bearer ${token}`, "x-modelwright-hops": "NaN" }, 508],
    ["a form", { authorization: `Bearer ${token}`, "content-type": "text/plain" }, 415],
    ["a body that is too long", { authorization: `Bearer ${token}`, "content-length": "99999" }, 413],
  ])("refuses %s before any work", async (_name, headers, status) => {
    const closed = createGateway({ models: { providers: [] }, token, maxBodyBytes: 500 });
    const response = await closed.fetch(jsonRequest("/chat/completions", ask, headers as Record<string, string>));
    expect(response.status).toBe(status);
    expect(simulator.requests).toEqual([]);
  });

  it("refuses bodies that only exhaust", async () => {
    const deep = `${"[".repeat(5000)}${"]".repeat(5000)}`;
    const request = new Request("http://gateway.test/v1/chat/completions", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: `{"model":"openai/gpt-4.1","messages":${deep}}`,
    });
    expect((await gateway.fetch(request)).status).toBe(400);
  });

  it("forwards neither the client's token nor its headers", async () => {
    const seen: string[] = [];
    const fetch = async (input: Request | URL | string, init?: RequestInit) => {
      seen.push(JSON.stringify([...new Request(input, init).headers]));
      return simulator.fetch(input, init);
    };
    const watched = openai.create({ apiKey: upstreamKey, baseURL: simulator.baseURL("openai"), fetch });
    const between = createGateway({ models: { providers: [watched] } });
    await between.fetch(
      jsonRequest("/chat/completions", ask, { authorization: "Bearer client-secret", "x-forwarded-host": "evil.test" }),
    );
    expect(seen).toHaveLength(1);
    expect(seen[0]).not.toMatch(/client-secret|evil/);
  });

  it("shows in a silent stream that it lives, and says the same", async () => {
    const lively = createGateway({ models: gatewayModels, keepAliveMs: 20 });
    simulator.fault("slow-first-token", { delayMs: 200 });
    simulator.reply("after a while");
    const response = await lively.fetch(jsonRequest("/chat/completions", { ...ask, stream: true }));
    const text = await response.text();
    expect(text.match(/^: keep-alive$/gm)?.length).toBeGreaterThan(2);
    expect(wires["chat completions"]?.streamed(dataOf(text))).toBe("after a while");
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
  });

  it("ends a loop through itself", async () => {
    let asked = 0;
    const fetch = (input: Request | URL | string, init?: RequestInit): Promise<Response> => {
      asked++;
      return loop.fetch(new Request(input, init));
    };
    const itself = openai.create({ apiKey: "none", baseURL: "http://gateway.test/v1", fetch, retry: false });
    const aliases = { "gpt-4.1": "openai/gpt-4.1" };
    const loop = createGateway({ models: { providers: [itself], aliases } });
    const response = await loop.fetch(jsonRequest("/chat/completions", ask));
    expect(response.ok).toBe(false);
    expect(await response.text()).toContain("a loop");
    expect(asked).toBe(2);
  });

  it("takes other models at once, while calls in flight keep theirs", async () => {
    let models: Parameters<typeof createGateway>[0]["models"] = { providers: [], generation: "1" };
    const swapped = createGateway({ models: () => models as never });
    const list = async () => swapped.fetch(new Request("http://gateway.test/v1/models"));
    expect((await list()).headers.get("x-modelwright-generation")).toBe("1");
    models = { providers: [], generation: "2" };
    expect((await list()).headers.get("x-modelwright-generation")).toBe("2");
  });
});
