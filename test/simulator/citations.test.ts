/** Citations of Claude and of Bedrock without a key: whole and streamed, and back in the next turn. */
import { afterAll, beforeEach, expect, it } from "vitest";
import { amazonBedrock } from "../../generated/amazon-bedrock.js";
import { anthropic } from "../../generated/anthropic.js";
import { user } from "../../src/index.js";
import { createSimulator } from "../../src/testing.js";

const simulator = createSimulator({ providers: [anthropic.facts, amazonBedrock.facts] });
await simulator.listen();
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());
const reaching = (id: string) => ({ baseURL: simulator.baseURL(id), apiKey: "key", env: {}, retry: false }) as const;
const claude = anthropic.create(reaching("anthropic"))("claude-sonnet-4-6");
const bedrock = amazonBedrock.create(reaching("amazon-bedrock"))("us.amazon.nova-2-lite-v1:0");

const sources = [
  { url: "https://example.com/a", title: "A", text: "The sky is blue." },
  { title: "Notes", text: "Grass is green." },
];
const answer = { text: "Blue and green.", sources };
const messages = [user("What colours are there?")];

it.each([
  ["claude", claude],
  ["bedrock", bedrock],
] as const)("%s cites, and takes its citations back", async (_name, model) => {
  simulator.reply(answer);
  const whole = await model.chat({ messages });
  simulator.reply(answer);
  const events = [];
  const stream = model.stream({ messages });
  for await (const event of stream) if (event.type === "source") events.push(event.source);
  const reply = await stream.reply;
  expect(whole.sources).toEqual(sources.map((source) => expect.objectContaining(source)));
  expect(events).toEqual(whole.sources);
  expect(reply.sources).toEqual(whole.sources);
  expect(reply.message).toEqual(whole.message);
  await model.chat({ messages: [...messages, reply.message, user("More?")] });
  const sent = JSON.stringify(simulator.requests.at(-1)?.body);
  for (const { text } of sources) expect(sent).toContain(text);
});

it("cites what a built-in search found", async () => {
  const reply = await claude.chat({ messages, builtinTools: ["web_search"] });
  expect(reply.sources).toEqual([expect.objectContaining({ url: "https://simulator.invalid/source" })]);
  const grounded = await bedrock.chat({ messages, builtinTools: ["nova_grounding"] });
  expect(grounded.sources).toEqual([expect.objectContaining({ url: "https://simulator.invalid/source" })]);
});
