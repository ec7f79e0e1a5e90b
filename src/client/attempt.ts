/** One request on its way: entered into the call's list of attempts when it ends. */
import { type Attempt, isModelwrightError } from "../errors.js";

/** Only the first end counts. */
export type EndAttempt = (
  outcome: Attempt["outcome"],
  about?: { readonly error?: unknown; readonly status?: number; readonly requestId?: string | undefined },
) => void;

/** Begins an attempt at `target` (`provider/model`). */
export function beginAttempt(target: string, attempts: Attempt[]): EndAttempt {
  const began = performance.now();
  let open = true;
  return (outcome, { error, status, requestId } = {}) => {
    if (!open) return;
    open = false;
    const known = isModelwrightError(error) ? error : undefined;
    attempts.push({
      target,
      outcome: known?.code === "aborted" ? "cancelled" : outcome,
      code: known?.code,
      status: known?.status ?? status,
      requestId: known?.requestId ?? requestId,
      ms: performance.now() - began,
    });
  };
}
