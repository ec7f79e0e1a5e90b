/** Calls as structured log records: one when a call ends, one for each request that failed. */
import { costOfCall } from "../client/call-cost.js";
import { observe, operationOf, type Telemetry } from "./observe.js";

/** Flat, so that any logger takes it. Nothing that was said, and no key. */
export interface CallLog {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly provider: string;
  readonly model: string;
  readonly operation: string;
  readonly outcome: "completed" | "failed" | "cancelled";
  readonly code?: string;
  readonly ms: number;
  readonly firstChunkMs?: number;
  readonly requestId?: string;
  readonly generation?: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** In `currency`; absent when unknown. */
  readonly cost?: number;
  readonly currency?: string;
  readonly tags: { readonly [name: string]: string };
}

/** `logTelemetry((record) => pino[record.level](record))`, or `console`. */
export function logTelemetry(write: (record: CallLog) => void): Telemetry {
  return observe({
    begin(call, scope) {
      const at = Date.now();
      return ({ outcome, code, ms, firstChunkMs, requestId, usage, cost: stated }) => {
        if (scope === "attempt" && outcome !== "failed") return;
        const cost = usage === undefined ? stated : costOfCall(call, { usage, cost: stated }, at);
        const what = `${operationOf(call)} ${call.provider.id}/${call.modelId}`;
        write({
          level: outcome === "failed" ? (scope === "call" ? "error" : "warn") : "info",
          message: scope === "call" ? `${what} ${outcome}` : `${what} request ${outcome}`,
          provider: call.provider.id,
          model: call.modelId,
          operation: operationOf(call),
          outcome,
          ...(code === undefined ? {} : { code }),
          ms: Math.round(ms),
          ...(firstChunkMs === undefined ? {} : { firstChunkMs: Math.round(firstChunkMs) }),
          ...(requestId === undefined ? {} : { requestId }),
          ...(call.generation === undefined ? {} : { generation: call.generation }),
          ...(usage === undefined ? {} : { inputTokens: usage.inputTokens, outputTokens: usage.outputTokens }),
          ...(cost?.state === "known" ? { cost: cost.amount, currency: cost.currency } : {}),
          tags: call.tags ?? {},
        });
      };
    },
  });
}
