/** What every chat protocol must do alike, over real HTTP against its simulator. What a wire cannot say is declared, and must be refused. */
import { existsSync, readdirSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ChatEvent, FinishReason } from "../../src/chat/events.js";
import type { AnyMessage, UserPart } from "../../src/chat/message.js";
import type { NeutralRequest } from "../../src/chat/request.js";
import { defineProvider } from "../../src/client/define-provider.js";
import type { ChatHandle } from "../../src/client/handle.js";
import type { ChatOptions } from "../../src/client/options.js";
import { isModelwrightError, type ModelwrightError } from "../../src/errors.js";
import { createSimulator } from "../../src/testing.js";
import { aws } from "../../src/transport/cloud.js";
import { type Ability, providerOf, type Room, rooms } from "./contract-rooms.js";

const facts = rooms.map(providerOf);
const simulator = createSimulator({ providers: facts });

beforeAll(() => simulator.listen());
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

function model(room: Room, id: "plain" | "thinker" = "plain"): ChatHandle {
  const provider = providerOf(room);
  const options = { baseURL: simulator.baseURL(provider.id), env: {}, retry: false } as const;
  return defineProvider({ protocols: [room.client], facts: provider, cloud: aws }, options).model(id) as ChatHandle;
}

/** The last request as the served side reads it. */
function received({ server }: Room): NeutralRequest {
  const last = simulator.requests.at(-1)!;
  const route = server.route(last.method, last.path)!;
  return server.decodeChat(last.body, route).request;
}

async function failure(call: Promise<unknown>): Promise<ModelwrightError> {
  try {
    await call;
  } catch (error) {
    if (isModelwrightError(error)) return error;
    throw error;
  }
  throw new Error("expected a failure");
}

async function eventsOf(room: Room, request: ChatOptions): Promise<readonly ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const event of model(room).stream(request)) events.push(event);
  return events;
}

/** Some wires demand a limit. */
const limited = { maxOutputTokens: 2000 } as const;
const text = "Grüße aus 東京 🗼";
const city = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};
const tools = { get_weather: { description: "Tells the weather.", input: city } };
const ran = {
  get_weather: { ...tools.get_weather, execute: ({ city: name }: { city: string }) => `${name}: 18 degrees` },
};
const two = {
  toolCalls: [
    { name: "get_weather", input: { city: "Rome" } },
    { name: "get_weather", input: { city: "東京" } },
  ],
};

const media: { readonly [kind in "image" | "pdf" | "audio" | "video"]: UserPart } = {
  image: { type: "image", image: "data:image/png;base64,iVBORw0KGgo=" },
  pdf: { type: "pdf", pdf: "data:application/pdf;base64,JVBERi0xLjQ=" },
  audio: { type: "audio", audio: "data:audio/wav;base64,UklGRiQAAABXQVZF" },
  video: { type: "video", video: "data:video/mp4;base64,AAAAGGZ0eXA=" },
};

it("knows every room that answers chats", () => {
  const folder = new URL("../../src/protocols/", import.meta.url);
  const found = readdirSync(folder).filter((name) => existsSync(new URL(`${name}/events.ts`, folder)));
  expect(rooms.map(({ id }) => id).sort()).toEqual(found.sort());
});

describe.each(rooms)("$id", (room) => {
  const lacks = (ability: Ability): boolean => room.lacks.includes(ability);

  /** What the wire cannot say is refused before anything is sent, or sent without and listed; never silently left out. */
  async function unsaid(request: ChatOptions): Promise<void> {
    try {
      const { adjustments } = await model(room).chat(request);
      expect(adjustments.filter(({ action }) => action === "dropped" || action === "replaced")).not.toEqual([]);
    } catch (error) {
      expect(error).toMatchObject({ code: "unsupported" });
      expect(simulator.requests).toEqual([]);
    }
  }

  it("answers with the text, whole and streamed alike, and changes nothing on the way", async () => {
    simulator.reply(text);
    const whole = await model(room).chat({ messages: "Hi", temperature: 0.5, ...limited });
    expect(received(room).params).toMatchObject({ temperature: 0.5, ...limited });
    simulator.reply(text);
    const streamed = await model(room).stream({ messages: "Hi", ...limited }).reply;
    for (const reply of [whole, streamed])
      expect(reply).toMatchObject({ text, finishReason: "stop", adjustments: [], toolCalls: [], sources: [] });
  });

  it("streams by the one grammar: start, deltas, finished calls, finish", async () => {
    simulator.reply({ text, ...two });
    const types = (await eventsOf(room, { messages: "Hi", tools })).map(({ type }) => type);
    expect(types[0]).toBe("start");
    expect(types.filter((type) => type === "start" || type === "finish")).toEqual(["start", "finish"]);
    expect(types.slice(-3)).toEqual(["tool-call", "tool-call", "finish"]);
    expect(types.slice(1, -3).every((type) => /-delta$|^tool-call-start$/.test(type))).toBe(true);
  });

  it("keeps the history with system text, results and the user's words", async () => {
    const messages: readonly AnyMessage[] = [
      { role: "system", content: "Be brief." },
      { role: "user", content: "And in Rome?" },
      {
        role: "assistant",
        content: [
          { type: "text", text: "I look." },
          { type: "tool-call", id: "call_1", name: "get_weather", input: { city: "Rome" } },
        ],
      },
      { role: "tool", toolCallId: "call_1", toolName: "get_weather", content: "18 degrees" },
      { role: "user", content: "Thanks." },
    ];
    await model(room).chat({ messages, tools });
    const { messages: said } = received(room);
    expect(said.map(({ role }) => role)).toEqual(messages.map(({ role }) => role));
    const words = JSON.stringify(said);
    for (const word of ["Be brief.", "And in Rome?", "I look.", "get_weather", "18 degrees", "Thanks."])
      expect(words).toContain(word);
  });

  it.each([false, true])("runs parallel tools and gives each call its result, streamed: %s", async (stream) => {
    simulator.reply(two);
    simulator.reply("Mild in both.");
    const request = { messages: "Weather?", tools: ran, maxSteps: 2, ...limited };
    const reply = stream ? await model(room).stream(request).reply : await model(room).chat(request);
    expect(reply).toMatchObject({ text: "Mild in both.", finishReason: "stop", adjustments: [] });
    expect(reply.steps[0]).toMatchObject({
      finishReason: "tool-calls",
      toolResults: [{ output: "Rome: 18 degrees" }, { output: "東京: 18 degrees" }],
    });
    const { messages } = received(room);
    const calls = messages.flatMap(({ content }) =>
      typeof content === "string" ? [] : content.flatMap((part) => (part.type === "tool-call" ? [part] : [])),
    );
    const results = messages.filter((message) => message.role === "tool");
    expect(calls.map(({ input }) => input)).toEqual(two.toolCalls.map(({ input }) => input));
    expect(results.map(({ toolCallId }) => toolCallId)).toEqual(calls.map(({ id }) => id));
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
  });

  it.each(["auto", "none", "required", { tool: "get_weather" }] as const)("says tool choice %j", async (toolChoice) => {
    const request = { messages: "Hi", tools, toolChoice, ...limited };
    const name = typeof toolChoice === "string" ? toolChoice : "named";
    if (lacks(`toolChoice ${name}` as Ability)) return unsaid(request);
    const { adjustments } = await model(room).chat(request);
    expect(adjustments).toEqual([]);
    expect(received(room).toolChoice ?? "auto").toEqual(toolChoice);
  });

  it("asks for one call at a time", async () => {
    const request = { messages: "Hi", tools, parallelTools: false, ...limited };
    if (lacks("parallelTools")) return unsaid(request);
    const { adjustments } = await model(room).chat(request);
    expect([adjustments, received(room).parallelTools]).toEqual([[], false]);
  });

  it.each([false, true])("gives structured output by the schema, streamed: %s", async (stream) => {
    simulator.reply({ output: { city: "東京" } });
    const request = { messages: "Where?", output: { schema: city, name: "place" } };
    const reply = stream ? await model(room).stream(request).reply : await model(room).chat(request);
    expect(reply).toMatchObject({ output: { city: "東京" }, outputPath: "schema" });
    expect(received(room).output).toMatchObject({ path: "schema", schema: city });
  });

  it.each([false, true])("reasons, and sends back what was signed unchanged, streamed: %s", async (stream) => {
    const thinker = model(room, "thinker");
    const first = {
      messages: "Hi",
      tools,
      reasoning: room.think,
      maxOutputTokens: 3000,
    } as const;
    simulator.reply({ reasoning: "I look it up.", toolCalls: two.toolCalls.slice(0, 1) });
    const reply = stream ? await thinker.stream(first).reply : await thinker.chat(first);
    expect(reply).toMatchObject({ reasoning: "I look it up.", finishReason: "tool-calls" });
    const [call] = reply.toolCalls;
    const result = { role: "tool", toolCallId: call!.id, toolName: call!.name, content: "18 degrees" } as const;
    const messages = [{ role: "user", content: "Hi" } as const, reply.message, result];
    const { adjustments } = await thinker.chat({ ...first, messages });
    expect(adjustments).toEqual([]);
    const replays = contentOf(received(room).messages[1]!).flatMap((part) =>
      "replay" in part && part.replay ? part.replay : [],
    );
    expect(replays.length > 0).toBe(!lacks("signed reasoning"));
  });

  it.each(Object.keys(media) as (keyof typeof media)[])("takes %s", async (kind) => {
    const content = [{ type: "text", text: "See." } as const, media[kind]];
    const request = { messages: [{ role: "user", content } as const], ...limited };
    if (lacks(kind)) return unsaid(request);
    const { adjustments } = await model(room).chat(request);
    expect(adjustments).toEqual([]);
    expect(contentOf(received(room).messages[0]!).map(({ type }) => type)).toEqual(["text", kind]);
  });

  it.each([false, true])("counts tokens in disjoint buckets, streamed: %s", async (stream) => {
    const usage = { input: 100, cacheRead: 30, output: 20, reasoning: 7 };
    simulator.reply({ text, usage });
    const thinker = model(room, "thinker");
    const reply = stream ? await thinker.stream({ messages: "Hi" }).reply : await thinker.chat({ messages: "Hi" });
    expect(reply.usage).toMatchObject({ state: "known", inputTokens: 130, outputTokens: 27 });
    const { cacheRead = 0, reasoning = 0 } = reply.usage.buckets;
    expect([cacheRead, reasoning]).toEqual([lacks("cached tokens") ? 0 : 30, lacks("reasoning tokens") ? 0 : 7]);
  });

  it.each<FinishReason>(["stop", "length", "content-filter", "refusal"])(
    "tells the finish %s",
    async (finishReason) => {
      const expected = room.finish?.[finishReason] ?? finishReason;
      for (const stream of [false, true]) {
        simulator.reply(finishReason === "refusal" ? { refusal: "No." } : { text: "No.", finishReason });
        const request = { messages: "Hi" };
        const answer = stream ? model(room).stream(request).reply : model(room).chat(request);
        if (expected === "failure") {
          expect(await failure(answer)).toMatchObject({ code: "provider-error" });
          continue;
        }
        const reply = await answer;
        expect([reply.text, reply.finishReason]).toEqual(["No.", expected]);
      }
    },
  );

  it.each(["authentication", "permission", "rate-limited", "overloaded", "not-found", "provider-error"] as const)(
    "tells the failure %s in the provider's words",
    async (code) => {
      for (const stream of [false, true]) {
        simulator.fail(code, { message: "Nicht heute – 東京." });
        const request = { messages: "Hi" };
        const error = await failure(stream ? model(room).stream(request).reply : model(room).chat(request));
        expect(error).toMatchObject({ code, providerMessage: "Nicht heute – 東京." });
      }
    },
  );

  it("fails by an error inside the stream, with what arrived", async () => {
    simulator.reply({ text: "One two three four five six seven eight nine ten.", ...two });
    simulator.fault("error-mid-stream", { times: 1 });
    const error = await failure(model(room).stream({ messages: "Hi", tools }).reply);
    expect(error.code).toBe("provider-error");
    expect(error.partial).toMatchObject({ text: expect.stringMatching(/^One/) });
  });

  it.each(["clean-end-mid-stream", "reset-mid-stream"] as const)(
    "never takes %s for a shorter answer",
    async (fault) => {
      const whole = "One two three four five six seven eight nine ten.";
      let broken = 0;
      for (const at of [0.1, 0.3, 0.5, 0.7, 0.9, 0.99]) {
        simulator.reset();
        simulator.reply({ text: whole, ...two });
        simulator.fault(fault, { times: 1, at });
        const events: ChatEvent[] = [];
        try {
          for await (const event of model(room).stream({ messages: "Hi", tools })) events.push(event);
          // Only what says nothing more was lost: an end marker, or usage.
          const said = events.flatMap((event) => (event.type === "text-delta" ? event.text : [])).join("");
          expect([said, events.filter(({ type }) => type === "tool-call").length]).toEqual([whole, 2]);
        } catch (error) {
          broken++;
          expect(["stream-truncated", "network"]).toContain((error as ModelwrightError).code);
          expect(events.filter(({ type }) => type === "tool-call" || type === "finish")).toEqual([]);
        }
      }
      expect(broken).toBeGreaterThanOrEqual(4);
    },
  );

  it("reads characters that arrive byte by byte", async () => {
    simulator.reply({ text, toolCalls: two.toolCalls });
    simulator.fault("split-utf8", { times: 1 });
    const reply = await model(room).stream({ messages: "Hi", tools }).reply;
    expect(reply).toMatchObject({ text, toolCalls: two.toolCalls.map(({ input }) => ({ input })) });
  });

  it("ends when the caller aborts, before and inside the answer", async () => {
    const request = { messages: "Hi", signal: AbortSignal.abort() };
    expect((await failure(model(room).chat(request))).code).toBe("aborted");
    simulator.fault("stall-mid-stream", { times: 1 });
    const controller = new AbortController();
    const read = async (): Promise<void> => {
      for await (const { type } of model(room).stream({ messages: "Hi", signal: controller.signal }))
        if (type === "text-delta") controller.abort();
    };
    expect((await failure(read())).code).toBe("aborted");
  });
});

function contentOf({ content }: AnyMessage) {
  return typeof content === "string" ? [{ type: "text" as const, text: content }] : content;
}
