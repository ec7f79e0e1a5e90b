/** Bills of real usage objects, as providers sent them: buckets that add up to the provider's own total, and amounts computed by hand. */
import { describe, expect, it } from "vitest";
import type { Pricing, ProtocolId } from "../../src/catalog/facts.js";
import { defineProvider } from "../../src/client/define-provider.js";
import { type AnyReply, user } from "../../src/index.js";
import { anthropicMessages } from "../../src/protocols/anthropic-messages/index.js";
import { bedrockConverse } from "../../src/protocols/bedrock-converse/index.js";
import { cohereV2 } from "../../src/protocols/cohere-v2/index.js";
import { googleGenerativeAi } from "../../src/protocols/google-generative-ai/index.js";
import { ollama } from "../../src/protocols/ollama/index.js";
import { openaiChat } from "../../src/protocols/openai-chat/index.js";
import { openaiResponses } from "../../src/protocols/openai-responses/index.js";
import { type Bill, bills, gpt } from "./bills.js";

/** The least answer of each wire around a usage. */
const answers: { readonly [P in ProtocolId]?: (usage: object) => object } = {
  "openai-chat": (usage) => ({
    id: "x",
    model: "m",
    choices: [{ index: 0, message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }],
    usage,
  }),
  "openai-responses": (usage) => ({
    id: "x",
    object: "response",
    status: "completed",
    model: "m",
    output: [
      {
        type: "message",
        id: "y",
        role: "assistant",
        status: "completed",
        content: [{ type: "output_text", text: "Hi" }],
      },
    ],
    usage,
  }),
  "anthropic-messages": (usage) => ({
    id: "x",
    type: "message",
    role: "assistant",
    model: "m",
    content: [{ type: "text", text: "Hi" }],
    stop_reason: "end_turn",
    usage,
  }),
  "google-generative-ai": (usageMetadata) => ({
    candidates: [{ content: { role: "model", parts: [{ text: "Hi" }] }, finishReason: "STOP", index: 0 }],
    usageMetadata,
  }),
  "bedrock-converse": (usage) => ({
    output: { message: { role: "assistant", content: [{ text: "Hi" }] } },
    stopReason: "end_turn",
    usage,
  }),
  "cohere-v2": (usage) => ({
    id: "x",
    finish_reason: "COMPLETE",
    message: { role: "assistant", content: [{ type: "text", text: "Hi" }] },
    usage,
  }),
  ollama: (usage) => ({
    model: "m",
    message: { role: "assistant", content: "Hi" },
    done: true,
    done_reason: "stop",
    ...usage,
  }),
};

const protocols = [
  openaiChat,
  openaiResponses,
  anthropicMessages,
  googleGenerativeAi,
  bedrockConverse,
  cohereV2,
  ollama,
] as const;

function billed({ protocol, usage, prices, currency = "USD", dialect }: Bill, pricing?: Pricing) {
  const priced = pricing ?? (prices === undefined ? undefined : { currency, tokens: prices });
  const facts = {
    id: "acme",
    baseURL: "https://acme.test/v1",
    protocol,
    ...(dialect === undefined ? {} : { dialect }),
    models: { m: { kind: "chat" as const, ...(priced === undefined ? {} : { pricing: priced }) } },
  };
  const body = answers[protocol]?.(usage);
  const provider = defineProvider({ protocols, facts }, { fetch: async () => Response.json(body), env: {} });
  const model = provider("m") as { chat(options: object): Promise<AnyReply> };
  return model.chat({ messages: [user("Hi")] });
}

describe("a bill", () => {
  it.each(bills)("of $of ($protocol)", async (bill) => {
    const { usage, cost } = await billed(bill);
    expect([usage.state, usage.buckets]).toEqual(["known", bill.buckets]);
    expect(Object.values(usage.buckets).reduce((sum, tokens) => sum + tokens, 0)).toBe(bill.total);
    if (bill.millionths === undefined) {
      expect(cost.state).toBe("unknown");
      return;
    }
    expect(cost).toMatchObject({ state: "known", currency: bill.currency ?? "USD", source: "catalog" });
    if (cost.state !== "known") return;
    expect(cost.amount).toBeCloseTo(bill.millionths / 1e6, 12);
    expect(cost.breakdown.reduce((sum, { amount }) => sum + amount, 0)).toBeCloseTo(cost.amount, 12);
    expect(cost.breakdown.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(bill.total);
  });

  it("is of every wire that chats", () => {
    expect(new Set(bills.map(({ protocol }) => protocol))).toEqual(new Set(Object.keys(answers)));
  });

  it("is unknown, never 0, where one bucket has no price", async () => {
    for (const bill of bills.filter(({ buckets }) => "cacheWrite" in buckets)) {
      const { cost } = await billed({ ...bill, prices: { input: 3, output: 15, cacheRead: 0.3 } });
      expect(cost).toEqual({ state: "unknown", reason: "the catalog has no cacheWrite price for this model" });
    }
  });

  it("reprices the whole request above a tier", async () => {
    const [bill] = bills as [Bill];
    // 4,597 tokens in are above 4,000, cached ones counted.
    const tiers = [
      { above: 4000, by: "input", scope: "request", tokens: { input: 4, output: 12, cacheRead: 1 } },
    ] as const;
    const { cost } = await billed(bill, { currency: "USD", tokens: gpt, tiers });
    expect(cost).toMatchObject({ state: "known", amount: (117 * 4 + 4480 * 1 + 4 * 12) / 1e6 });
  });
});
