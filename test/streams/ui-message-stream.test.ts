/** The AI SDK's own chat reads our stream, and posts what we can read. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { user } from "../../src/chat/build.js";
import {
  readUiMessages,
  type StreamedChat,
  type UiMessageStreamOptions,
  uiMessageStreamResponse,
} from "../../src/streams.js";
import { confirm, frontEnds, reasoning, script, silentUntilSign, simulated, tools } from "./front-ends.js";

interface UiMessage {
  readonly role: string;
  readonly parts: readonly { readonly type: string; readonly [member: string]: unknown }[];
  readonly metadata?: unknown;
}

/** What is used of `ai`. `AbstractChat` is the class behind `useChat`. */
interface Ai {
  AbstractChat: new (init: object) => Chat;
  DefaultChatTransport: new (options: object) => object;
  validateUIMessages(options: { messages: unknown }): Promise<unknown>;
}
interface Chat {
  readonly messages: readonly UiMessage[];
  readonly status: string;
  readonly error: Error | undefined;
  sendMessage(message: { text: string }): Promise<void>;
  addToolOutput(output: { tool: string; toolCallId: string; output: unknown }): Promise<void>;
  stop(): Promise<void>;
}

let ai: Ai;
beforeAll(async () => {
  ai = (await import(pathToFileURL(join(await frontEnds(), "node_modules/ai/dist/index.mjs")).href)) as Ai;
}, 300_000);

/** A chat in the front end whose posts go to `route`. */
function chatWith(route: (messages: unknown, signal: AbortSignal) => Response | Promise<Response>): Chat {
  const state = {
    status: "ready",
    error: undefined,
    messages: [] as UiMessage[],
    pushMessage: (message: UiMessage) => void state.messages.push(message),
    popMessage: () => void state.messages.pop(),
    replaceMessage: (index: number, message: UiMessage) => void state.messages.splice(index, 1, message),
    snapshot: <Value>(value: Value) => structuredClone(value),
  };
  const fetch = async (_url: string, init: RequestInit) =>
    route((JSON.parse(String(init.body)) as { messages: unknown }).messages, init.signal as AbortSignal);
  return new ai.AbstractChat({ id: "chat", state, transport: new ai.DefaultChatTransport({ api: "/chat", fetch }) });
}

const partsOf = (chat: Chat) => chat.messages.at(-1)?.parts ?? [];

describe("the AI SDK's chat", () => {
  it("shows reasoning, text, tool calls with their results, steps and metadata", async () => {
    const { model } = simulated(...script);
    const chat = chatWith((messages) =>
      uiMessageStreamResponse(
        model.stream({ messages: readUiMessages(messages), tools, reasoning, maxOutputTokens: 4000, maxSteps: 3 }),
        { metadata: ({ usage }) => ({ tokens: usage.outputTokens }) },
      ),
    );
    await chat.sendMessage({ text: "Weather in Rome?" });
    expect([chat.status, chat.error]).toEqual(["ready", undefined]);
    expect(partsOf(chat)).toMatchObject([
      { type: "step-start" },
      { type: "reasoning", text: "Rome, then.", state: "done" },
      { type: "text", text: "Let me see.", state: "done" },
      {
        type: "tool-weather",
        state: "output-available",
        input: { city: "Rome" },
        output: { city: "Rome", celsius: 21 },
      },
      { type: "tool-broken", state: "output-error", errorText: "The tool failed" },
      { type: "step-start" },
      { type: "reasoning", text: "That is it." },
      { type: "text", text: "21 degrees in Rome.", state: "done" },
    ]);
    expect(chat.messages.at(-1)?.metadata).toEqual({ tokens: expect.any(Number) });
    await ai.validateUIMessages({ messages: chat.messages });
  });

  it("takes no sign of life for an answer", async () => {
    const { model } = simulated("At last.");
    const chat = chatWith((messages) =>
      silentUntilSign(model.stream({ messages: readUiMessages(messages) }), (silent) =>
        uiMessageStreamResponse(silent, { keepAliveMs: 5 }),
      ),
    );
    await chat.sendMessage({ text: "Hello" });
    expect([chat.status, chat.error]).toEqual(["ready", undefined]);
    expect(partsOf(chat)).toMatchObject([{ type: "step-start" }, { type: "text", text: "At last.", state: "done" }]);
  });

  it("posts its history back, so that the next turn knows the calls and results", async () => {
    const { model, simulator } = simulated(...script, "Yes.");
    const chat = chatWith((messages) =>
      uiMessageStreamResponse(
        model.stream({ messages: readUiMessages(messages), tools, reasoning, maxOutputTokens: 4000, maxSteps: 3 }),
      ),
    );
    await chat.sendMessage({ text: "Weather in Rome?" });
    await chat.sendMessage({ text: "Sure?" });
    expect(chat.error).toBeUndefined();
    const sent = simulator.requests.at(-1)?.body as { messages: { role: string; content: unknown }[] };
    expect(sent.messages.map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant", "user"]);
    expect(sent.messages[1]?.content).toMatchObject([
      { type: "text", text: "Let me see." },
      { type: "tool_use", id: "call-1", name: "weather" },
      { type: "tool_use", id: "call-2", name: "broken" },
    ]);
    expect(sent.messages[2]?.content).toMatchObject([
      { type: "tool_result", tool_use_id: "call-1" },
      { type: "tool_result", tool_use_id: "call-2", is_error: true },
    ]);
  });

  it("answers calls of its own tools", async () => {
    const ask = { id: "call-9", name: "confirm", input: { question: "Sure?" } };
    const { model } = simulated({ toolCalls: [ask] }, "Then I go on.");
    const chat = chatWith((messages) =>
      uiMessageStreamResponse(model.stream({ messages: readUiMessages(messages), tools: { confirm } })),
    );
    await chat.sendMessage({ text: "Go." });
    expect(partsOf(chat).at(-1)).toMatchObject({
      type: "tool-confirm",
      state: "input-available",
      toolCallId: "call-9",
    });
    await chat.addToolOutput({ tool: "confirm", toolCallId: "call-9", output: "yes" });
    await chat.sendMessage({ text: "Well?" });
    expect(partsOf(chat).at(-1)).toMatchObject({ type: "text", text: "Then I go on." });
  });

  it("learns of a failure, and of no more than its code unless told to", async () => {
    for (const [options, text] of [
      [{}, "The answer failed: overloaded"],
      [{ errorText: () => "Please try later." }, "Please try later."],
    ] as const satisfies readonly [UiMessageStreamOptions, string][]) {
      const { model, simulator } = simulated();
      simulator.fail("overloaded");
      const chat = chatWith((messages) =>
        uiMessageStreamResponse(model.stream({ messages: readUiMessages(messages) }), options),
      );
      await chat.sendMessage({ text: "Hello" });
      expect([chat.status, chat.error?.message]).toEqual(["error", text]);
    }
  });

  it("stops the call when its user stops it", async () => {
    const { model } = simulated("one two three four five six seven eight");
    let stream: StreamedChat | undefined;
    let left: Promise<void> | undefined;
    const chat = chatWith((messages, signal) => {
      const own = model.stream({ messages: readUiMessages(messages) });
      stream = own;
      const response = uiMessageStreamResponse(own);
      // As fetch does with the body of a request that is aborted.
      const { readable, writable } = new TransformStream();
      left = response.body?.pipeTo(writable, { signal }).catch(() => undefined);
      void chat.stop();
      return new Response(readable, { headers: response.headers });
    });
    await chat.sendMessage({ text: "Count." });
    await left;
    await expect((stream as ReturnType<typeof model.stream>).reply).rejects.toMatchObject({ code: "aborted" });
  });
});

describe("readUiMessages", () => {
  const picture = { type: "file", mediaType: "image/png", url: "data:image/png;base64,AAAA" };
  const asked = (...parts: readonly object[]) => [{ role: "user", parts }];

  it("takes the media asked for, and addresses that are allowed", () => {
    expect(readUiMessages(asked({ type: "text", text: "Look" }, picture), { media: ["image"] })).toEqual([
      user("Look", { type: "image", image: picture.url, mediaType: "image/png" }),
    ]);
    const hosted = { ...picture, url: "https://files.example/a.png" };
    const allowUrl = (url: URL) => url.hostname === "files.example";
    expect(readUiMessages(asked(hosted), { media: ["image"], allowUrl })).toHaveLength(1);
  });

  it.each([
    ["no list", {}, "expected a list at messages"],
    ["a system message", [{ role: "system", parts: [] }], 'expected "user" or "assistant" at messages[0].role'],
    ["a text that is none", asked({ type: "text", text: 5 }), "expected a text at messages[0].parts[0].text, found 5"],
    ["a file nobody asked for", asked(picture), "files of type image/png are not taken here"],
    ["a part that is none", [{ role: "user", parts: [null] }], "expected an object at messages[0].parts[0]"],
  ])("refuses %s", (_name, messages, message) => {
    expect(() => readUiMessages(messages)).toThrow(message);
  });

  it("refuses addresses that were not allowed", () => {
    const inside = { ...picture, url: "http://169.254.169.254/latest/meta-data" };
    expect(() => readUiMessages(asked(inside), { media: ["image"] })).toThrow("data: URLs only");
  });
});
