/** What is sold by the piece beside tokens: read off every wire that states it, priced, unknown without a price, and held by budgets. */
import { describe, expect, it } from "vitest";
import { anthropic } from "../../generated/anthropic.js";
import { google } from "../../generated/google.js";
import { openai } from "../../generated/openai.js";
import { perplexity } from "../../generated/perplexity.js";
import { budget, type Ledger, memoryLedger } from "../../src/budget.js";
import type { Pricing, ProtocolId } from "../../src/catalog/facts.js";
import { addCosts, costOf } from "../../src/chat/cost.js";
import { type Meters, usageOf, withMeters } from "../../src/chat/usage.js";
import { defineProvider } from "../../src/client/define-provider.js";
import { type AnyReply, user } from "../../src/index.js";
import { anthropicMessages } from "../../src/protocols/anthropic-messages/index.js";
import { bedrockConverse } from "../../src/protocols/bedrock-converse/index.js";
import { cohereV2 } from "../../src/protocols/cohere-v2/index.js";
import { googleGenerativeAi } from "../../src/protocols/google-generative-ai/index.js";
import { openaiChat } from "../../src/protocols/openai-chat/index.js";
import { openaiResponses } from "../../src/protocols/openai-responses/index.js";
import { createSimulator } from "../../src/testing.js";

interface Metered {
  readonly of: string;
  readonly protocol: ProtocolId;
  readonly body: object;
  readonly ask?: object;
  readonly meters: Meters;
  readonly units: NonNullable<Pricing["units"]>;
  /** Of the pieces alone; tokens cost one each. */
  readonly pieces: number;
}

const chatBody = (usage: object, message: object = {}) => ({
  id: "x",
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "Hi", ...message }, finish_reason: "stop" }],
  usage: { prompt_tokens: 600_000, completion_tokens: 400_000, ...usage },
});

const response = (items: readonly object[], rest: object = {}) => ({
  id: "x",
  object: "response",
  status: "completed",
  model: "m",
  output: items,
  usage: { input_tokens: 600_000, output_tokens: 400_000, ...(rest as { usage?: object }).usage },
  ...(({ usage: _, ...others }: { usage?: object }) => others)(rest),
});

const message = (usage: object, content: readonly object[] = []) => ({
  id: "x",
  type: "message",
  role: "assistant",
  model: "m",
  content: [...content, { type: "text", text: "Hi" }],
  stop_reason: "end_turn",
  usage: { input_tokens: 600_000, output_tokens: 400_000, ...usage },
});

const candidate = (groundingMetadata: object, parts: readonly object[] = [{ text: "Hi" }]) => ({
  candidates: [{ content: { role: "model", parts }, finishReason: "STOP", index: 0, groundingMetadata }],
  usageMetadata: { promptTokenCount: 600_000, candidatesTokenCount: 400_000, totalTokenCount: 1_000_000 },
});

const citation = { annotations: [{ type: "url_citation", url_citation: { url: "https://a.example", title: "A" } }] };
const search = { meter: "webSearch", per: 1, price: 0.01 };
const codeRun = { type: "server_tool_use", id: "srvtoolu_1", name: "bash_code_execution", input: { command: "ls" } };

const cases: readonly Metered[] = [
  {
    of: "Anthropic's searches; a fetched page costs tokens only",
    protocol: "anthropic-messages",
    body: message({ server_tool_use: { web_search_requests: 2, web_fetch_requests: 3 } }),
    meters: { webSearch: 2 },
    units: [{ ...search, per: 1000, price: 10 }],
    pieces: 0.02,
  },
  {
    of: "Anthropic's code runs",
    protocol: "anthropic-messages",
    body: message({}, [codeRun]),
    meters: { codeExecution: 1 },
    units: [{ meter: "codeExecution", per: 1, price: 0.05 }],
    pieces: 0.05,
  },
  {
    of: "OpenAI's searches, not the pages they open, and its containers, each once",
    protocol: "openai-responses",
    body: response([
      { type: "web_search_call", id: "1", status: "completed", action: { type: "search", query: "a" } },
      {
        type: "web_search_call",
        id: "2",
        status: "completed",
        action: { type: "open_page", url: "https://a.example" },
      },
      { type: "code_interpreter_call", id: "3", status: "completed", container_id: "cntr_1", code: "1" },
      { type: "code_interpreter_call", id: "4", status: "completed", container_id: "cntr_1", code: "2" },
      { type: "file_search_call", id: "5", status: "completed", queries: ["a"] },
    ]),
    meters: { webSearch: 1, codeInterpreterSession: 1, fileSearch: 1 },
    units: [
      search,
      { meter: "codeInterpreterSession", per: 1, price: 0.03 },
      { meter: "fileSearch", per: 1000, price: 2.5 },
    ],
    pieces: 0.01 + 0.03 + 0.0025,
  },
  {
    of: "OpenAI's older search, by its own count and price",
    protocol: "openai-responses",
    ask: { builtinTools: ["web_search_preview"] },
    body: response([{ type: "web_search_call", id: "1", status: "completed" }], {
      tool_usage: { web_search: { num_requests: 3 } },
    }),
    meters: { webSearchPreview: 3 },
    units: [search, { meter: "webSearchPreview", per: 1, price: 0.025 }],
    pieces: 0.075,
  },
  {
    of: "xAI's tools, which it counts together",
    protocol: "openai-responses",
    body: response([{ type: "code_interpreter_call", id: "1", status: "completed", code: "1" }], {
      usage: { num_server_side_tools_used: 3 },
    }),
    meters: { codeExecution: 1, serverTool: 2 },
    units: [
      { meter: "codeExecution", per: 1, price: 0.005 },
      { meter: "serverTool", per: 1, price: 0.005 },
    ],
    pieces: 0.015,
  },
  {
    of: "Gemini 3, by the query",
    protocol: "google-generative-ai",
    body: candidate({ webSearchQueries: ["a", "b", ""], groundingChunks: [] }),
    meters: { webSearch: 2 },
    units: [{ ...search, price: 0.014 }],
    pieces: 0.028,
  },
  {
    of: "Gemini 2, by the grounded request, however many queries it took",
    protocol: "google-generative-ai",
    body: candidate({ webSearchQueries: ["a", "b"], groundingChunks: [] }),
    meters: { webSearch: 2 },
    units: [{ ...search, price: 0.035, counted: "once" }],
    pieces: 0.035,
  },
  {
    of: "a picture that no token count knows",
    protocol: "google-generative-ai",
    body: candidate({}, [{ inlineData: { mimeType: "image/png", data: "iVBORw==" } }]),
    meters: { image: 1 },
    units: [{ meter: "image", per: 1, price: 0.039 }],
    pieces: 0.039,
  },
  {
    of: "Perplexity's fee by the size of the context that it states",
    protocol: "openai-chat",
    body: chatBody({ search_context_size: "high" }),
    meters: { webSearch: 1 },
    units: [
      { ...search, price: 0.005, counted: "always" },
      { ...search, price: 0.012, counted: "always", when: { searchContextSize: "high" } },
    ],
    pieces: 0.012,
  },
  {
    of: "Perplexity's research: queries and the tokens of citations",
    protocol: "openai-chat",
    body: chatBody({ num_search_queries: 18, citation_tokens: 20_016 }),
    meters: { webSearch: 18, citationToken: 20_016 },
    units: [
      { ...search, price: 0.005 },
      { meter: "citationToken", per: 1_000_000, price: 2 },
    ],
    pieces: 0.09 + 0.040032,
  },
  {
    of: "a search model that only cites, in the size that was asked for",
    protocol: "openai-chat",
    ask: { options: { webSearchOptions: { search_context_size: "low" } } },
    body: chatBody({}, citation),
    meters: { webSearch: 1 },
    units: [{ ...search, price: 0.025, counted: "always", when: { searchContextSize: "low" } }],
    pieces: 0.025,
  },
  {
    of: "OpenRouter's searches",
    protocol: "openai-chat",
    body: chatBody({ server_tool_use: { web_search_requests: 2 } }, citation),
    meters: { webSearch: 2 },
    units: [search],
    pieces: 0.02,
  },
  {
    of: "Alibaba's searches",
    protocol: "openai-chat",
    body: chatBody({ plugins: { search: { count: 1, strategy: "turbo" } } }),
    meters: { webSearch: 1 },
    units: [search],
    pieces: 0.01,
  },
  {
    of: "xAI's sources",
    protocol: "openai-chat",
    body: chatBody({ num_sources_used: 4 }, citation),
    meters: { searchSource: 4 },
    units: [{ meter: "searchSource", per: 1000, price: 25 }],
    pieces: 0.1,
  },
  {
    of: "tools that Groq's systems run",
    protocol: "openai-chat",
    body: chatBody({}, { executed_tools: [{ type: "search" }, { type: "python" }] }),
    meters: { serverTool: 2 },
    units: [{ meter: "serverTool", per: 1, price: 0.005 }],
    pieces: 0.01,
  },
  {
    of: "Nova's grounding",
    protocol: "bedrock-converse",
    body: {
      output: {
        message: {
          role: "assistant",
          content: [
            { toolUse: { type: "server_tool_use", name: "nova_grounding", toolUseId: "t", input: {} } },
            { text: "Hi" },
          ],
        },
      },
      stopReason: "end_turn",
      usage: { inputTokens: 600_000, outputTokens: 400_000, totalTokens: 1_000_000 },
    },
    meters: { webSearch: 1 },
    units: [{ ...search, price: 0.03 }],
    pieces: 0.03,
  },
  {
    of: "Cohere's search units",
    protocol: "cohere-v2",
    body: {
      id: "x",
      finish_reason: "COMPLETE",
      message: { role: "assistant", content: [{ type: "text", text: "Hi" }] },
      usage: { billed_units: { input_tokens: 600_000, output_tokens: 400_000, search_units: 1 } },
    },
    meters: { query: 1 },
    units: [{ meter: "query", per: 1, price: 0.002 }],
    pieces: 0.002,
  },
];

const protocols = [
  openaiChat,
  openaiResponses,
  anthropicMessages,
  googleGenerativeAi,
  bedrockConverse,
  cohereV2,
] as const;

function replyTo({ protocol, body, ask }: Metered, units?: Pricing["units"]): Promise<AnyReply> {
  const pricing = { currency: "USD", tokens: { input: 1, output: 1 }, ...(units === undefined ? {} : { units }) };
  const facts = {
    id: "acme",
    baseURL: "https://acme.test/v1",
    protocol,
    models: {
      m: {
        kind: "chat" as const,
        pricing,
        features: { builtinTools: ["web_search", "web_search_preview"] },
        params: { webSearchOptions: { type: "object" as const, wire: "web_search_options" } },
      },
    },
  };
  const provider = defineProvider({ protocols, facts }, { fetch: async () => Response.json(body), env: {} });
  const model = provider("m") as { chat(options: object): Promise<AnyReply> };
  return model.chat({ messages: [user("Hi")], ...ask });
}

describe("what is sold by the piece", () => {
  it.each(cases)("is counted and paid: $of ($protocol)", async (bill) => {
    const { usage, cost } = await replyTo(bill, bill.units);
    expect(usage).toMatchObject({ state: "known", meters: bill.meters });
    // A million tokens cost one.
    expect(cost).toMatchObject({ state: "known", amount: Number((1 + bill.pieces).toFixed(9)) });
    const units = cost.state === "known" ? (cost.units ?? []) : [];
    expect(units.reduce((sum, unit) => sum + unit.amount, 0)).toBeCloseTo(bill.pieces, 12);
  });

  it.each(cases.filter(({ meters }) => meters.image === undefined))(
    "without a price is no free gift: $of",
    async (bill) => {
      const { cost } = await replyTo(bill);
      const meter = Object.keys(bill.meters)[0];
      expect(cost).toEqual({ state: "unknown", reason: `the catalog has no ${meter} price for this model` });
    },
  );

  it("is free where a web tool of Anthropic's runs code on its own", async () => {
    const bill = cases.find(({ of }) => of.startsWith("Anthropic's code"))!;
    const { usage } = await replyTo({ ...bill, ask: { builtinTools: ["web_search"] } });
    expect(usage.meters).toBeUndefined();
  });

  it("is what the provider reports where the catalog cannot tell", async () => {
    const bill = cases.find(({ of }) => of.startsWith("Perplexity's fee"))!;
    const usage = { search_context_size: "high", cost: { total_cost: 0.0175 } };
    const { cost } = await replyTo({ ...bill, body: chatBody(usage) });
    expect(cost).toMatchObject({ state: "known", amount: 0.0175, source: "provider" });
  });

  it("is what OpenRouter reports when it bills more than the tokens, without saying what for", async () => {
    const bill = cases.find(({ of }) => of.startsWith("OpenRouter"))!;
    const details = { upstream_inference_prompt_cost: 0.00013, upstream_inference_completions_cost: 0.00004 };
    const billed = (cost: number, rest: object = {}) =>
      replyTo({ ...bill, body: chatBody({ cost, cost_details: details, ...rest }) });
    expect((await billed(0.0145)).cost).toMatchObject({ state: "known", amount: 0.0145, source: "provider" });
    expect((await billed(0.00017)).cost).toMatchObject({ state: "known", amount: 1, source: "catalog" });
    expect((await billed(0.0145, { is_byok: true })).usage.meters).toBeUndefined();
  });

  it("is unknown when pictures are sold by tokens that nobody counted", () => {
    const usage = withMeters(usageOf({ output: 1300 }), { image: 1 });
    const tokens = { input: 1, output: 2 };
    expect(costOf([usage], { currency: "USD", tokens: { ...tokens, imageOutput: 30 } }, { at: 0 }).state).toBe(
      "unknown",
    );
    expect(costOf([usage], { currency: "USD", tokens }, { at: 0 })).toMatchObject({ state: "known", amount: 0.0026 });
    const counted = withMeters(usageOf({ imageOutput: 1000 }), { image: 1 });
    expect(costOf([counted], { currency: "USD", tokens: { imageOutput: 30 } }, { at: 0 })).toMatchObject({
      amount: 0.03,
    });
  });

  it("is not multiplied by what multiplies tokens, stays exact, and adds up over requests and calls", () => {
    const pricing = {
      currency: "USD",
      tokens: { input: 3 },
      units: [{ meter: "webSearch", per: 1, price: 0.01 }],
      regions: { eu: { multiply: 1.1 } },
    };
    const usage = withMeters(usageOf({ input: 1_000_000 }), { webSearch: 3 });
    const cost = costOf([usage, usage], pricing, { at: 0, region: "eu" });
    expect(cost).toMatchObject({ state: "known", amount: 6.66 });
    expect(addCosts([cost, cost])).toMatchObject({ amount: 13.32, units: expect.objectContaining({ length: 4 }) });
  });
});

const simulator = createSimulator({ providers: [openai.facts, anthropic.facts, google.facts, perplexity.facts] });

function connection(id: string, ledger?: Ledger, amount = 1) {
  const policy = ledger === undefined ? {} : { budget: budget({ ledger, limits: [{ amount }] }) };
  return {
    apiKey: "k",
    env: {},
    retry: false,
    fetch: simulator.fetch,
    baseURL: simulator.baseURL(id),
    ...policy,
  } as const;
}

describe("a simulated search", () => {
  const ask = { messages: [user("What is new?")] };
  it.each([
    ["anthropic", () => anthropic.create(connection("anthropic"))("claude-sonnet-4-6"), "web_search", 0.01],
    ["google 3", () => google.create(connection("google"))("gemini-3.1-pro-preview"), "google_search", 0.014],
    ["google 2", () => google.create(connection("google"))("gemini-2.5-flash"), "google_search", 0.035],
  ] as const)("costs what %s asks for it, streamed and whole", async (_, model, tool, price) => {
    const handle = model() as unknown as {
      chat(options: object): Promise<AnyReply>;
      stream(options: object): { readonly reply: Promise<AnyReply> };
    };
    for (const reply of [
      await handle.chat({ ...ask, builtinTools: [tool] }),
      await handle.stream({ ...ask, builtinTools: [tool] }).reply,
    ])
      expect(reply.cost).toMatchObject({ state: "known", units: [{ meter: "webSearch", quantity: 1, amount: price }] });
  });

  it("is held by a budget before it is sent, within the uses that the tool is given", async () => {
    const ledger = memoryLedger();
    const claude = anthropic.create(connection("anthropic", ledger, 0.05))("claude-haiku-4-5");
    const request = { ...ask, maxOutputTokens: 100 };
    const search = (max_uses: number) => ({ ...request, builtinTools: [{ type: "web_search" as const, max_uses }] });
    await expect(claude.chat(search(5))).rejects.toMatchObject({ code: "budget-exceeded" });
    await expect(claude.chat({ ...request, builtinTools: ["web_search"] })).rejects.toMatchObject({
      code: "budget-exceeded",
    });
    const reply = await claude.chat(search(4));
    expect(reply.usage.meters).toEqual({ webSearch: 1 });
    const spends = [];
    for await (const spend of ledger.spends()) spends.push(spend);
    const amount = reply.cost.state === "known" ? reply.cost.amount : Number.NaN;
    expect(spends.map((spend) => [Number(spend.amount) / 1e9, spend.certainty])).toEqual([[amount, "known"]]);
  });

  it("is paid in every request of a model that always searches, and held", async () => {
    const sonar = perplexity.create(connection("perplexity"))("sonar");
    expect((await sonar.chat(ask)).cost).toMatchObject({ units: [{ meter: "webSearch", quantity: 1, amount: 0.005 }] });
    const poor = perplexity.create(connection("perplexity", memoryLedger(), 0.004))("sonar");
    await expect(poor.chat({ ...ask, maxOutputTokens: 10 })).rejects.toMatchObject({ code: "budget-exceeded" });
  });
});
