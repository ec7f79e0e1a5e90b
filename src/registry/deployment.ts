/** Tries a change on a share of the calls: sticky by key, growing while it does well, taken back by itself when it does not. */
import { createHash } from "node:crypto";
import { ModelwrightError } from "../errors.js";
import type { Act } from "./act.js";

/** What a deployment knows of a call when it decides where the call goes. */
export interface DeployedCall {
  /** `provider/model`. */
  readonly id: string;
  readonly tags: { readonly [name: string]: string } | undefined;
}

/** How a change grows, and what takes it back. */
export interface DeployOptions extends Act {
  /** Percent of the calls at first. Default 10. */
  readonly canary?: number | undefined;
  /** Percents that follow. Default 25, 50, 100; 100 keeps the change. */
  readonly steps?: readonly number[] | undefined;
  /** A step lasts at least this long. Default 60,000 ms. */
  readonly stepMs?: number | undefined;
  /** Calls that a step must have had before it is judged. Default 100. */
  readonly minSample?: number | undefined;
  /** Share of failed calls from which the change is taken back. Default 0.05. */
  readonly maxErrorRate?: number | undefined;
  /** How much longer calls may take, on average, than those without the change. Default 3. */
  readonly maxLatencyRatio?: number | undefined;
  /** Calls with the same key are treated alike, in every process. Default: the tag `user`; without it, chance. */
  readonly key?: ((call: DeployedCall) => string | undefined) | undefined;
}

/** What the calls of one side were like. */
export interface Sample {
  readonly calls: number;
  readonly errors: number;
  /** Milliseconds; 0 without calls. */
  readonly meanMs: number;
}

/** A change that is tried on some of the calls. */
export interface Deployment {
  readonly state: "running" | "paused" | "completed" | "rolled-back";
  /** Share of the calls that have the change now. */
  readonly percent: number;
  /** Id of the generation on trial. */
  readonly generation: string;
  /** Of the current step. */
  readonly sample: { readonly changed: Sample; readonly unchanged: Sample };
  /** Stops growing; a change that does badly is still taken back. */
  pause(): void;
  resume(): void;
  /** Keeps the change, for all calls, now. */
  complete(act?: Act): void;
  /** Takes the change back. Calls that run are not disturbed. */
  rollback(reason?: string): void;
  /** Resolves when the change is kept or taken back. */
  readonly ended: Promise<"completed" | "rolled-back">;
}

/** What the registry does for a deployment. */
export interface DeploymentHost {
  readonly now: () => number;
  /** Id of the generation with the change. */
  candidate(): string;
  /** Whether the change concerns a model. */
  concerns(id: string): boolean;
  /** The share changed, or the end has come. */
  told(state: Deployment["state"], percent: number, reason: string): void;
  /** Makes the change one for all calls. */
  keep(act: Act): void;
}

export class RunningDeployment implements Deployment {
  state: Deployment["state"] = "running";
  percent: number;
  readonly ended: Promise<"completed" | "rolled-back">;
  private readonly host: DeploymentHost;
  private readonly options: DeployOptions;
  private readonly salt: string;
  /** The percents that still follow. */
  readonly steps: number[];
  private readonly changed = new Counter();
  private readonly unchanged = new Counter();
  private stepAt: number;
  private end: (state: "completed" | "rolled-back") => void = () => {};
  private readonly timer: NodeJS.Timeout;

  /** `salt` is equal for equal changes, so that a key falls alike in every process and after a restart. */
  constructor(host: DeploymentHost, options: DeployOptions, salt: string) {
    const { canary = 10, steps = [25, 50, 100], stepMs = 60_000 } = options;
    if ([canary, ...steps].some((percent) => !(percent >= 0 && percent <= 100)))
      throw new ModelwrightError("invalid-configuration", "a deployment's percents are between 0 and 100");
    this.host = host;
    this.options = options;
    this.salt = salt;
    this.percent = canary;
    this.steps = steps.filter((step) => step > canary);
    this.stepAt = host.now();
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
    this.timer = setInterval(() => this.judge(), Math.max(10, stepMs / 4)).unref();
  }

  begin(reason: string): void {
    if (this.percent === 100) this.complete({ reason });
    else this.host.told("running", this.percent, reason);
  }

  get generation(): string {
    return this.host.candidate();
  }

  get sample(): Deployment["sample"] {
    return { changed: this.changed.sample, unchanged: this.unchanged.sample };
  }

  /** Whether a call has the change. */
  takes(call: DeployedCall): boolean {
    if (this.state !== "running" && this.state !== "paused") return false;
    if (!this.host.concerns(call.id)) return false;
    const { key = ({ tags }) => tags?.user } = this.options;
    const own = key(call);
    const point = own === undefined ? Math.random() : pointOf(`${this.salt}:${own}`);
    return point * 100 < this.percent;
  }

  /** One call is over. */
  record(changed: boolean, ok: boolean, ms: number): void {
    (changed ? this.changed : this.unchanged).add(ok, ms);
    this.judge();
  }

  pause(): void {
    this.move("running", "paused");
  }

  resume(): void {
    this.stepAt = this.host.now();
    this.move("paused", "running");
  }

  complete(act: Act = {}): void {
    if (!this.finish("completed")) return;
    this.percent = 100;
    this.host.keep(act);
    this.host.told("completed", 100, act.reason ?? "kept");
    this.end("completed");
  }

  rollback(reason = "asked for"): void {
    if (!this.finish("rolled-back")) return;
    this.percent = 0;
    this.host.told("rolled-back", 0, reason);
    this.end("rolled-back");
  }

  private move(from: Deployment["state"], to: Deployment["state"]): void {
    if (this.state !== from) return;
    this.state = to;
    this.host.told(to, this.percent, "asked for");
  }

  private finish(state: "completed" | "rolled-back"): boolean {
    if (this.state === "completed" || this.state === "rolled-back") return false;
    this.state = state;
    clearInterval(this.timer);
    return true;
  }

  private judge(): void {
    if (this.state !== "running" && this.state !== "paused") return;
    const { minSample = 100, stepMs = 60_000 } = this.options;
    const { changed } = this.sample;
    if (changed.calls < minSample) return;
    const fault = this.fault(minSample);
    if (fault !== undefined) this.rollback(fault);
    else if (this.state === "running" && this.host.now() - this.stepAt >= stepMs) this.grow();
  }

  private grow(): void {
    const next = this.steps.shift();
    if (next === undefined || next === 100) {
      this.complete({ by: "deployment", reason: "did well" });
      return;
    }
    this.percent = next;
    this.stepAt = this.host.now();
    this.changed.reset();
    this.unchanged.reset();
    this.host.told("running", next, "did well");
  }

  private fault(minSample: number): string | undefined {
    const { maxErrorRate = 0.05, maxLatencyRatio = 3 } = this.options;
    const { changed, unchanged } = this.sample;
    if (changed.errors / changed.calls > maxErrorRate) return `${changed.errors} of ${changed.calls} calls failed`;
    if (unchanged.calls < minSample || changed.meanMs <= unchanged.meanMs * maxLatencyRatio) return undefined;
    return `calls take ${Math.round(changed.meanMs)} ms instead of ${Math.round(unchanged.meanMs)} ms`;
  }
}

class Counter {
  private calls = 0;
  private errors = 0;
  private ms = 0;

  get sample(): Sample {
    const { calls, errors, ms } = this;
    return { calls, errors, meanMs: calls === 0 ? 0 : ms / calls };
  }

  add(ok: boolean, ms: number): void {
    this.calls += 1;
    this.ms += ms;
    if (!ok) this.errors += 1;
  }

  reset(): void {
    this.calls = 0;
    this.errors = 0;
    this.ms = 0;
  }
}

/** From 0 to below 1, evenly. */
function pointOf(key: string): number {
  return createHash("sha256").update(key).digest().readUInt32BE(0) / 2 ** 32;
}
