/** Hooks: what one may do to its call, what it may not see, and what becomes of a call whose hook throws or is removed. */
import { describe, expect, it } from "vitest";
import type { ChatHandle, EmbeddingHandle } from "../../src/client/handle.js";
import type { Hooks } from "../../src/client/hooks.js";
import { until } from "../transport/server.js";
import {
  answers,
  chatModel,
  eventStream,
  fails,
  key,
  plainModel,
  provider,
  serve,
  streams,
  streamText,
  type WireAnswer,
} from "./support.js";

const ask = { messages: "Hi" };
const hello = answers({ content: "Hello" });
const down = fails(500, {});

/** Every text that can be reached from a value: names and values of its own members, hidden ones and getters included. */
function textsWithin(value: unknown, seen = new Set<unknown>()): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || seen.has(value)) return [];
  seen.add(value);
  const names = Reflect.ownKeys(value);
  const prototype: object = Object.getPrototypeOf(value) ?? {};
  const inherited = Reflect.ownKeys(prototype).filter((name) => name !== "__proto__");
  const members = [...names, ...inherited].map((name) => Reflect.get(value, name));
  return [...names.map(String), ...members.flatMap((each) => textsWithin(each, seen))];
}

describe("a hook", () => {
  it("sees no key, whatever it is given", async () => {
    const seen: unknown[] = [];
    const see = (...given: unknown[]): undefined => void seen.push(...given);
    const hooks = { onRequest: see, onWireRequest: see, onResponse: see, onEvent: see, onError: see };
    const echo = fails(401, { error: { message: `wrong key ${key}` } });
    const server = await serve(hello, streams({ content: "a" }), echo);
    const model = chatModel(server.url, plainModel, { hooks });
    await model.chat(ask);
    await model.stream(ask).reply;
    await model.chat(ask).catch(() => undefined);
    expect(server.received[0]?.headers.authorization).toBe(`Bearer ${key}`);
    const texts = textsWithin(seen);
    expect(texts.filter((text) => text === "Hi").length).toBeGreaterThan(0);
    expect(texts.filter((text) => text.includes(key) || text.includes(key.slice(0, 12)))).toEqual([]);
  });

  it("that never answers holds its call no longer than the total clock, or until the call is aborted", async () => {
    const hang = () => new Promise<never>(() => undefined);
    const server = await serve(hello, hello, down);
    // A hook that is to recover its call leaves it the error that it has.
    const failed = { code: "provider-error" };
    const cases: [Hooks, object?][] = [
      [{ onRequest: hang }],
      [{ onWireRequest: hang }],
      [{ onResponse: hang }],
      [{ onError: hang }, failed],
    ];
    for (const [hooks, error] of cases) {
      const model = chatModel(server.url, plainModel, { hooks, retry: false, timeouts: { total: 150 } });
      await expect(model.chat(ask)).rejects.toMatchObject(error ?? { code: "timeout", provider: "p" });
      const aborted = { ...ask, signal: AbortSignal.timeout(20), timeouts: { total: 60_000 } };
      await expect(model.chat(aborted)).rejects.toMatchObject(error ?? { code: "aborted" });
    }
    const embedding = provider(
      server.url,
      { e: { kind: "embedding" } },
      { options: { hooks: { onTaskRequest: hang } } },
    )("e");
    const asked = (embedding as EmbeddingHandle).embed({ input: "a", timeouts: { total: 50 } });
    await expect(asked).rejects.toMatchObject({ code: "timeout" });
  });

  it("that changes the request in place is checked as one that gives another", async () => {
    const server = await serve(hello);
    const hooks: Hooks = { onRequest: (request) => void Object.assign(request.params, { temperature: 9 }) };
    await expect(chatModel(server.url, plainModel, { hooks }).chat(ask)).rejects.toMatchObject({
      code: "unsupported",
      path: "temperature",
    });
    expect(server.received).toEqual([]);
  });

  it("is told of each event of a stream, once and in order, and of the reply after the last", async () => {
    const server = await serve(streams({ content: "a" }, { content: "b" }));
    const told: string[] = [];
    const hooks: Hooks[] = ["1", "2"].map((set) => ({
      onEvent: (event, { stream }) => void told.push(`${set} ${event.type} ${stream}`),
      onResponse: ({ text }) => void told.push(`${set} reply ${text}`),
    }));
    await chatModel(server.url, plainModel, { hooks }).stream(ask).reply;
    const events = told.filter((line) => line.startsWith("1") && line.endsWith("true"));
    expect(events).toEqual(["start", "text-delta", "text-delta", "finish"].map((type) => `1 ${type} true`));
    expect(told.filter((line) => line.includes("reply"))).toEqual(["1 reply ab", "2 reply ab"]);
    expect(told).toHaveLength(10);
  });

  it("removed while a call runs still sees that call to its end, and none after", async () => {
    const seen: string[] = [];
    const p = provider((await serve(streams({ content: "a" }, { content: "b" }))).url);
    const remove = p.addHooks({ onEvent: ({ type }) => void seen.push(type) });
    const model = p("m") as ChatHandle;
    for await (const event of model.stream(ask)) if (event.type === "start") remove();
    expect(seen.at(-1)).toBe("finish");
    const before = seen.length;
    await model.stream(ask).reply;
    expect(seen).toHaveLength(before);
  });

  const thrown = new Error("mine");
  const fail = (): never => {
    throw thrown;
  };
  const later = async (): Promise<never> => fail();
  it.each<[keyof Hooks, () => never | Promise<never>, WireAnswer, number]>([
    ["onRequest", fail, hello, 0],
    ["onRequest", later, hello, 0],
    ["onWireRequest", later, hello, 0],
    ["onEvent", fail, hello, 1],
    ["onResponse", later, hello, 1],
    ["onError", later, down, 1],
  ])("that throws in %s fails its call with that error, and no other", async (name, hook, answer, requests) => {
    const server = await serve(answer, hello);
    const throws = chatModel(server.url, plainModel, { hooks: { [name]: hook } });
    await expect(throws.chat(ask)).rejects.toBe(thrown);
    expect(server.received).toHaveLength(requests);
    expect((await chatModel((await serve(hello)).url).chat(ask)).text).toBe("Hello");
  });

  it("that throws inside a stream closes its connection", async () => {
    const server = await serve((_body, response) => {
      response.writeHead(200, eventStream).write(`${streamText([{ content: "a" }]).split("\n\n")[0]}\n\n`);
    });
    const hooks: Hooks = { onEvent: ({ type }) => (type === "text-delta" ? fail() : undefined) };
    await expect(chatModel(server.url, plainModel, { hooks }).stream(ask).reply).rejects.toBe(thrown);
    await until(() => server.closedEarly === 1, 250);
  });

  it("answers in the place of an error only while nothing was delivered", async () => {
    const reply = await chatModel((await serve(hello)).url).chat(ask);
    const hooks: Hooks = { onError: () => reply };
    const refused = chatModel((await serve(down)).url, plainModel, { hooks });
    const texts: string[] = [];
    for await (const text of refused.stream(ask).text) texts.push(text);
    expect(texts).toEqual(["Hello"]);
    const cut = await serve((_body, response) => {
      response.writeHead(200, eventStream).end(`${streamText([{ content: "a" }]).split("\n\n")[0]}\n\n`);
    });
    await expect(chatModel(cut.url, plainModel, { hooks }).stream(ask).reply).rejects.toMatchObject({
      code: "stream-truncated",
    });
  });
});

describe("extra members", () => {
  it("go into the body as they are, and touch nothing else", async () => {
    const server = await serve(hello);
    const extraBody = JSON.parse('{"top_logprobs":3,"nested":{"a":[1,null]},"__proto__":{"polluted":1}}');
    await chatModel(server.url).chat({ ...ask, temperature: 1, extraBody });
    const [sent] = server.received;
    expect(sent?.body).toContain('"nested":{"a":[1,null]}');
    expect(JSON.parse(sent?.body ?? "")).toMatchObject({ model: "m", temperature: 1, top_logprobs: 3 });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each(["content-length", "Transfer-Encoding", "connection", "Upgrade"])("refuse the header %s", async (name) => {
    const server = await serve(hello);
    await expect(chatModel(server.url).chat({ ...ask, extraHeaders: { [name]: "5" } })).rejects.toMatchObject({
      code: "invalid-configuration",
      message: expect.stringContaining("the transport's own"),
    });
    expect(server.received).toEqual([]);
  });
});
