/** Every provider of the catalog, through its generated client and the simulator over real HTTP: chat, stream, tools, output, embeddings. */
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { type ProviderId, providers } from "../../generated/index.js";
import { accepted, assumeOf, structuredOutputPath, tools } from "../../src/catalog/capabilities.js";
import type { ModelFacts, ProviderFacts } from "../../src/catalog/facts.js";
import type { AnyProvider } from "../../src/client/define-provider.js";
import type { ChatHandle, EmbeddingHandle } from "../../src/client/handle.js";
import { createSimulator, type Simulator } from "../../src/testing.js";

// Each provider is typed by its own model map; here they are all treated alike.
type Loaded = { readonly [id in ProviderId]: AnyProvider };

const ids = Object.keys(providers) as ProviderId[];
const loaded = Object.fromEntries(
  await Promise.all(ids.map(async (id) => [id, (await providers[id]()) as unknown as AnyProvider])),
) as Loaded;
const simulator: Simulator = createSimulator({ providers: ids.map((id) => loaded[id].facts) });
await simulator.listen();

// An answer that a failed test left in the queue is not the next one's.
afterEach(() => simulator.reset());
afterAll(() => simulator.close());

const schema = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
} as const;

/** What lies between a request and its reply: nothing of the environment, only the simulator. */
function clientOf(provider: AnyProvider): AnyProvider {
  const { id, auth } = provider.facts;
  const signs = auth.every(({ type }) => type === "aws-sigv4");
  const secret = signs ? { credentials: { accessKeyId: "id", secretAccessKey: "secret" } } : { apiKey: "key" };
  return provider.create({
    ...secret,
    baseURL: simulator.baseURL(id),
    vars: { region: "us-east-1" },
    env: {},
    retry: false,
  });
}

type Model = readonly [id: string, model: ModelFacts];

function inService({ models }: ProviderFacts, fits: (model: ModelFacts) => boolean): Model | undefined {
  return Object.entries(models).find(([, model]) => model.status !== "retired" && fits(model));
}

const chat = (client: AnyProvider, id: string) => client.model(id) as ChatHandle;

function chatModel(facts: ProviderFacts): string {
  const id = facts.defaultModel ?? inService(facts, ({ kind }) => kind === "chat")?.[0];
  return id ?? "a-model-of-its-own";
}

const servesChat = (facts: ProviderFacts) =>
  facts.unknownModels === "permissive" || inService(facts, ({ kind }) => kind === "chat") !== undefined;

const givesOutput = (facts: ProviderFacts) => (model: ModelFacts) =>
  model.kind === "chat" && structuredOutputPath(model, assumeOf(facts, model)) !== undefined;

describe.each(ids)("%s", (id) => {
  const provider = loaded[id];
  const { facts } = provider;
  const client = clientOf(provider);

  test("gives a handle of its kind for each model", () => {
    const models = Object.entries(facts.models);
    expect(models.filter(([model, { kind }]) => client.model(model).kind !== kind)).toEqual([]);
  });

  if (servesChat(facts))
    test("answers a chat, streamed and whole", async () => {
      const model = chat(client, chatModel(facts));
      const text = model.facts.features.streaming === "required" ? undefined : await model.chat({ messages: "Hello?" });
      if (text !== undefined) expect([text.text !== "", text.finishReason]).toEqual([true, "stop"]);
      const stream = model.stream({ messages: "Hello?" });
      let streamed = "";
      for await (const piece of stream.text) streamed += piece;
      const reply = await stream.reply;
      expect([streamed !== "", reply.text, reply.adjustments.filter(({ path }) => path !== "maxOutputTokens")]).toEqual(
        [true, streamed, []],
      );
    });

  const toolModel = inService(
    facts,
    (model) => model.kind === "chat" && accepted(tools(model), assumeOf(facts, model)),
  );
  if (toolModel !== undefined)
    test("calls a tool", async () => {
      const weather = { description: "Weather of a city", input: schema };
      simulator.reply({ toolCalls: [{ name: "weather", input: { city: "Rome" } }] });
      const reply = await chat(client, toolModel?.[0] ?? "").stream({ messages: "Weather?", tools: { weather } }).reply;
      expect(reply.toolCalls.map(({ name, input }) => [name, input])).toEqual([["weather", { city: "Rome" }]]);
    });

  const outputs = inService(facts, givesOutput(facts));
  if (outputs !== undefined)
    test("gives structured output", async () => {
      const [model = "", { rules = [] } = {}] = outputs ?? [];
      const onlyWithout = rules.some(
        ({ when, features }) => when.reasoning === "on" && features?.structuredOutput === false,
      );
      const reasoning = onlyWithout ? { enabled: false } : undefined;
      const reply = await chat(client, model).stream({ messages: "Name a city.", output: schema, reasoning }).reply;
      expect(reply.output).toEqual({ city: expect.any(String) });
    });

  const embedder = inService(facts, ({ kind }) => kind === "embedding");
  if (embedder !== undefined)
    test("embeds texts in order", async () => {
      const { embeddings } = await (client.model(embedder?.[0] ?? "") as EmbeddingHandle).embed({
        input: ["one", "two"],
        options: requiredOptions(embedder?.[1]),
      });
      expect(embeddings.map((vector) => vector.length > 0)).toEqual([true, true]);
    });
});

/** The options that a model cannot do without, at their first values. */
function requiredOptions(model: ModelFacts | undefined): { readonly [name: string]: unknown } {
  const bounds = Object.entries(model?.params ?? {});
  return Object.fromEntries(
    bounds.flatMap(([name, bound]) => (typeof bound === "object" && bound.required ? [[name, bound.enum?.[0]]] : [])),
  );
}
