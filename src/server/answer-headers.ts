/** The `x-modelwright-*` headers of an answer: who gave it, by which facts, and what it cost. */
import type { Cost } from "../chat/cost.js";
import type { Usage } from "../chat/usage.js";
import type { Adjustment } from "../protocols/protocol.js";

/** What is known of an answer; headers are made of what is there. */
export interface AnswerFacts {
  readonly provider?: string | undefined;
  /** Catalog id. */
  readonly model?: string | undefined;
  /** Id of the catalog generation whose facts were used. */
  readonly generation?: string | undefined;
  /** No model was asked. */
  readonly simulated?: boolean | undefined;
  /** The provider's id of the request. */
  readonly requestId?: string | undefined;
  readonly usage?: Usage | undefined;
  readonly cost?: Cost | undefined;
  readonly adjustments?: readonly Adjustment[] | undefined;
}

const prefix = "x-modelwright-";

/** Most adjustments that are listed: headers have a limited size. */
const maxAdjustments = 20;

/** With the ids of the request under OpenAI's and Anthropic's names, which their clients show with errors. */
export function factHeaders(facts: AnswerFacts & { readonly id: string }): Record<string, string> {
  const id = printable(facts.requestId ?? facts.id);
  return { "x-request-id": id, "request-id": id, ...answerHeaders(facts) };
}

function answerHeaders(facts: AnswerFacts): Record<string, string> {
  const { usage, cost, adjustments = [] } = facts;
  const told: { readonly [name: string]: string | undefined } = {
    provider: facts.provider,
    model: facts.model,
    generation: facts.generation,
    simulated: facts.simulated === true ? "true" : undefined,
    "request-id": facts.requestId,
    usage: usage === undefined ? undefined : usageText(usage),
    cost: cost === undefined ? undefined : costText(cost),
    adjustments: adjustments.length === 0 ? undefined : adjustmentsText(adjustments),
  };
  const headers: Record<string, string> = {};
  for (const [name, text] of Object.entries(told)) if (text !== undefined) headers[prefix + name] = printable(text);
  return headers;
}

/** What a stream's headers could not know yet, as a comment in it: clients skip those. */
export function answerComment({ usage, cost, adjustments }: AnswerFacts): string {
  const lines = Object.entries(answerHeaders({ usage, cost, adjustments })).map(
    ([name, text]) => `: ${name}: ${text}\n`,
  );
  return lines.length === 0 ? "" : `${lines.join("")}\n`;
}

function usageText({ state, inputTokens, outputTokens, buckets }: Usage): string {
  if (state === "absent") return "unknown";
  const counts = Object.entries(buckets).map(([bucket, count]) => `${bucket}=${count}`);
  return [`total-input=${inputTokens}`, `total-output=${outputTokens}`, ...counts].join(", ");
}

/** An unknown price is said to be unknown, never 0. */
function costText(cost: Cost): string {
  return cost.state === "known" ? `${decimal(cost.amount)} ${cost.currency}` : `unknown: ${cost.reason}`;
}

/** Prices of single tokens are small, and not everybody reads exponents. */
function decimal(amount: number): string {
  return String(amount).includes("e") ? amount.toFixed(12).replace(/\.?0+$/, "") : String(amount);
}

function adjustmentsText(adjustments: readonly Adjustment[]): string {
  const shown = adjustments.slice(0, maxAdjustments).map(({ path, action, reason }) => `${path} ${action}: ${reason}`);
  const more = adjustments.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
}

/** Catalog ids and providers' words may hold anything; a header holds visible ASCII. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?").slice(0, 2000);
}
