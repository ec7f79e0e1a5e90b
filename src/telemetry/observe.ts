/** Tells observers of calls and of the requests that each call sends: when they begin, stream and end. */
import type { Cost } from "../chat/cost.js";
import type { ProtocolEvent } from "../chat/events.js";
import type { NeutralRequest } from "../chat/request.js";
import type { Usage } from "../chat/usage.js";
import type { ClientTelemetry } from "../client/client-options.js";
import type { EventReader, ModelAnswer, ModelCall, Policy } from "../client/handler.js";
import { type ErrorCode, isModelwrightError } from "../errors.js";

/** Give it as `telemetry` to a client. */
export type Telemetry = ClientTelemetry;

/** How a call, or a request of it, ended. */
export interface ObservedEnd {
  /** `cancelled`: nobody read the answer to its end. */
  readonly outcome: "completed" | "failed" | "cancelled";
  readonly error?: unknown;
  readonly code?: ErrorCode | undefined;
  readonly usage?: Usage | undefined;
  /** Of an answer whose price is not one of tokens alone. */
  readonly cost?: Cost | undefined;
  readonly finishReason?: string | undefined;
  readonly requestId?: string | undefined;
  /** What the provider says answered. */
  readonly responseModel?: string | undefined;
  readonly responseId?: string | undefined;
  readonly ms: number;
  /** Of streams: until the first event that holds something. */
  readonly firstChunkMs?: number | undefined;
}

/** Observers are trusted to be quick, and not to throw: what they throw fails the call. */
export interface Observer {
  /** Is told of the end once. */
  begin(call: ModelCall, scope: "call" | "attempt"): ((end: ObservedEnd) => void) | undefined;
}

/** `chat`, or the kind of the model. */
export function operationOf(call: ModelCall): string {
  if (requestOf(call) !== undefined) return "chat";
  return call.model.kind === "embedding" ? "embeddings" : call.model.kind;
}

export function requestOf(call: ModelCall): NeutralRequest | undefined {
  return "request" in call ? (call.request as NeutralRequest) : undefined;
}

/**
 * Telemetry from an observer: told when something begins, it gives what is told at its end. What is asked about a job
 * while it runs are requests, but no calls of their own.
 */
export function observe(observer: Observer): Telemetry {
  return { call: policy(observer, "call"), attempt: policy(observer, "attempt") };
}

function policy(observer: Observer, scope: "call" | "attempt"): Policy {
  return (next) => async (call) => {
    if (scope === "call" && call.followUp) return next(call);
    const began = performance.now();
    const end = observer.begin(call, scope);
    if (end === undefined) return next(call);
    try {
      const answer = await next(call);
      return followed(answer, began, end);
    } catch (error) {
      end({ ...failed(error), ms: performance.now() - began });
      throw error;
    }
  };
}

function failed(error: unknown): Pick<ObservedEnd, "outcome" | "error" | "code" | "requestId"> {
  const known = isModelwrightError(error) ? error : undefined;
  const outcome = known?.code === "aborted" ? "cancelled" : "failed";
  return { outcome, error, code: known?.code, requestId: known?.requestId };
}

function followed<Result extends ModelAnswer>(answer: Result, began: number, end: (end: ObservedEnd) => void): Result {
  const { events, requestId, usage, cost } = answer;
  if (events !== undefined) return { ...answer, events: new ObservedReader(events, { began, requestId, end }) };
  end({ outcome: "completed", usage, cost, requestId, ms: performance.now() - began });
  return answer;
}

interface Observing {
  readonly began: number;
  readonly requestId: string | undefined;
  readonly end: (end: ObservedEnd) => void;
}

class ObservedReader implements EventReader {
  private readonly events: EventReader;
  private readonly about: Observing;
  private over = false;
  private firstChunkMs: number | undefined;
  private responseModel: string | undefined;
  private responseId: string | undefined;

  constructor(events: EventReader, about: Observing) {
    this.events = events;
    this.about = about;
  }

  async read(): Promise<readonly ProtocolEvent[] | undefined> {
    let batch: readonly ProtocolEvent[] | undefined;
    try {
      batch = await this.events.read();
    } catch (error) {
      this.end(failed(error));
      throw error;
    }
    for (const event of batch ?? []) {
      if (event.type === "start") {
        this.responseModel = event.model;
        this.responseId = event.id;
      } else this.firstChunkMs ??= performance.now() - this.about.began;
    }
    const last = batch?.at(-1);
    if (last?.type === "finish") this.end({ outcome: "completed", usage: last.usage, finishReason: last.finishReason });
    return batch;
  }

  close(): void {
    this.events.close();
    this.end({ outcome: "cancelled" });
  }

  private end(end: Omit<ObservedEnd, "ms">): void {
    if (this.over) return;
    this.over = true;
    const { began, requestId } = this.about;
    const { firstChunkMs, responseModel, responseId } = this;
    this.about.end({ requestId, firstChunkMs, responseModel, responseId, ...end, ms: performance.now() - began });
  }
}
