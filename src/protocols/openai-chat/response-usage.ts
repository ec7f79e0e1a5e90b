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

/** One object literal: spreading parts together costs more than all else here. */
export function decodeUsage(raw: Members | undefined, dialect: OpenaiChatDialect): Usage {
  if (raw === undefined) return noUsage;
  const excludes = dialect.usageExcludes ?? [];
  const read = membersOf(raw.prompt_tokens_details) ?? membersOf(raw.prompt_token_details) ?? {};
  // Voyage states only the whole.
  const prompt = raw.prompt_tokens ?? Math.max(0, count(raw.total_tokens) - count(raw.completion_tokens));
  const input = new Remainder(count(prompt));
  const heard = count(read.audio_tokens);
  const audioInput = excludes.includes("audio") ? heard : input.take(heard);
  const cacheRead = input.take(cacheReads(raw, read));
  const oneHour = count(membersOf(raw.cache_creation)?.ephemeral_1h_input_tokens);
  const cacheWrite1h = input.take(oneHour);
  const cacheWrite = input.take(cacheWrites(raw, read) - oneHour);
  const imageInput = input.take(count(read.image_tokens));
  const videoInput = input.take(count(read.video_tokens));
  const written = membersOf(raw.completion_tokens_details) ?? {};
  const output = new Remainder(count(raw.completion_tokens));
  const thought = count(written.reasoning_tokens) || count(raw.reasoning_tokens);
  const reasoning = excludes.includes("reasoning") ? thought : output.take(thought);
  const audioOutput = output.take(count(written.audio_tokens));
  const imageOutput = output.take(count(written.image_tokens));
  const buckets = {
    input: input.rest,
    cacheRead,
    cacheWrite,
    cacheWrite1h,
    audioInput,
    imageInput,
    videoInput,
    output: output.rest,
    reasoning,
    audioOutput,
    imageOutput,
  };
  return usageOf(buckets, { reportedCostUsd: reportedCost(raw), raw });
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
