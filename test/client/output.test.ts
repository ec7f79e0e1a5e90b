/** Structured output: the way it takes per model, and what is made of the answer. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { answers, calls, chatModel, plainModel, serve } from "./support.js";

const weather = {
  description: "Weather of a city",
  input: z.object({ city: z.string() }),
  execute: ({ city }: { city: string }) => ({ city, degrees: 20 }),
};

describe("structured output", () => {
  const schema = z.object({ city: z.string(), degrees: z.number() });
  const value = { city: "Oslo", degrees: 20 };
  const text = JSON.stringify(value);

  it("goes by the provider's schema where there is one", async () => {
    const server = await serve(answers({ content: text }));
    const reply = await chatModel(server.url).chat({ messages: "?", output: { schema, name: "weather" } });
    expect(server.bodies()[0]).toMatchObject({
      response_format: {
        type: "json_schema",
        json_schema: { name: "weather", schema: { required: ["city", "degrees"] } },
      },
    });
    expect(reply).toMatchObject({ output: value, outputPath: "schema" });
  });

  it("closes the schema and asks for strictness where the provider enforces only that", async () => {
    const server = await serve(answers({ content: text }));
    const model = chatModel(server.url, { features: { structuredOutput: "strict" } });
    await model.chat({ messages: "?", output: schema });
    await model.chat({ messages: "?", output: schema.partial() }).catch(() => undefined);
    expect(server.bodies()[0]).toMatchObject({
      response_format: { json_schema: { strict: true, schema: { additionalProperties: false } } },
    });
    expect(JSON.stringify(server.bodies()[1])).not.toContain('"strict":true');
  });

  it("goes by one forced tool where there is no schema, and the arguments are the text", async () => {
    const server = await serve(calls({ name: "answer", input: value }));
    const features = { ...plainModel.features, structuredOutput: "json" } as const;
    const reply = await chatModel(server.url, { ...plainModel, features }).chat({ messages: "?", output: schema });
    expect(server.bodies()[0]).toMatchObject({
      tools: [{ function: { name: "answer" } }],
      tool_choice: { function: { name: "answer" } },
    });
    expect(reply).toMatchObject({ output: value, outputPath: "tool", text, toolCalls: [], finishReason: "stop" });
    expect(reply.message.content).toEqual([{ type: "text", text }]);
  });

  it("goes by JSON mode where there is no tool, fenced or not", async () => {
    const server = await serve(answers({ content: `\`\`\`json\n${text}\n\`\`\`` }));
    const model = chatModel(server.url, { features: { tools: false, structuredOutput: "json" } });
    const reply = await model.chat({ messages: "?", output: schema });
    expect(server.bodies()[0]).toMatchObject({ response_format: { type: "json_object" } });
    expect(JSON.stringify(server.bodies()[0]?.messages)).toContain("degrees");
    expect(reply).toMatchObject({ output: value, outputPath: "json" });
  });

  it("goes by JSON mode while the model reasons and cannot be forced to call a tool", async () => {
    const server = await serve(answers({ content: text }));
    const model = chatModel(server.url, {
      ...plainModel,
      features: { ...plainModel.features, structuredOutput: "json" },
      reasoning: { mode: "optional", default: "on", toggle: true },
      rules: [{ when: { reasoning: "on" }, features: { toolChoice: ["auto", "none"] } }],
    });
    expect(await model.chat({ messages: "?", output: schema })).toMatchObject({ output: value, outputPath: "json" });
  });

  it("goes by a tool beside tools where the schema does not go with them", async () => {
    const server = await serve(
      calls({ name: "weather", input: { city: "Oslo" } }),
      calls({ name: "answer", input: value }),
    );
    const features = { ...plainModel.features, structuredOutputWithTools: false };
    const model = chatModel(server.url, { ...plainModel, features });
    const reply = await model.chat({ messages: "?", output: schema, tools: { weather }, maxSteps: 3 });
    expect(reply).toMatchObject({ output: value, outputPath: "tool" });
    expect(reply.steps).toHaveLength(2);
  });

  it.each([
    ["no JSON", { content: "It is 20" }, "stop", "the output is no JSON"],
    ["another shape", { content: '{"city":1}' }, "stop", "does not fit its schema"],
    ["a cut answer", { content: '{"city":' }, "length", 'the answer ended with "length"'],
  ])("fails as invalid-output with the raw text for %s", async (_name, message, finish, words) => {
    const server = await serve(answers(message, finish));
    await expect(chatModel(server.url).chat({ messages: "?", output: schema })).rejects.toMatchObject({
      code: "invalid-output",
      message: expect.stringContaining(words),
      text: message.content,
      partial: { usage: { inputTokens: 10 } },
    });
  });
});
