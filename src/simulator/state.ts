/** What a simulator remembers between requests. */
import type { ScriptedAnswer, SimulatedRequest, SimulatorOptions } from "./contract.js";
import { FaultBox } from "./faults.js";
import type { SimulatedJob } from "./jobs.js";
import { StoredTurns } from "./stored-turns.js";
import { PrefixCache } from "./tokens.js";

/** Most requests kept; the oldest go first. */
const maxRequests = 10_000;

export class State {
  readonly options: SimulatorOptions;
  readonly seed: number;
  readonly label: string;
  readonly latency: { readonly answer: number; readonly event: number };
  readonly faults: FaultBox;
  readonly prefixes = new PrefixCache();
  readonly turns = new StoredTurns();
  readonly requests: SimulatedRequest[] = [];
  readonly answers: ScriptedAnswer[] = [];
  readonly jobs = new Map<string, SimulatedJob>();
  private count = 0;

  constructor(options: SimulatorOptions) {
    const { seed = 1, label = "[simulated] ", faults = [], latencyMs = 0 } = options;
    this.options = options;
    this.seed = seed;
    this.label = label;
    this.faults = new FaultBox(faults, seed);
    this.latency =
      typeof latencyMs === "number"
        ? { answer: latencyMs, event: latencyMs }
        : { answer: latencyMs.answer ?? 0, event: latencyMs.event ?? 0 };
  }

  remember(request: SimulatedRequest): void {
    this.requests.push(request);
    if (this.requests.length > maxRequests) this.requests.shift();
  }

  /** A number that no other request has. */
  nextNumber(): number {
    return this.count++;
  }

  /** The queued answers first, then the script. */
  async nextScripted(request: SimulatedRequest): Promise<ScriptedAnswer | undefined> {
    return this.answers.shift() ?? (await this.options.script?.(request));
  }

  /** Seconds since the epoch. */
  now(): number {
    return Math.floor((this.options.clock ?? Date.now)() / 1000);
  }

  reset(): void {
    this.requests.length = 0;
    this.answers.length = 0;
    this.jobs.clear();
    this.faults.clear();
    this.prefixes.clear();
    this.turns.clear();
  }
}
