/** What is told of a call before it is sent: tokens with their error, and costs. */
import { expect, it } from "vitest";
import { z } from "zod";
import { openai } from "../../generated/openai.js";
import { estimate, failover, user } from "../../src/index.js";

const client = openai.create({ apiKey: "k", env: {} });

it("tells tokens, their error and both costs by hand", () => {
  // 400 characters are 100 tokens, and 4 around the message; half of the text and 40 either way.
  const told = estimate(client("gpt-4.1"), { messages: [user("x".repeat(400))], maxOutputTokens: 1000 });
  expect(told).toMatchObject({ inputTokens: 104, error: 90 });
  expect(told.cost).toMatchObject({ state: "known", amount: (104 * 2) / 1e6 });
  expect(told.mostCost).toMatchObject({ state: "known", amount: (194 * 2 + 1000 * 8) / 1e6 });
});

it("is less sure with tools and pictures, and takes the catalog's longest answer where none is said", () => {
  const text = estimate(client("gpt-4.1"), { messages: "Hi" });
  expect(text.mostCost).toMatchObject({ amount: ((text.inputTokens + text.error) * 2 + 32_768 * 8) / 1e6 });
  const tools = { look: { input: z.object({ city: z.string() }) } };
  const withTools = estimate(client("gpt-4.1"), { messages: "Hi", tools });
  const image = { type: "image", image: "https://example.com/a.png" } as const;
  const withPicture = estimate(client("gpt-4.1"), { messages: [user("Hi", image)] });
  for (const { inputTokens, error } of [withTools, withPicture])
    expect([inputTokens > text.inputTokens, error > text.error]).toEqual([true, true]);
});

it("takes the dearest member of a group", () => {
  const group = failover([client("gpt-4.1-nano"), client("gpt-4.1")]);
  const request = { messages: "Hi", maxOutputTokens: 10 };
  expect(estimate(group, request)).toEqual(estimate(client("gpt-4.1"), request));
  expect(() => estimate({ kind: "chat" }, request)).toThrow("this is no chat model");
});
