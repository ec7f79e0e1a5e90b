/** Token usage of the OpenAI chat wire, in the ways its dialects state it, as disjoint buckets. */
import type { OpenaiChatDialect } from "../../catalog/dialects/openai-chat.js";
import { count, noUsage, type Usage, usageOf } from "../../chat/usage.js";
import { type Members, membersOf } from "./wire.js";

// https://docs.x.ai/docs/api-reference: one USD is ten thousand million ticks.
const ticksPerUsd = 1e10;

/** The usage object of an answer or chunk: the standard member, or Groq's own one. Undefined while it states nothing. */
export function usageMember(body: Members): Members | undefined {
  return stated(membersOf(body.usage)) ?? stated(membersOf(membersOf(body.x_groq)?.usage));
}

// Databricks sends usage with null members between chunks that state it.
function stated(usage: Members | undefined): Members | undefined {
  if (usage === undefined) return undefined;
  const { prompt_tokens, completion_tokens, total_tokens } = usage;
  const numbers = [prompt_tokens, completion_tokens, total_tokens].some((member) => typeof member === "number");
  return numbers ? usage : undefined;
}

export function decodeUsage(raw: Members | undefined, dialect: OpenaiChatDialect): Usage {
  if (raw === undefined) return noUsage;
  const excludes = dialect.usageExcludes ?? [];
  return usageOf(
    { ...inputBuckets(raw, excludes.includes("audio")), ...outputBuckets(raw, excludes.includes("reasoning")) },
    { reportedCostUsd: reportedCost(raw), raw },
  );
}

function inputBuckets(raw: Members, audioExcluded: boolean) {
  const details = membersOf(raw.prompt_tokens_details) ?? membersOf(raw.prompt_token_details) ?? {};
  // Voyage states only the whole.
  const prompt = raw.prompt_tokens ?? Math.max(0, count(raw.total_tokens) - count(raw.completion_tokens));
  const left = new Remainder(count(prompt));
  const audio = count(details.audio_tokens);
  const audioInput = audioExcluded ? audio : left.take(audio);
  const cacheRead = left.take(cacheReads(raw, details));
  const oneHour = count(membersOf(raw.cache_creation)?.ephemeral_1h_input_tokens);
  const cacheWrite1h = left.take(oneHour);
  const cacheWrite = left.take(cacheWrites(raw, details) - oneHour);
  const imageInput = left.take(count(details.image_tokens));
  const videoInput = left.take(count(details.video_tokens));
  return { input: left.rest, cacheRead, cacheWrite, cacheWrite1h, audioInput, imageInput, videoInput };
}

function outputBuckets(raw: Members, reasoningExcluded: boolean) {
  const details = membersOf(raw.completion_tokens_details) ?? {};
  const left = new Remainder(count(raw.completion_tokens));
  const thought = count(details.reasoning_tokens) || count(raw.reasoning_tokens);
  const reasoning = reasoningExcluded ? thought : left.take(thought);
  const audioOutput = left.take(count(details.audio_tokens));
  const imageOutput = left.take(count(details.image_tokens));
  return { output: left.rest, reasoning, audioOutput, imageOutput };
}

/** OpenAI's place; then DeepSeek's, Anthropic's (Databricks, Venice), Moonshot's and vLLM's. */
function cacheReads(raw: Members, details: Members): number {
  return (
    count(details.cached_tokens) ||
    count(raw.prompt_cache_hit_tokens) ||
    count(raw.cache_read_input_tokens) ||
    count(raw.cached_tokens) ||
    count(raw.num_cached_tokens)
  );
}

/** OpenRouter's place, Alibaba's, and that of gateways to Claude. */
function cacheWrites(raw: Members, details: Members): number {
  return (
    count(details.cache_write_tokens) ||
    count(details.cache_creation_input_tokens) ||
    count(raw.cache_creation_input_tokens)
  );
}

/** Gives out parts of a total, never more than is left: providers state parts larger than their whole. */
class Remainder {
  rest: number;

  constructor(total: number) {
    this.rest = total;
  }

  take(part: number): number {
    const taken = Math.min(Math.max(0, part), this.rest);
    this.rest -= taken;
    return taken;
  }
}

/** OpenRouter and Vercel: `cost`. With an own upstream key OpenRouter's `cost` is only its fee. Perplexity: an object. xAI: ticks. */
export function reportedCost(raw: Members): number | undefined {
  const { cost } = raw;
  if (isAmount(cost)) {
    const upstream = raw.is_byok === true ? membersOf(raw.cost_details)?.upstream_inference_cost : undefined;
    return isAmount(upstream) ? cost + upstream : cost;
  }
  const total = membersOf(cost)?.total_cost;
  if (isAmount(total)) return total;
  return isAmount(raw.cost_in_usd_ticks) ? raw.cost_in_usd_ticks / ticksPerUsd : undefined;
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
