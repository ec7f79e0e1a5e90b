/** Jobs: what a provider works on for minutes, and what is kept to ask for it again. */
import type { Timeouts } from "../transport/transport.js";

/** A submitted job as JSON: stored anywhere, taken up by `resume` in any process. It holds no key. */
export interface JobState {
  readonly provider: string;
  /** Catalog id. */
  readonly model: string;
  readonly kind: string;
  /** The provider's own id. */
  readonly id: string;
  /** Where the provider said to ask, when that differs from job to job. */
  readonly url?: string | undefined;
  /** Options that prices may depend on. */
  readonly params: { readonly [name: string]: unknown };
  /** Milliseconds since the epoch. */
  readonly submittedAt: number;
}

/** How far a job is, as its provider says. */
export interface JobProgress {
  readonly state: "queued" | "running" | "done";
  /** From 0 to 1, where the provider tells. */
  readonly progress?: number | undefined;
}

/** How a job is waited for. */
export interface JobOptions {
  /** Ends the waiting, not the job. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds between two questions. Default: 1 s, growing to 10 s. */
  readonly pollMs?: number | undefined;
  /** `total` bounds the waiting. */
  readonly timeouts?: Timeouts | undefined;
  readonly onProgress?: ((progress: JobProgress) => void) | undefined;
}

/** A job. Iterating gives each change of its progress; `JSON.stringify` gives its state. */
export interface Job<Reply> extends AsyncIterable<JobProgress> {
  readonly provider: string;
  readonly model: string;
  readonly id: string;
  toJSON(): JobState;
  /**
   * Waits for the result.
   * @throws TransportError ("timeout", "aborted", "network") with `partial: { job }`: the job goes on and can be resumed.
   * @throws ProviderError when the job failed.
   */
  result(options?: JobOptions): Promise<Reply>;
  /** Asks the provider to stop. Throws CapabilityError where it cannot. */
  cancel(): Promise<void>;
}
