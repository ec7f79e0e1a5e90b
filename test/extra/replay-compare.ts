/** Compares what a room decoded with what an independent decoder read. */
import { isDeepStrictEqual } from "node:util";
import { count, type Usage } from "../../src/chat/usage.js";
import type { Answer } from "../protocols/streams.js";
import type { Expected, ExpectedCall, Row } from "./replay-rows.js";

type Members = { readonly [member: string]: unknown };

/** Totals of prompt and answer tokens by the wire's own counting. */
type Totals = (usage: Members, row: Row) => readonly [input: number, output: number];

export interface Expectations {
  readonly totals: Totals;
  /** False where the room's own finish word is not the one that the row states. */
  readonly finish: boolean;
}

/** One line for each difference; none when the answer is what the row expects. */
export function differences(row: Row, answer: Answer, expectations: Expectations): readonly string[] {
  const expected = row.expect ?? {};
  const found: string[] = [];
  const same = (what: string, actual: unknown, wanted: unknown): void => {
    if (!isDeepStrictEqual(actual, wanted)) found.push(`${what}: ${brief(actual)} instead of ${brief(wanted)}`);
  };
  same("text", answer.text, expected.text ?? "");
  // Summaries in several parts are joined in one way or another.
  if (expected.reasoning !== undefined)
    same("reasoning", answer.reasoning.replace(/\s+/g, ""), expected.reasoning.replace(/\s+/g, ""));
  if (expected.refusal !== undefined) same("refusal", answer.refusal, expected.refusal);
  const byProvider = serverCalls(row);
  const calls = expectedCalls(expected).filter(({ id }) => id === null || !byProvider.has(id));
  same(
    "tool calls",
    answer.calls.map(({ id, name, input }) => ({ id, name, input })),
    withIds(calls, answer),
  );
  if (expectations.finish)
    same("finish", answer.finish?.rawFinishReason, expected.finish ? String(expected.finish) : undefined);
  if (expected.usage !== undefined && expected.usage !== null)
    same("usage", totalsOf(answer.finish?.usage), expectations.totals(expected.usage, row));
  return found;
}

function totalsOf(usage: Usage | undefined): readonly number[] {
  return [usage?.inputTokens ?? 0, usage?.outputTokens ?? 0];
}

/** Calls as they may be run: no arguments mean the empty object, unless the token limit cut them, like broken JSON. */
function expectedCalls({ toolCalls = [], finish }: Expected): readonly ExpectedCall[] {
  const cut = /length|max_tokens/i.test(finish ?? "");
  return toolCalls.flatMap((call) => {
    if (call.argumentsRaw === undefined) return [{ ...call, arguments: call.arguments ?? {} }];
    const raw = call.argumentsRaw.trim();
    return (raw === "" && !cut) || raw === "null" ? [{ ...call, arguments: {} }] : [];
  });
}

/** Ids of calls that the provider ran itself: Bedrock lists them among the caller's. */
function serverCalls(row: Row): ReadonlySet<string> {
  const { body } = row.response;
  if (row.protocol !== "bedrock-converse" || !body?.includes("server_tool_use")) return new Set();
  const answer = JSON.parse(body) as { output?: { message?: { content?: readonly Members[] } } };
  const uses = (answer.output?.message?.content ?? []).map((block) => block.toolUse as Members | undefined);
  return new Set(uses.filter((use) => use?.type === "server_tool_use").map((use) => String(use?.toolUseId)));
}

/** Where the wire states no id, the room's own stands. */
function withIds(calls: readonly ExpectedCall[], answer: Answer): readonly unknown[] {
  return calls.map((call, i) => ({
    id: call.id || answer.calls[i]?.id,
    name: call.name,
    input: (call.arguments as Members | null)?.__custom_input ?? call.arguments,
  }));
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 160 ? `${text.slice(0, 100)} … ${text.slice(-50)}` : text;
}

export const totals: { readonly [wire: string]: Totals } = {
  openai: (usage, { provider }) => {
    const prompt = usage.prompt_tokens_details as Members | null | undefined;
    const completion = usage.completion_tokens_details as Members | null | undefined;
    // xAI counts reasoning, Mistral audio, beside the totals.
    return [
      count(usage.prompt_tokens ?? usage.total_tokens) + (provider === "mistral" ? count(prompt?.audio_tokens) : 0),
      count(usage.completion_tokens) + (provider === "xai" ? count(completion?.reasoning_tokens) : 0),
    ];
  },
  responses: (usage) => [count(usage.input_tokens), count(usage.output_tokens)],
  anthropic: (usage) => [
    count(usage.input_tokens) + count(usage.cache_read_input_tokens) + count(usage.cache_creation_input_tokens),
    count(usage.output_tokens),
  ],
  google: (usage) => [
    count(usage.promptTokenCount) + count(usage.toolUsePromptTokenCount),
    count(usage.candidatesTokenCount) + count(usage.thoughtsTokenCount),
  ],
  ollama: (usage) => [count(usage.prompt_eval_count), count(usage.eval_count)],
  cohere: (usage) => {
    const tokens = (usage.tokens ?? usage.billed_units) as Members | undefined;
    return [count(tokens?.input_tokens), count(tokens?.output_tokens)];
  },
  cohereEmbed: (usage) => [count((usage.billed_units as Members | undefined)?.input_tokens), 0],
  bedrock: (usage) => [
    count(usage.inputTokens) + count(usage.cacheReadInputTokens) + count(usage.cacheWriteInputTokens),
    count(usage.outputTokens),
  ],
};
