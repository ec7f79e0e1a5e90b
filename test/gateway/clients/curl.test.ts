/** curl, as people paste it into a shell. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeEach, expect, it } from "vitest";
import { serve } from "../../../src/server/serve.js";
import { dataOf, startUpstream } from "../support.js";

const run = promisify(execFile);
const { simulator, gateway, exchanges } = await startUpstream();
const server = await serve(gateway);

beforeEach(() => simulator.reset());
afterAll(async () => {
  await server.close();
  await simulator.close();
});

async function curl(path: string, body?: unknown, ...more: readonly string[]): Promise<string> {
  const data = body === undefined ? [] : ["-H", "Content-Type: application/json", "-d", JSON.stringify(body)];
  const args = ["-sS", ...more, `${server.url}/v1${path}`, "-H", `Authorization: Bearer ${server.token}`, ...data];
  return (await run("curl", args)).stdout;
}

const messages = [{ role: "user", content: "hi" }];
const model = "google/gemini-2.5-flash";

it("chats, streams, embeds, lists, and shows errors", async () => {
  simulator.reply("whole");
  const answer = JSON.parse(await curl("/chat/completions", { model, messages }));
  expect(answer.choices[0].message.content).toBe("whole");
  simulator.reply("piece by piece");
  const stream = await curl("/chat/completions", { model, messages, stream: true }, "-N");
  expect(
    dataOf(stream)
      .map((chunk) => chunk.choices[0]?.delta.content ?? "")
      .join(""),
  ).toBe("piece by piece");
  expect(stream.trimEnd().endsWith("data: [DONE]")).toBe(true);
  const embedded = JSON.parse(await curl("/embeddings", { model: "openai/text-embedding-3-small", input: "hi" }));
  expect(embedded.data[0].embedding).toHaveLength(1536);
  expect(JSON.parse(await curl("/models")).data.length).toBeGreaterThan(50);
  const refused = await curl("/chat/completions", { model: "openai/o3", messages, temperature: 0.2 }, "-i");
  expect(refused).toMatch(/^HTTP\/1\.1 400 [\s\S]*o3 does not accept temperature/);
  expect(JSON.parse(await curl("/chat/completions", { model: "nope", messages })).error.code).toBe("model_not_found");
});

it("hangs up, and the provider is hung up on", async () => {
  simulator.fault("stall-mid-stream");
  simulator.reply("one two three four five six seven eight nine ten");
  const args = ["-N", "--max-time", "0.2"];
  await expect(curl("/chat/completions", { model, messages, stream: true }, ...args)).rejects.toThrow();
  await expect.poll(() => exchanges.at(-1)?.error?.code).toBe("aborted");
});
