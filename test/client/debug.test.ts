/** The switch that prints: only the providers it names, and nothing that must stay secret. */
import { afterEach, expect, test, vi } from "vitest";
import { openai } from "../../generated/openai.js";
import { user } from "../../src/index.js";
import { createSimulator } from "../../src/testing.js";

const printed = vi.spyOn(console, "error").mockImplementation(() => {});
afterEach(() => printed.mockClear());

const key = "sk-simulated-0123456789";

function model(debug: string) {
  const simulator = createSimulator({ providers: [openai.facts] });
  const connection = {
    apiKey: key,
    fetch: simulator.fetch,
    baseURL: simulator.baseURL("openai"),
    retry: false as const,
  };
  const client = openai.create({ ...connection, env: { MODELWRIGHT_DEBUG: debug } });
  return { simulator, model: client("gpt-4.1"), embedder: client("text-embedding-3-small"), voice: client("tts-1") };
}

const lines = (): string[] => printed.mock.calls.map(([line]) => String(line));

test("prints requests, events and failures of the provider that is named", async () => {
  const { simulator, model: debugged } = model("qwen, openai");
  simulator.reply("Hello");
  for await (const _event of debugged.stream({ messages: [user("Hi")] }));
  simulator.fail("overloaded");
  await expect(debugged.chat({ messages: [user("x".repeat(3000))] })).rejects.toThrow();
  const kinds = lines().map((line) => line.split(" ")[2]);
  expect(new Set(kinds)).toEqual(new Set(["request", "event", "error"]));
  expect(lines()[0]).toMatch(
    /^modelwright openai\/gpt-4\.1 request \{.*"messages":\[\{"role":"user","content":"Hi"\}\]/,
  );
  expect(lines().join("\n")).toContain("xxx... 3000 characters");
  expect(lines().join("\n")).not.toContain(key);
});

test("prints nothing of others", async () => {
  await model("anthropic").model.chat({ messages: [user("Hi")] });
  await model("").model.chat({ messages: [user("Hi")] });
  expect(lines()).toEqual([]);
});

test("prints requests and replies of other kinds, without what fills the screen", async () => {
  const { embedder, voice } = model("*");
  await embedder.embed({ input: "Hi" });
  await voice.speech({ input: "Hi", voice: "alloy" });
  const kinds = lines().map((line) => line.split(" ").slice(1, 3).join(" "));
  const models = ["openai/text-embedding-3-small", "openai/tts-1"];
  expect(kinds).toEqual(models.flatMap((name) => [`${name} request`, `${name} reply`]));
  expect(lines()[1]).toContain('"embeddings":["1536 numbers"]');
  expect(lines().at(-1)).toMatch(/"\d+ bytes"/);
  expect(lines().join("\n")).not.toContain(key);
});
