/** Tools that providers offer themselves: asked for by one name each, said in each wire's own form, with sources in one shape. */
import { beforeEach, describe, expect, it } from "vitest";
import { openai } from "../../generated/openai.js";
import type { ProtocolId } from "../../src/catalog/facts.js";
import { defineProvider } from "../../src/client/define-provider.js";
import type { ChatHandle } from "../../src/client/handle.js";
import type { ChatOptions } from "../../src/client/options.js";
import { createSimulator } from "../../src/testing.js";
import { aws } from "../../src/transport/cloud.js";
import { providerOf, type Room, rooms } from "./contract-rooms.js";

type BuiltinTools = NonNullable<ChatOptions["builtinTools"]>;

interface Offer {
  readonly asked: BuiltinTools;
  /** The tools of the wire. */
  readonly wire: unknown;
}

/** By protocol; the others offer none. */
const offers: { readonly [P in ProtocolId]?: Offer } = {
  "openai-chat": {
    asked: ["browser_search", { type: "code_interpreter", container: { type: "auto" } }],
    wire: [{ type: "browser_search" }, { type: "code_interpreter", container: { type: "auto" } }],
  },
  "openai-responses": {
    asked: [
      "web_search",
      { type: "file_search", vector_store_ids: ["vs_1"] },
      "code_interpreter",
      { type: "mcp", server_label: "docs", server_url: "https://mcp.example/", require_approval: "never" },
      { type: "computer_use", display_width: 1024, display_height: 768, environment: "browser" },
      { type: "web_search", version: "web_search_2025_08_26" },
    ],
    wire: [
      { type: "web_search" },
      { type: "file_search", vector_store_ids: ["vs_1"] },
      { type: "code_interpreter", container: { type: "auto" } },
      { type: "mcp", server_label: "docs", server_url: "https://mcp.example/", require_approval: "never" },
      { type: "computer_use_preview", display_width: 1024, display_height: 768, environment: "browser" },
      { type: "web_search_2025_08_26" },
    ],
  },
  "anthropic-messages": {
    asked: [
      { type: "web_search", max_uses: 3 },
      "web_fetch",
      "text_editor",
      { type: "computer_use", version: "computer_20251124", display_width_px: 1024, display_height_px: 768 },
    ],
    wire: [
      { type: "web_search_20250305", name: "web_search", max_uses: 3 },
      { type: "web_fetch_20250910", name: "web_fetch" },
      { type: "text_editor_20250728", name: "str_replace_based_edit_tool" },
      { type: "computer_20251124", name: "computer", display_width_px: 1024, display_height_px: 768 },
    ],
  },
  "google-generative-ai": {
    asked: ["google_search", "code_execution", { type: "file_search", fileSearchStoreNames: ["s/1"] }, "computer_use"],
    wire: [
      { googleSearch: {} },
      { codeExecution: {} },
      { fileSearch: { fileSearchStoreNames: ["s/1"] } },
      { computerUse: { environment: "ENVIRONMENT_BROWSER" } },
    ],
  },
  "bedrock-converse": {
    asked: ["nova_code_interpreter"],
    wire: [{ systemTool: { name: "nova_code_interpreter" } }],
  },
};

const nameOf = (tool: BuiltinTools[number]): string => (typeof tool === "string" ? tool : tool.type);

function factsOf(room: Room): ReturnType<typeof providerOf> {
  const facts = providerOf(room);
  const names = [...new Set(offers[room.id]?.asked.map(nameOf) ?? ["web_search"])];
  const plain = facts.models.plain!;
  const offering = (builtinTools: readonly string[]) => ({ ...plain, features: { ...plain.features, builtinTools } });
  return { ...facts, models: { plain: offering(names), other: offering(["teleport"]) } };
}

const simulator = createSimulator({ providers: rooms.map(factsOf) });
beforeEach(() => simulator.reset());

function model(room: Room): ChatHandle {
  const facts = factsOf(room);
  const options = { fetch: simulator.fetch, baseURL: simulator.baseURL(facts.id), env: {}, retry: false } as const;
  return defineProvider({ protocols: [room.client], facts, cloud: aws }, options).model("plain") as ChatHandle;
}

/** The tools on the wire, wherever it has them. */
function wireTools(): unknown {
  const { tools, toolConfig } = simulator.requests.at(-1)!.body as {
    tools?: unknown;
    toolConfig?: { tools?: unknown };
  };
  return tools ?? toolConfig?.tools;
}

const weather = { description: "Tells the weather.", input: { type: "object", properties: {} } };

describe.each(rooms.filter(({ id }) => offers[id] !== undefined))("$id", (room) => {
  const { asked, wire } = offers[room.id]!;

  it("says them in the wire's form, and reads them back by their names", async () => {
    await model(room).chat({ messages: "Hi", builtinTools: asked });
    expect(wireTools()).toEqual(wire);
    const last = simulator.requests.at(-1)!;
    const { params } = room.server.decodeChat(last.body, room.server.route(last.method, last.path)!).request;
    expect((params.builtinTools as { readonly type: string }[]).map(({ type }) => type)).toEqual(asked.map(nameOf));
  });

  it("sets them beside the caller's own tools", async () => {
    await model(room).chat({ messages: "Hi", builtinTools: asked, tools: { get_weather: weather } });
    expect(wireTools()).toEqual([expect.anything(), ...(wire as unknown[])]);
  });

  it("refuses one that the model does not offer, before anything is sent and on the wire", async () => {
    const call = model(room).chat({ messages: "Hi", builtinTools: ["teleport"] });
    await expect(call).rejects.toMatchObject({ code: "unsupported", path: "builtinTools" });
    expect(simulator.requests).toEqual([]);
    await model(room).chat({ messages: "Hi", builtinTools: asked });
    // The same bytes to a model that offers others.
    const { method, path, body } = simulator.requests.at(-1)!;
    const url = simulator.baseURL(factsOf(room).id) + path.replace("plain", "other");
    const other = JSON.stringify(body).replace('"plain"', '"other"');
    expect((await simulator.fetch(url, { method, body: other })).status).toBe(400);
  });
});

describe.each(rooms.filter(({ id }) => offers[id] === undefined))("$id", (room) => {
  it("has no place for them, and says so before anything is sent", async () => {
    const call = model(room).chat({ messages: "Hi", builtinTools: ["web_search"] });
    await expect(call).rejects.toMatchObject({ code: "unsupported", path: "builtinTools" });
    expect(simulator.requests).toEqual([]);
  });
});

const citing: readonly ProtocolId[] = ["openai-chat", "openai-responses", "google-generative-ai", "cohere-v2"];

describe.each(rooms.filter(({ id }) => citing.includes(id)))("sources of $id", (room) => {
  it.each([false, true])("arrive in one shape, streamed: %s", async (stream) => {
    const sources = [
      { url: "https://one.example/", title: "One" },
      { url: "https://two.example/", title: "Two" },
    ];
    simulator.reply({ text: "So it is.", sources });
    const reply = stream
      ? await model(room).stream({ messages: "Hi" }).reply
      : await model(room).chat({ messages: "Hi" });
    expect(reply.sources).toMatchObject(sources);
  });
});

it("asks Anthropic for the previews that its tools need", async () => {
  const room = rooms.find(({ id }) => id === "anthropic-messages")!;
  const extraHeaders = { "anthropic-beta": "mine-2026-01-01" };
  await model(room).chat({ messages: "Hi", builtinTools: ["web_fetch", "text_editor"], extraHeaders });
  expect(simulator.requests.at(-1)?.headers["anthropic-beta"]).toBe("mine-2026-01-01,web-fetch-2025-09-10");
});

it("finds something in the simulator when a search is offered", async () => {
  const room = rooms.find(({ id }) => id === "google-generative-ai")!;
  const { sources } = await model(room).chat({ messages: "Hi", builtinTools: ["google_search"] });
  expect(sources).toMatchObject([{ title: expect.stringContaining("[simulated]") }]);
});

describe("OpenAI's models, whose tools stand on the other of its two wires", () => {
  const { facts } = openai;
  const wires = createSimulator({ providers: [facts] });
  const options = { fetch: wires.fetch, baseURL: wires.baseURL("openai"), apiKey: "test", retry: false } as const;
  const hi = { role: "user", content: "Hi" } as const;
  const gpt = openai.create(options)("gpt-5.2");

  it("are asked there with such a tool, and by chat completions without", async () => {
    await gpt.chat({ messages: [hi] });
    const found = await gpt.chat({ messages: [hi], builtinTools: ["web_search"] });
    const streamed = gpt.stream({
      messages: [...found.messages, hi],
      builtinTools: ["mcp"],
    });
    await streamed.reply;
    await gpt.chat({
      messages: [hi, ...found.messages, hi],
    });
    expect(wires.requests.map(({ path }) => path)).toEqual([
      "/chat/completions",
      "/responses",
      "/responses",
      "/chat/completions",
    ]);
  });

  it("refuse what that wire has no place for, before anything is sent", async () => {
    wires.reset();
    const call = openai
      .create(options)("gpt-4.1")
      .chat({ messages: [hi], stop: ["."], builtinTools: ["web_search"] });
    await expect(call).rejects.toMatchObject({ code: "unsupported", path: "stop" });
    expect(wires.requests).toEqual([]);
  });
});
