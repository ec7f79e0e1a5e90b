/** Hostile and broken requests: every one is answered, in the provider's own words. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chat, gemini, messages, post, simulate, weatherSchema } from "./post.js";

const simulator = simulate();

const valid: readonly (readonly [string, object])[] = [
  [
    chat,
    {
      model: "gpt-plain",
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "Hi" },
            { type: "image_url", image_url: { url: "https://x.test/a.png" } },
          ],
        },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: "{}" } }],
        },
        { role: "tool", tool_call_id: "a", content: "ok" },
      ],
      tools: [{ type: "function", function: { name: "f", parameters: weatherSchema } }],
      tool_choice: { type: "function", function: { name: "f" } },
      response_format: { type: "json_schema", json_schema: { name: "o", schema: weatherSchema } },
      temperature: 1,
      stop: ["a"],
    },
  ],
  [
    messages,
    {
      model: "claude-budget",
      max_tokens: 2000,
      system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "Hi" },
            { type: "document", source: { type: "base64", media_type: "application/pdf", data: "AAAA" } },
          ],
        },
        { role: "assistant", content: [{ type: "tool_use", id: "a", name: "f", input: {} }] },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "a", content: [{ type: "text", text: "ok" }] }] },
      ],
      tools: [{ name: "f", input_schema: weatherSchema }],
      tool_choice: { type: "auto" },
      metadata: { user_id: "u" },
    },
  ],
  [
    gemini("gemini-budget"),
    {
      systemInstruction: { parts: [{ text: "Be brief." }] },
      contents: [
        { role: "user", parts: [{ text: "Hi" }, { inlineData: { mimeType: "image/png", data: "AAAA" } }] },
        { role: "model", parts: [{ functionCall: { name: "f", args: {} } }] },
        { role: "user", parts: [{ functionResponse: { name: "f", response: { result: "ok" } } }] },
      ],
      tools: [
        {
          functionDeclarations: [{ name: "f", parameters: { type: "OBJECT", properties: { a: { type: "STRING" } } } }],
        },
      ],
      toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["f"] } },
      generationConfig: { temperature: 1, thinkingConfig: { thinkingBudget: -1 } },
    },
  ],
  ["openai /embeddings", { model: "embed-small", input: ["a"], dimensions: 3 }],
  [gemini("gemini-embedding", "batchEmbedContents"), { requests: [{ content: { parts: [{ text: "a" }] } }] }],
];

const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constant(JSON.parse('{"__proto__": {"role": "user"}, "constructor": 1}')),
);

/** The value with one member, somewhere, replaced or removed. */
function mutated(value: unknown, path: readonly number[], replacement: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== "object" || value === null) return replacement;
  const keys = Object.keys(value);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return replacement;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as { [key: string]: unknown };
  copy[key] = mutated(copy[key], rest, replacement);
  return copy;
}

describe.each(valid)("%s", (place, body) => {
  it("takes the request as it is", async () => {
    const answer = await post(simulator, place, body);
    expect(answer.status, answer.text).toBe(200);
  });

  it("answers any change of it, with success or an error body", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20), { maxLength: 7 }), junk, async (path, replacement) => {
        const { status, json } = await post(simulator, place, mutated(body, path, replacement) ?? null);
        expect([200, 400, 404]).toContain(status);
        if (status !== 200) expect(json.error.message).toEqual(expect.any(String));
      }),
      { numRuns: 400 },
    );
  });
});

it("answers a body that is no JSON", async () => {
  const response = await simulator.fetch(`${simulator.baseURL("openai")}/chat/completions`, {
    method: "POST",
    body: "{",
  });
  expect(response.status).toBe(400);
});

it("leaves the prototype of all objects alone", () => {
  expect(({} as { readonly role?: unknown }).role).toBeUndefined();
});
