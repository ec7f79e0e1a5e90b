/** Embeddings and the model list over the Gemini API. */
import { describe, expect, it } from "vitest";
import type { ModelFacts } from "../../../src/catalog/facts.js";
import { googleGenerativeAiRoom as room } from "../../../src/protocols/google-generative-ai/room.js";
import type { EmbeddingCall } from "../../../src/protocols/protocol.js";
import { provider } from "./support.js";

const model: ModelFacts = {
  kind: "embedding",
  input: ["text"],
  output: ["embedding"],
  features: {},
  params: { dimensions: true },
  limits: {},
};
const callOf = (input: readonly string[], params: EmbeddingCall["params"] = {}): EmbeddingCall => ({
  provider,
  modelId: "gemini-embedding-test",
  model,
  input,
  params,
});
const { embeddings, models } = room;

describe("embeddings", () => {
  it("of one text", () => {
    expect(embeddings?.encode(callOf(["a"], { dimensions: 768, taskType: "RETRIEVAL_QUERY" }))).toEqual({
      method: "POST",
      path: "/models/gemini-embedding-test:embedContent",
      headers: {},
      body: { content: { parts: [{ text: "a" }] }, outputDimensionality: 768, taskType: "RETRIEVAL_QUERY" },
    });
  });

  it("of several texts, each naming the model and the options", () => {
    expect(embeddings?.encode(callOf(["a", "b"], { dimensions: 8 }))).toMatchObject({
      path: "/models/gemini-embedding-test:batchEmbedContents",
      body: {
        requests: ["a", "b"].map((text) => ({
          model: "models/gemini-embedding-test",
          content: { parts: [{ text }] },
          outputDimensionality: 8,
        })),
      },
    });
  });

  it("come back in order, with usage where it is stated", () => {
    expect(embeddings?.decode({ embedding: { values: [1, 2] } }, callOf(["a"]))).toMatchObject({
      embeddings: [[1, 2]],
      usage: { state: "absent" },
    });
    const batch = { embeddings: [{ values: [1] }, { values: [2] }], usageMetadata: { promptTokenCount: 9 } };
    expect(embeddings?.decode(batch, callOf(["a", "b"]))).toMatchObject({
      embeddings: [[1], [2]],
      usage: { state: "known", inputTokens: 9 },
    });
  });

  it.each([
    ["too few", { embeddings: [{ values: [1] }] }],
    ["no numbers", { embeddings: [{ values: [1] }, { values: ["x"] }] }],
    ["nothing", {}],
    ["no object", "text"],
  ])("are refused when there are %s", (_, body) => {
    expect(() => embeddings?.decode(body, callOf(["a", "b"]))).toThrow(
      expect.objectContaining({ code: "invalid-response" }),
    );
  });

  it("are an error when the answer is one", () => {
    const body = { error: { code: 404, message: "no such model", status: "NOT_FOUND" } };
    expect(() => embeddings?.decode(body, callOf(["a"]))).toThrow(expect.objectContaining({ code: "not-found" }));
  });
});

describe("the model list", () => {
  it("is asked for page by page", () => {
    expect(models?.encode(provider, undefined)).toEqual({
      method: "GET",
      path: "/models?pageSize=1000",
      headers: {},
      body: undefined,
    });
    expect(models?.encode(provider, "a+b&c=").path).toBe("/models?pageSize=1000&pageToken=a%2Bb%26c%3D");
  });

  it("gives ids, names and limits, from an object or a bare array", () => {
    const flash = {
      name: "models/gemini-test",
      displayName: "Gemini Test",
      inputTokenLimit: 1000,
      outputTokenLimit: 0,
    };
    const listed = { id: "gemini-test", name: "Gemini Test", contextTokens: 1000, outputTokens: undefined, raw: flash };
    expect(models?.decode({ models: [flash, {}], nextPageToken: "p2" })).toEqual({ models: [listed], next: "p2" });
    expect(models?.decode([flash])).toEqual({ models: [listed] });
    expect(models?.decode({})).toEqual({ models: [] });
  });
});
