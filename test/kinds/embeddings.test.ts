/** Embeddings of many texts: split at the provider's limit, put together in order. */
import { expect, it } from "vitest";
import type { EmbeddingHandle } from "../../src/client/handle.js";
import { bedrock, cohere, google, openai, simulator, vertex } from "./simulated.js";

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

it("asks for what a model requires, by name", async () => {
  const wanted = { code: "unsupported", path: "inputType", message: expect.stringContaining("inputType") };
  // As a caller without types.
  const model = cohere.model("embed-v4.0") as object as EmbeddingHandle;
  await expect(model.embed({ input: "a" })).rejects.toMatchObject(wanted);
  expect(simulator.requests).toEqual([]);
});

it("speaks the makers' own bodies at Amazon, one text at a time where the model takes one", async () => {
  const titan = await bedrock("amazon.titan-embed-text-v2:0").embed({ input: ["one", "two"], dimensions: 256 });
  expect(titan.embeddings.map((vector) => vector.length)).toEqual([256, 256]);
  expect(simulator.requests.map(({ path, body }) => [path, body])).toEqual([
    ["/model/amazon.titan-embed-text-v2%3A0/invoke", { inputText: "one", dimensions: 256 }],
    ["/model/amazon.titan-embed-text-v2%3A0/invoke", { inputText: "two", dimensions: 256 }],
  ]);
  expect(titan.cost.state).toBe("known");
  simulator.reset();
  const options = { inputType: "search_query" } as const;
  const cohere = await bedrock("cohere.embed-v4:0").embed({ input: ["one", "two"], dimensions: 512, options });
  expect(cohere.embeddings.map((vector) => vector.length)).toEqual([512, 512]);
  expect(simulator.requests.map(({ body }) => body)).toEqual([
    { texts: ["one", "two"], output_dimension: 512, input_type: "search_query" },
  ]);
});

it("asks Vertex for predictions", async () => {
  const options = { taskType: "RETRIEVAL_QUERY" } as const;
  const reply = await vertex("text-embedding-005").embed({ input: ["one", "two and three"], options });
  expect(simulator.requests.map(({ path, body }) => [path, body])).toEqual([
    [
      "/models/text-embedding-005:predict",
      {
        instances: [
          { content: "one", task_type: "RETRIEVAL_QUERY" },
          { content: "two and three", task_type: "RETRIEVAL_QUERY" },
        ],
        parameters: {},
      },
    ],
  ]);
  expect(reply.embeddings).toHaveLength(2);
  expect(reply.usage.inputTokens).toBeGreaterThan(1);
});
