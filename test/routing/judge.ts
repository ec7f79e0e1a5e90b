/** Grades what a client made of a fault: the same criteria for every client. */
import type { SimulatedRequest } from "../../src/testing.js";
import type { Scenario } from "./scenarios.js";

/** What a caller has in hand when a call is over. */
export interface Outcome {
  /** The text that a reader ends up with. */
  readonly text: string;
  /** Undefined: the call ended as a success. */
  readonly error?: unknown;
  /** The model that the client names as the one that answered. */
  readonly model?: string | undefined;
  readonly outputTokens?: number | undefined;
  readonly ms: number;
  /** Nothing had happened when the judge lost patience. */
  readonly hung?: boolean;
}

export type Grade = "pass" | "partial" | "safe" | "fail";

export interface Verdict {
  readonly grade: Grade;
  /** Why it is no pass. */
  readonly note: string;
}

/** Longest time of one call that passes, with the clients' own time-outs set to 2 s; and when the judge gives up. */
const passMs = 10_000;
export const patienceMs = 25_000;

export const criteria: readonly string[] = [
  "pass: the whole answer, once; the model that gave it and its tokens reported; within 10 s; no more requests to the primary than useful (quota, refusal, cut stream: 1; else 3 per call)",
  "pass, where a refusal is wanted: an error, and the second model not asked",
  "partial: the whole answer, but late, with more requests, or without saying who answered at what usage",
  "safe: no answer, but an error says so in time",
  "fail: a shortened or doubled answer that ends without an error (a finish reason to be checked by the caller is none), a call that hangs, or a refusal that was routed around",
];

/** What one fault came to, over all calls. */
export interface Trial {
  readonly scenario: Scenario;
  readonly outcomes: readonly Outcome[];
  readonly answer: string;
  readonly requests: readonly SimulatedRequest[];
}

export function judge({ scenario, outcomes, answer, requests }: Trial): Verdict {
  const asked = requests.filter(({ provider }) => provider === "openai").length;
  const second = requests.length - asked;
  const hung = outcomes.find((outcome) => outcome.hung === true);
  if (hung !== undefined) return { grade: "fail", note: "hangs" };
  const errors = outcomes.filter(({ error }) => error !== undefined).length;
  if (scenario.want === "error") {
    if (errors < outcomes.length || second > 0) return { grade: "fail", note: "refusal routed around" };
    if (asked === 0) return { grade: "safe", note: "error, primary not asked" };
    return asked > scenario.primaryRequests
      ? { grade: "partial", note: `${asked} requests` }
      : { grade: "pass", note: "" };
  }
  if (outcomes.some(({ error, text }) => error === undefined && text !== answer)) {
    const text = outcomes.find((outcome) => outcome.error === undefined && outcome.text !== answer)?.text ?? "";
    return { grade: "fail", note: text.length < answer.length ? "shorter answer as success" : "text repeated" };
  }
  const late = outcomes.some(({ ms }) => ms > passMs);
  const notes = [
    ...(asked > scenario.primaryRequests ? [`${asked} requests`] : []),
    ...(late ? [`${(Math.max(...outcomes.map(({ ms }) => ms)) / 1000).toFixed(1)} s`] : []),
  ];
  if (errors > 0)
    return { grade: "safe", note: [`error, ${asked}+${second} requests`, ...(late ? ["late"] : [])].join("; ") };
  const last = requests.at(-1)?.model ?? "";
  if (!outcomes.every(({ model }) => model?.includes(last) === true) && scenario.calls === undefined)
    notes.push("model not reported");
  if (!outcomes.every(({ outputTokens }) => (outputTokens ?? 0) > 0)) notes.push("usage not reported");
  return { grade: notes.length > 0 ? "partial" : "pass", note: notes.join("; ") };
}
