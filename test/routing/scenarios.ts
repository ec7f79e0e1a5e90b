/** The faults of the published failover catalogue (failoverbench, methodology v0.1), and two of ours, as simulator faults. */
import type { Simulator } from "../../src/simulator/contract.js";

export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** Arms the primary. */
  readonly arm: (simulator: Simulator, primary: { readonly provider: string }) => void;
  /** What a group with a healthy second member should give. */
  readonly want: "primary" | "fallback" | "error";
  /** Error code, when an error is wanted. */
  readonly code?: string;
  /** Streamed, so that the fault can strike in the middle. */
  readonly stream: boolean;
  /** Most requests the primary may get. */
  readonly primaryRequests: number;
  /** Calls in a row; default 1. */
  readonly calls?: number;
}

const persistent = { times: 1000 };
/** Faults inside a stream strike at 40 of 60 parts. */
const late = { at: 40 / 60 };

export const scenarios: readonly Scenario[] = [
  {
    id: "S01",
    title: "429 with Retry-After, once",
    want: "primary",
    stream: false,
    primaryRequests: 2,
    arm: (s, p) => s.fault("status-429", { ...p, times: 1, delayMs: 1000 }),
  },
  {
    id: "S02",
    title: "429, persistent",
    want: "fallback",
    stream: false,
    primaryRequests: 3,
    arm: (s, p) => s.fault("status-429", { ...p, ...persistent, delayMs: 50 }),
  },
  {
    id: "S03",
    title: "500, once",
    want: "primary",
    stream: false,
    primaryRequests: 2,
    arm: (s, p) => s.fault("status-500", { ...p, times: 1 }),
  },
  {
    id: "S04",
    title: "503, persistent",
    want: "fallback",
    stream: false,
    primaryRequests: 3,
    arm: (s, p) => s.fault("status-503", { ...p, ...persistent }),
  },
  {
    id: "S05",
    title: "connection reset before headers, once",
    want: "primary",
    stream: false,
    primaryRequests: 2,
    arm: (s, p) => s.fault("reset-before-headers", { ...p, times: 1 }),
  },
  {
    id: "S06",
    title: "no response at all",
    want: "fallback",
    stream: true,
    primaryRequests: 3,
    arm: (s, p) => s.fault("no-response", { ...p, ...persistent }),
  },
  {
    id: "S07",
    title: "first token too late",
    want: "fallback",
    stream: true,
    primaryRequests: 3,
    arm: (s, p) => s.fault("slow-first-token", { ...p, ...persistent, delayMs: 5000 }),
  },
  {
    id: "S08",
    title: "stream reset at 40 of 60",
    want: "fallback",
    stream: true,
    primaryRequests: 1,
    arm: (s, p) => s.fault("reset-mid-stream", { ...p, ...persistent, ...late }),
  },
  {
    id: "S08c",
    title: "stream ends cleanly at 40 of 60",
    want: "fallback",
    stream: true,
    primaryRequests: 1,
    arm: (s, p) => s.fault("clean-end-mid-stream", { ...p, ...persistent, ...late }),
  },
  {
    id: "S09",
    title: "stream stalls",
    want: "fallback",
    stream: true,
    primaryRequests: 1,
    arm: (s, p) => s.fault("stall-mid-stream", { ...p, ...persistent, ...late }),
  },
  {
    id: "S10",
    title: "one malformed line in a stream",
    want: "fallback",
    stream: true,
    primaryRequests: 1,
    arm: (s, p) => s.fault("malformed-chunk", { ...p, ...persistent }),
  },
  {
    id: "S11",
    title: "no terminal marker",
    want: "primary",
    stream: true,
    primaryRequests: 1,
    arm: (s, p) => s.fault("no-terminal-marker", { ...p, ...persistent }),
  },
  {
    id: "S12",
    title: "context length exceeded",
    want: "fallback",
    stream: false,
    primaryRequests: 1,
    arm: (s, p) => s.fault("context-length", { ...p, ...persistent }),
  },
  {
    id: "S13",
    title: "content filter: a refusal is not routed around",
    want: "error",
    code: "content-filter",
    stream: false,
    primaryRequests: 1,
    arm: (s, p) => s.fault("content-filter", { ...p, ...persistent }),
  },
  {
    id: "S14",
    title: "cut stream, and the second model takes no prefill",
    want: "fallback",
    stream: true,
    primaryRequests: 1,
    arm: (s, p) => s.fault("reset-mid-stream", { ...p, ...persistent, at: 0.3 }),
  },
  {
    id: "S15",
    title: "flapping primary, ten calls",
    want: "fallback",
    stream: false,
    primaryRequests: 30,
    calls: 10,
    arm: (s, p) => s.fault("flap", { ...p, ...persistent }),
  },
  {
    id: "S16",
    title: "503, with the model and usage of whoever answered",
    want: "fallback",
    stream: false,
    primaryRequests: 3,
    arm: (s, p) => s.fault("status-503", { ...p, ...persistent }),
  },
  {
    id: "quota",
    title: "quota exhausted: asked once",
    want: "fallback",
    stream: false,
    primaryRequests: 1,
    arm: (s, p) => s.fault("quota-exhausted", { ...p, ...persistent }),
  },
];
