/** What the answers of this wire's other kinds have in common: failures inside them, and usage in their own words. */
import { count, noUsage, type Usage, usageOf } from "../../chat/usage.js";
import type { TaskCall, TaskKind, WireAnswer } from "../task.js";
import { errorInAnswer, failureIn } from "./error.js";
import { decodeUsage, reportedCost } from "./response-usage.js";
import { dialectOf, type Members, membersOf } from "./wire.js";

type Call = Pick<TaskCall<TaskKind>, "provider" | "modelId" | "model">;

/** The members of a JSON answer. Throws what the answer itself says went wrong. */
export function answerOf(answer: WireAnswer, call: Call): Members {
  const body = membersOf(answer.json()) ?? {};
  const failure = failureIn(body);
  if (failure !== undefined) throw errorInAnswer(failure, call);
  return body;
}

/** Usage by `input_tokens` (pictures, transcripts), or by `prompt_tokens` as in chat. */
export function usageIn(body: Members, call: Call): Usage {
  const raw = membersOf(body.usage);
  if (raw === undefined) return noUsage;
  if (typeof raw.input_tokens === "number" || typeof raw.output_tokens === "number") return mediaUsage(raw);
  const hasTokens = [raw.prompt_tokens, raw.total_tokens].some((total) => typeof total === "number");
  if (hasTokens) return decodeUsage(raw, dialectOf(call));
  return { ...noUsage, reportedCostUsd: reportedCost(raw), raw };
}

function mediaUsage(raw: Members): Usage {
  const given = membersOf(raw.input_tokens_details) ?? membersOf(raw.input_token_details) ?? {};
  const made = membersOf(raw.output_tokens_details) ?? {};
  const inputs = parts(raw.input_tokens, [given.cached_tokens, given.image_tokens, given.audio_tokens]);
  const outputs = parts(raw.output_tokens, [made.image_tokens, made.audio_tokens]);
  const [cacheRead = 0, imageInput = 0, audioInput = 0] = inputs.parts;
  const [imageOutput = 0, audioOutput = 0] = outputs.parts;
  return usageOf(
    { input: inputs.rest, cacheRead, imageInput, audioInput, output: outputs.rest, imageOutput, audioOutput },
    { reportedCostUsd: reportedCost(raw), raw },
  );
}

/** Parts of a total, never more than it, and what they leave. */
function parts(total: unknown, of: readonly unknown[]): { readonly parts: readonly number[]; readonly rest: number } {
  let rest = count(total);
  const taken = of.map((part) => {
    const amount = Math.min(count(part), rest);
    rest -= amount;
    return amount;
  });
  return { parts: taken, rest };
}
