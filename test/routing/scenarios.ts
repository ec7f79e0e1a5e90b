/** The faults of the published failover catalogue (failoverbench, methodology v0.1), and two of ours, as simulator faults. */
import type { FaultConditions, FaultName } from "../../src/testing.js";

export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** What strikes the primary. */
  readonly fault: FaultName;
  readonly conditions: FaultConditions;
  /** What a group with a healthy second member should give. */
  readonly want: "answer" | "error";
  /** Streamed, so that the fault can strike in the middle. */
  readonly stream: boolean;
  /** Most requests the primary may get, over all calls. */
  readonly primaryRequests: number;
  /** Calls in a row; default 1. */
  readonly calls?: number;
  /** The second member refuses conversations that end with a begun answer. */
  readonly secondRejectsPrefill?: true;
}

/** Faults inside a stream strike at 40 of 60 parts. */
const late = { at: 40 / 60 };

export const scenarios: readonly Scenario[] = [
  {
    id: "S01",
    title: "429 with Retry-After, once",
    want: "answer",
    stream: false,
    primaryRequests: 2,
    fault: "status-429",
    conditions: { times: 1, delayMs: 1000 },
  },
  {
    id: "S02",
    title: "429, persistent",
    want: "answer",
    stream: false,
    primaryRequests: 3,
    fault: "status-429",
    conditions: { delayMs: 50 },
  },
  {
    id: "S03",
    title: "500, once",
    want: "answer",
    stream: false,
    primaryRequests: 2,
    fault: "status-500",
    conditions: { times: 1 },
  },
  {
    id: "S04",
    title: "503, persistent",
    want: "answer",
    stream: false,
    primaryRequests: 3,
    fault: "status-503",
    conditions: {},
  },
  {
    id: "S05",
    title: "connection reset before headers, once",
    want: "answer",
    stream: false,
    primaryRequests: 2,
    fault: "reset-before-headers",
    conditions: { times: 1 },
  },
  {
    id: "S06",
    title: "no response at all",
    want: "answer",
    stream: true,
    primaryRequests: 3,
    fault: "no-response",
    conditions: {},
  },
  {
    id: "S07",
    title: "first token after 12 s",
    want: "answer",
    stream: true,
    primaryRequests: 3,
    fault: "slow-first-token",
    conditions: { delayMs: 12_000 },
  },
  {
    id: "S08",
    title: "stream reset at 40 of 60",
    want: "answer",
    stream: true,
    primaryRequests: 1,
    fault: "reset-mid-stream",
    conditions: late,
  },
  {
    id: "S08c",
    title: "stream ends cleanly at 40 of 60",
    want: "answer",
    stream: true,
    primaryRequests: 1,
    fault: "clean-end-mid-stream",
    conditions: late,
  },
  {
    id: "S09",
    title: "stream stalls at 40 of 60",
    want: "answer",
    stream: true,
    primaryRequests: 1,
    fault: "stall-mid-stream",
    conditions: late,
  },
  {
    id: "S10",
    title: "one malformed line in a stream",
    want: "answer",
    stream: true,
    primaryRequests: 1,
    fault: "malformed-chunk",
    conditions: {},
  },
  {
    id: "S11",
    title: "no terminal marker",
    want: "answer",
    stream: true,
    primaryRequests: 1,
    fault: "no-terminal-marker",
    conditions: {},
  },
  {
    id: "S12",
    title: "context length exceeded",
    want: "answer",
    stream: false,
    primaryRequests: 1,
    fault: "context-length",
    conditions: {},
  },
  {
    id: "S13",
    title: "content filter: a refusal is not routed around",
    want: "error",
    stream: false,
    primaryRequests: 1,
    fault: "content-filter",
    conditions: {},
  },
  {
    id: "S14",
    title: "cut stream, and the second model takes no prefill",
    want: "answer",
    stream: true,
    primaryRequests: 1,
    fault: "reset-mid-stream",
    conditions: { at: 0.3 },
    secondRejectsPrefill: true,
  },
  {
    id: "S15",
    title: "flapping primary, ten calls",
    want: "answer",
    stream: false,
    primaryRequests: 30,
    calls: 10,
    fault: "flap",
    conditions: {},
  },
  {
    id: "S16",
    title: "503, streamed: model and usage are those of whoever answered",
    want: "answer",
    stream: true,
    primaryRequests: 3,
    fault: "status-503",
    conditions: {},
  },
  {
    id: "quota",
    title: "quota exhausted: asked once",
    want: "answer",
    stream: false,
    primaryRequests: 1,
    fault: "quota-exhausted",
    conditions: {},
  },
];
