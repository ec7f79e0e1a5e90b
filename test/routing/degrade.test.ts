/** Members that answer without what they lack: what is sent, what is said, what stays. */
import { beforeEach, describe, expect, it } from "vitest";
import type { ChatHandle } from "../../src/client/handle.js";
import type { ChatOptions } from "../../src/client/options.js";
import { degrade, failover, image, user } from "../../src/index.js";
import { createSimulator } from "../../src/testing.js";
import { type AnyGroup, handlesOf, wireProviders } from "./wires.js";

/** The second one takes text only, no tools, no temperature. */
const providers = wireProviders((id) =>
  id === "anthropic-messages"
    ? { input: ["text"], features: { tools: false }, params: { temperature: false }, reasoning: { mode: "none" } }
    : { params: { temperature: { min: 0, max: 2 } } },
);
const simulator = createSimulator({
  providers,
  script: ({ provider, body }) =>
    provider === "p-ollama" && !JSON.stringify(body).includes("degrees")
      ? { toolCalls: [{ name: "weather", input: { city: "Rome" } }] }
      : "It is warm.",
});
const handles = handlesOf(simulator, providers);
beforeEach(() => simulator.reset());

type Typed = Parameters<typeof degrade>[0];
const plain = handles["anthropic-messages"];
const degraded = (...names: readonly string[]): AnyGroup & { readonly without: readonly string[] } =>
  degrade(plain as unknown as Typed, ...(names as "tools"[])) as never;

const request: ChatOptions = {
  messages: [user("Weather here?", image("data:image/png;base64,iVBORw0KGgo="))],
  temperature: 0.5,
  maxOutputTokens: 100,
  maxSteps: 3,
  tools: {
    weather: { input: { type: "object", properties: { city: { type: "string" } } }, execute: () => "20 degrees" },
  },
};

describe("a degraded member", () => {
  it("answers without what it lacks, and lists it", async () => {
    const reply = await degraded("tools", "image", "temperature").chat(request);
    expect(reply.text).toBe("It is warm.");
    expect(reply.adjustments.map(({ path, action }) => `${action} ${path}`)).toEqual([
      "dropped tools",
      "dropped maxSteps",
      "dropped temperature",
      "replaced messages[0].content[1]",
    ]);
    expect(new Set(reply.adjustments.map(({ reason }) => reason))).toEqual(
      new Set(["p-anthropic-messages/m-anthropic-messages answers without tools, image, temperature"]),
    );
    const { body } = simulator.requests[0] as { readonly body: unknown };
    expect(JSON.stringify(body)).not.toMatch(/tools|temperature|iVBOR/);
    expect(JSON.stringify(body)).toContain("[image left out]");
  });

  it("is refused like any other where it was not told to do without", async () => {
    await expect(degraded("image", "temperature").chat(request)).rejects.toMatchObject({
      name: "CapabilityError",
      message: expect.stringContaining("m-anthropic-messages does not support tool calling"),
    });
    expect(simulator.requests).toEqual([]);
  });

  it("takes over a tool loop with calls and results as text", async () => {
    simulator.fault("status-503", { provider: "p-ollama", after: 1 });
    const group = failover([handles.ollama, degraded("tools", "image", "temperature")]) as unknown as AnyGroup;
    const reply = await group.chat(request);
    expect(reply).toMatchObject({ provider: "p-anthropic-messages", text: "It is warm." });
    const { body } = simulator.requests.at(-1) as { readonly body: unknown };
    expect(JSON.stringify(body)).toContain("Called weather with");
    expect(JSON.stringify(body)).toContain("Result of weather: 20 degrees");
    expect(reply.adjustments.map(({ action }) => action)).toContain("rewritten");
  });

  it("leaves other members as they are", async () => {
    const group = failover([handles.ollama, degraded("tools", "image", "temperature")]) as unknown as AnyGroup;
    const reply = await group.chat(request);
    expect(reply).toMatchObject({ provider: "p-ollama", adjustments: [] });
  });

  it("streams, and says the same", async () => {
    const stream = degraded("tools", "image", "temperature").stream(request);
    let text = "";
    for await (const piece of stream.text) text += piece;
    expect(text).toBe("It is warm.");
    expect((await stream.reply).adjustments).toHaveLength(4);
  });

  it("is made of known names only", () => {
    expect(() => degraded("tool")).toThrow('"tool" cannot be left out; did you mean "tools"?');
    expect(() => degrade({ kind: "chat" } as unknown as ChatHandle as unknown as Typed, "tools")).toThrow(
      "no chat model",
    );
  });
});
