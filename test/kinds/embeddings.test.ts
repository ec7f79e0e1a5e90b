/** Embeddings of many texts: split at the provider's limit, put together in order. */
import { expect, it } from "vitest";
import { cohere, google, openai, simulator } from "./simulated.js";

const texts = Array.from({ length: 201 }, (_, i) => `text ${i}`);

it("splits what the provider does not take at once, and keeps the order", async () => {
  const whole = await google("gemini-embedding-001").embed({ input: texts, dimensions: 128 });
  expect(simulator.requests.map(({ body }) => (body as { requests?: unknown[] }).requests?.length)).toEqual([
    100,
    100,
    // One text alone goes by another method.
    undefined,
  ]);
  expect(whole.embeddings).toHaveLength(201);
  const [last] = (await google("gemini-embedding-001").embed({ input: texts[200] as string, dimensions: 128 }))
    .embeddings;
  expect(whole.embeddings[200]).toEqual(last);
});

it("adds up usage and cost over all requests", async () => {
  const options = { inputType: "search_document" } as const;
  const split = await cohere("embed-v4.0").embed({ input: texts, options });
  expect(simulator.requests).toHaveLength(3);
  const single = await cohere("embed-v4.0").embed({ input: texts.slice(0, 96), options });
  expect(split.usage.inputTokens).toBeGreaterThan(2 * single.usage.inputTokens);
  expect(split.cost.state).toBe("known");
});

it("holds dimensions to the catalog", async () => {
  await expect(openai("text-embedding-3-small").embed({ input: "a", dimensions: 1537 as never })).rejects.toThrow(
    "dimensions",
  );
  await expect(openai("text-embedding-ada-002").embed({ input: "a", dimensions: 2 as never })).rejects.toThrow(
    "dimensions",
  );
  expect((await openai("text-embedding-3-small").embed({ input: "a", dimensions: 256 })).embeddings[0]).toHaveLength(
    256,
  );
});
