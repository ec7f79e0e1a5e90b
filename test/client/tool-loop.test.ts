/** The tool loop: approval before execution, stop conditions, what each step is told and given. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { user } from "../../src/chat/build.js";
import { truncateMessages } from "../../src/chat/truncate.js";
import type { ChatHandle } from "../../src/client/handle.js";
import type { Step } from "../../src/model/reply.js";
import { unverified } from "../../src/model/unverified.js";
import { failover } from "../../src/routing/group.js";
import { answers, calls, chatModel, fails, plainModel, serve } from "./support.js";

const ran: string[] = [];
const tools = {
  read: { input: z.object({ file: z.string() }), execute: ({ file }: { file: string }) => ran.push(`read ${file}`) },
  remove: {
    input: z.object({ file: z.string() }),
    needsApproval: ({ file }: { file: string }) => !file.startsWith("/tmp/"),
    execute: ({ file }: { file: string }) => ran.push(`remove ${file}`),
  },
};
const call = (name: string, file: unknown) => ({ name, input: { file } });
const fresh = () => void ran.splice(0);
const done = answers({ content: "done" });

describe("approval", () => {
  it("is asked for the calls that need it, one at a time, before any call of the step runs", async () => {
    fresh();
    const server = await serve(
      calls(call("read", "a"), call("remove", "/tmp/x"), call("remove", "b"), call("remove", "c"), call("remove", 5)),
      done,
    );
    const asked: unknown[] = [];
    const reply = await chatModel(server.url).chat({
      messages: "?",
      tools,
      maxSteps: 2,
      approve: async ({ name, input }: { name: string; input: { file: string } }) => {
        asked.push([name, input.file, ran.length]);
        await new Promise((resolve) => setTimeout(resolve, 2));
        asked.push("answered");
        return input.file === "b" || { denied: "c is needed" };
      },
    });
    expect(asked).toEqual([["remove", "b", 0], "answered", ["remove", "c", 0], "answered"]);
    expect(ran).toEqual(["read a", "remove /tmp/x", "remove b"]);
    expect(reply.steps[0]?.toolResults.map(({ output, isError }) => isError && output)).toEqual([
      false,
      false,
      false,
      "not allowed: c is needed",
      expect.stringContaining("invalid arguments: file"),
    ]);
    expect(reply.text).toBe("done");
  });

  it("that nobody can give leaves all calls of the step to the caller, who goes on with the results", async () => {
    fresh();
    const server = await serve(calls(call("read", "a"), call("remove", "b")), done);
    const model = chatModel(server.url);
    const first = await model.chat({ messages: "?", tools, maxSteps: 3 });
    expect(first.toolCalls.map(({ name }) => name)).toEqual(["read", "remove"]);
    expect([ran, server.received.length]).toEqual([[], 1]);
  });

  it("that is false denies, and what it throws fails the call before anything runs", async () => {
    fresh();
    const server = await serve(calls(call("remove", "b")), done);
    const model = chatModel(server.url);
    const reply = await model.chat({ messages: "?", tools, maxSteps: 2, approve: () => false });
    expect(reply.steps[0]?.toolResults[0]).toMatchObject({ isError: true, output: "the user did not allow this call" });
    const again = await serve(calls(call("remove", "b")), done);
    const approve = () => {
      throw new Error("no terminal");
    };
    await expect(chatModel(again.url).chat({ messages: "?", tools, maxSteps: 2, approve })).rejects.toThrow(
      "no terminal",
    );
    expect(ran).toEqual([]);
  });

  it("that nobody answers ends with the call's signal, and nothing runs", async () => {
    fresh();
    const server = await serve(calls(call("remove", "b")), done);
    const controller = new AbortController();
    const approve = () => {
      controller.abort(new Error("gone"));
      return new Promise<boolean>(() => undefined);
    };
    const { signal } = controller;
    await expect(
      chatModel(server.url).chat({ messages: "?", tools, maxSteps: 2, approve, signal }),
    ).rejects.toMatchObject({ code: "aborted" });
    expect(ran).toEqual([]);
  });
});

describe("steps", () => {
  it("end when stopWhen says so, with the results in the history", async () => {
    const server = await serve(calls(call("read", "a")), calls(call("read", "b")), done);
    const reply = await chatModel(server.url).chat({
      messages: "?",
      tools,
      maxSteps: 9,
      stopWhen: (steps) => steps.length === 2,
    });
    expect(server.received).toHaveLength(2);
    expect(reply).toMatchObject({ finishReason: "tool-calls", toolCalls: [], usage: { inputTokens: 20 } });
    expect(reply.messages.map(({ role }) => role)).toEqual(["assistant", "tool", "assistant", "tool"]);
  });

  it("stream their results before a finish that stopWhen brought about", async () => {
    const server = await serve(calls(call("read", "a")), done);
    const types: string[] = [];
    const stream = chatModel(server.url).stream({ messages: "?", tools, maxSteps: 9, stopWhen: () => true });
    for await (const { type } of stream) types.push(type);
    expect(types.slice(-3)).toEqual(["tool-call", "tool-result", "finish"]);
  });

  it("are told to onStep, the last one included, also over a change of the member", async () => {
    const first = await serve(calls(call("read", "a")), fails(503, "down"));
    const second = await serve(done);
    const seen: unknown[] = [];
    const states: unknown[] = [];
    const models = [chatModel(first.url), chatModel(second.url)];
    const group = failover(models as never) as unknown as ChatHandle;
    await group.chat({
      messages: "?",
      tools,
      maxSteps: 4,
      onStep: ({ toolResults }: Step, index) => void seen.push([index, toolResults.length]),
      prepareStep: ({ steps, messages }) => void states.push([steps.length, messages.length]) as undefined,
    });
    expect(seen).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect(states).toEqual([
      [0, 1],
      [1, 3],
      [1, 3],
    ]);
  });

  it("are sent what prepareStep gives, on which later steps build, marks included", async () => {
    const server = await serve(calls(call("read", "a")), calls(call("read", "b")), calls(call("read", "c")), done);
    const picture = unverified({ type: "image", image: "https://a.test/b.png" });
    await chatModel(server.url).chat({
      messages: [user("Before"), { role: "assistant", content: "Yes?" }, user(picture as never, "Look")] as never,
      tools,
      maxSteps: 4,
      prepareStep: ({ steps, messages }) => ({
        messages: truncateMessages(messages, { maxTokens: 3, countTokens: (list) => list.length }).messages,
        ...(steps.length === 3 && { toolChoice: "none" as const }),
      }),
    });
    expect(server.bodies().map(({ messages }) => messages.map(({ role }) => role[0]).join(""))).toEqual([
      "uau",
      "uat",
      "uat",
      "uat",
    ]);
    expect(server.bodies().at(-1)?.tool_choice).toBe("none");
    expect(JSON.stringify(server.bodies().at(-1)?.messages[0])).toContain("b.png");
  });

  it("are checked again when prepareStep changed them", async () => {
    const server = await serve(calls(call("read", "a")), done);
    const model = chatModel(server.url, { ...plainModel, input: ["text"] });
    const prepareStep = ({ steps }: { steps: readonly Step[] }) =>
      steps.length === 0 ? undefined : { messages: [user({ type: "image", image: "https://a.test/b.png" } as const)] };
    await expect(model.chat({ messages: "?", tools, maxSteps: 2, prepareStep })).rejects.toMatchObject({
      code: "unsupported",
    });
    expect(server.received).toHaveLength(1);
  });
});
