/** Usage objects as providers sent them, each with its buckets and its amount, computed by hand. */
import type { ProtocolId, TokenPrices } from "../../src/catalog/facts.js";
import type { UsageBuckets } from "../../src/chat/usage.js";
import type { ProviderLiteral } from "../../src/client/define-provider.js";

export interface Bill {
  readonly of: string;
  readonly protocol: ProtocolId;
  /** As it stood in the answer. */
  readonly usage: { readonly [member: string]: unknown };
  /** All tokens, by the provider's own total or, where it states none, by its documented sum. */
  readonly total: number;
  readonly buckets: UsageBuckets;
  /** Per million. */
  readonly prices?: TokenPrices;
  readonly currency?: string;
  readonly dialect?: ProviderLiteral["dialect"];
  /** By hand, in the unit of the prices: the sum of tokens times price, before the division by a million. */
  readonly millionths?: number;
}

/** Prices per million tokens, in USD. */
export const gpt = { input: 2, output: 8, cacheRead: 0.5 };
const claude = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75, cacheWrite1h: 6 };
const gemini = { input: 0.3, output: 2.5, cacheRead: 0.03, audioInput: 1, audioCacheRead: 0.1, imageOutput: 30 };

export const bills: readonly Bill[] = [
  {
    of: "OpenAI, cached prompt",
    protocol: "openai-chat",
    usage: {
      completion_tokens: 4,
      completion_tokens_details: { audio_tokens: 0, reasoning_tokens: 0 },
      prompt_tokens: 4597,
      prompt_tokens_details: { audio_tokens: 0, cached_tokens: 4480 },
      total_tokens: 4601,
    },
    total: 4601,
    buckets: { input: 117, cacheRead: 4480, output: 4 },
    prices: gpt,
    millionths: 117 * 2 + 4480 * 0.5 + 4 * 8,
  },
  {
    of: "OpenAI, sound in and out, reasoning and cache at once",
    protocol: "openai-chat",
    usage: {
      prompt_tokens: 9,
      completion_tokens: 10,
      total_tokens: 19,
      prompt_tokens_details: { cached_tokens: 1, audio_tokens: 2 },
      completion_tokens_details: { reasoning_tokens: 3, audio_tokens: 4 },
    },
    total: 19,
    buckets: { input: 6, cacheRead: 1, audioInput: 2, output: 3, reasoning: 3, audioOutput: 4 },
    prices: { ...gpt, audioInput: 40, audioOutput: 80 },
    millionths: 6 * 2 + 1 * 0.5 + 2 * 40 + 3 * 8 + 3 * 8 + 4 * 80,
  },
  {
    of: "Azure, a picture",
    protocol: "openai-chat",
    usage: {
      prompt_tokens: 265,
      completion_tokens: 52,
      total_tokens: 317,
      prompt_tokens_details: { cached_tokens: 0, text_tokens: 9, image_tokens: 256 },
    },
    total: 317,
    buckets: { input: 9, imageInput: 256, output: 52 },
    prices: gpt,
    millionths: 265 * 2 + 52 * 8,
  },
  {
    of: "DeepSeek, its own names for the cache, in yuan",
    protocol: "openai-chat",
    usage: {
      completion_tokens: 84,
      completion_tokens_details: { reasoning_tokens: 45 },
      prompt_cache_hit_tokens: 384,
      prompt_cache_miss_tokens: 95,
      prompt_tokens: 479,
      total_tokens: 563,
    },
    total: 563,
    buckets: { input: 95, cacheRead: 384, output: 39, reasoning: 45 },
    prices: { input: 2, output: 3, cacheRead: 0.2 },
    currency: "CNY",
    millionths: 95 * 2 + 384 * 0.2 + 84 * 3,
  },
  {
    of: "Mistral, sound beside the prompt's count",
    protocol: "openai-chat",
    dialect: { "openai-chat": { usageExcludes: ["audio"] } },
    usage: {
      prompt_audio_seconds: 3,
      prompt_tokens: 9,
      total_tokens: 632,
      completion_tokens: 248,
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 375 },
    },
    total: 632,
    buckets: { input: 9, audioInput: 375, output: 248 },
  },
  {
    of: "OpenRouter, a cache written: the provider's own bill is 0.01355025",
    protocol: "openai-chat",
    usage: {
      prompt_tokens: 3214,
      completion_tokens: 100,
      total_tokens: 3314,
      prompt_tokens_details: { audio_tokens: 0, cache_write_tokens: 3211, cached_tokens: 0, video_tokens: 0 },
    },
    total: 3314,
    buckets: { input: 3, cacheWrite: 3211, output: 100 },
    prices: claude,
    millionths: 13_550.25,
  },
  {
    of: "OpenRouter, a cache read and extended: the provider's own bill is 0.00219855",
    protocol: "openai-chat",
    usage: {
      prompt_tokens: 3329,
      completion_tokens: 53,
      total_tokens: 3382,
      prompt_tokens_details: { cache_write_tokens: 115, cached_tokens: 3211 },
    },
    total: 3382,
    buckets: { input: 3, cacheRead: 3211, cacheWrite: 115, output: 53 },
    prices: claude,
    millionths: 2198.55,
  },
  {
    of: "a gateway's Gemini, reasoning beside the answer's count",
    protocol: "openai-chat",
    dialect: { "openai-chat": { usageExcludes: ["reasoning"] } },
    usage: { prompt_tokens: 28, completion_tokens: 9, completion_tokens_details: { reasoning_tokens: 75 } },
    total: 112,
    buckets: { input: 28, output: 9, reasoning: 75 },
    prices: { input: 2, output: 12 },
    millionths: 1064,
  },
  {
    of: "Azure, cached prompt and reasoning",
    protocol: "openai-responses",
    usage: {
      input_tokens: 3700,
      input_tokens_details: { cached_tokens: 2560 },
      output_tokens: 741,
      output_tokens_details: { reasoning_tokens: 640 },
      total_tokens: 4441,
    },
    total: 4441,
    buckets: { input: 1140, cacheRead: 2560, output: 101, reasoning: 640 },
    prices: gpt,
    millionths: 1140 * 2 + 2560 * 0.5 + 741 * 8,
  },
  {
    of: "Anthropic, caches read and written for 5 minutes",
    protocol: "anthropic-messages",
    usage: {
      cache_creation: { ephemeral_1h_input_tokens: 0, ephemeral_5m_input_tokens: 418 },
      cache_creation_input_tokens: 418,
      cache_read_input_tokens: 1111,
      input_tokens: 3,
      output_tokens: 33,
    },
    total: 3 + 418 + 1111 + 33,
    buckets: { input: 3, cacheRead: 1111, cacheWrite: 418, output: 33 },
    prices: claude,
    millionths: 3 * 3 + 1111 * 0.3 + 418 * 3.75 + 33 * 15,
  },
  {
    of: "Anthropic, caches written for both lifetimes",
    protocol: "anthropic-messages",
    usage: {
      cache_creation: { ephemeral_1h_input_tokens: 500, ephemeral_5m_input_tokens: 1000 },
      cache_creation_input_tokens: 1500,
      cache_read_input_tokens: 0,
      input_tokens: 10,
      output_tokens: 20,
    },
    total: 1530,
    buckets: { input: 10, cacheWrite: 1000, cacheWrite1h: 500, output: 20 },
    prices: claude,
    millionths: 10 * 3 + 1000 * 3.75 + 500 * 6 + 20 * 15,
  },
  {
    of: "Anthropic, thinking",
    protocol: "anthropic-messages",
    usage: {
      input_tokens: 102,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: 630,
      output_tokens_details: { thinking_tokens: 179 },
    },
    total: 732,
    buckets: { input: 102, output: 451, reasoning: 179 },
    prices: claude,
    millionths: 102 * 3 + 630 * 15,
  },
  {
    of: "Gemini, cached sound and film, thoughts",
    protocol: "google-generative-ai",
    usage: {
      promptTokenCount: 1518,
      candidatesTokenCount: 202,
      totalTokenCount: 1905,
      cachedContentTokenCount: 1122,
      promptTokensDetails: [
        { modality: "TEXT", tokenCount: 43 },
        { modality: "VIDEO", tokenCount: 1315 },
        { modality: "AUDIO", tokenCount: 160 },
      ],
      cacheTokensDetails: [
        { modality: "AUDIO", tokenCount: 118 },
        { modality: "TEXT", tokenCount: 31 },
        { modality: "VIDEO", tokenCount: 973 },
      ],
      thoughtsTokenCount: 185,
    },
    total: 1905,
    buckets: {
      input: 12,
      cacheRead: 1004,
      audioCacheRead: 118,
      audioInput: 42,
      videoInput: 342,
      output: 202,
      reasoning: 185,
    },
    prices: gemini,
    millionths: 12 * 0.3 + 1004 * 0.03 + 118 * 0.1 + 42 * 1 + 342 * 0.3 + 202 * 2.5 + 185 * 2.5,
  },
  {
    of: "Gemini, a picture made",
    protocol: "google-generative-ai",
    usage: {
      candidatesTokenCount: 1304,
      candidatesTokensDetails: [{ modality: "IMAGE", tokenCount: 1290 }],
      promptTokenCount: 10,
      promptTokensDetails: [{ modality: "TEXT", tokenCount: 10 }],
      totalTokenCount: 1314,
    },
    total: 1314,
    buckets: { input: 10, output: 14, imageOutput: 1290 },
    prices: gemini,
    millionths: 10 * 0.3 + 14 * 2.5 + 1290 * 30,
  },
  {
    of: "Gemini, tools of its own in the prompt",
    protocol: "google-generative-ai",
    usage: {
      promptTokenCount: 32,
      candidatesTokenCount: 38,
      totalTokenCount: 410,
      toolUsePromptTokenCount: 150,
      thoughtsTokenCount: 190,
    },
    total: 410,
    buckets: { input: 182, output: 38, reasoning: 190 },
    prices: gemini,
    millionths: 182 * 0.3 + 228 * 2.5,
  },
  {
    of: "Bedrock, a cache written",
    protocol: "bedrock-converse",
    usage: {
      cacheDetails: [{ inputTokens: 7351, ttl: "5m" }],
      cacheReadInputTokens: 0,
      cacheWriteInputTokens: 7351,
      inputTokens: 10,
      outputTokens: 4,
      totalTokens: 7365,
    },
    total: 7365,
    buckets: { input: 10, cacheWrite: 7351, output: 4 },
    prices: claude,
    millionths: 10 * 3 + 7351 * 3.75 + 4 * 15,
  },
  {
    of: "Cohere, which bills less than it read",
    protocol: "cohere-v2",
    usage: {
      billed_units: { input_tokens: 8, output_tokens: 50 },
      tokens: { input_tokens: 1394, output_tokens: 55, reasoning_tokens: 38 },
    },
    total: 58,
    buckets: { input: 8, output: 12, reasoning: 38 },
    prices: { input: 2.5, output: 10 },
    millionths: 8 * 2.5 + 50 * 10,
  },
  {
    of: "Ollama",
    protocol: "ollama",
    usage: { prompt_eval_count: 237, eval_count: 321 },
    total: 558,
    buckets: { input: 237, output: 321 },
    prices: { input: 1, output: 1 },
    millionths: 558,
  },
];
