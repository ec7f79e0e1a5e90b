/** `batch`: one call for each item of a list, several at a time, whose results come back in the order of the items. */
import { ModelwrightError, TransportError } from "../errors.js";
import { onAbort } from "../transport/abort.js";

/** How a batch runs. */
export interface BatchOptions {
  /** Most calls in flight, a positive integer. Default 8; 1 runs them one after the other. */
  readonly concurrency?: number | undefined;
  /** Ends the batch: running calls are aborted, those that wait do not begin. What is done is kept. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each call. What it throws ends the batch as an abort does, and rejects it. */
  readonly onProgress?: ((progress: BatchProgress) => void) | undefined;
}

/** How far a batch is. */
export interface BatchProgress {
  /** Calls that ended, well or not. */
  readonly done: number;
  readonly failed: number;
  readonly total: number;
  /** The item whose call ended, from 0. */
  readonly index: number;
}

/** What a call of a batch is told. */
export interface BatchContext {
  /** Place of the item, from 0. */
  readonly index: number;
  /** To be handed to the call, so that it ends with the batch. */
  readonly signal: AbortSignal;
}

/** The outcome of a batch: it is complete even if calls failed. */
export interface BatchReport<Value> {
  /** One per item, in the order of the items. A call that never began is rejected with the code `aborted`. */
  readonly results: readonly PromiseSettledResult<Value>[];
  /** Values of the calls that succeeded, in the order of their items. */
  readonly values: readonly Value[];
  readonly failed: number;
  /** Share of the items whose call succeeded, 0 to 1; 1 when there was nothing to do. */
  readonly successRate: number;
}

/**
 * Runs `call` for each item. One that fails leaves the others alone: its error stands at its place in `results`.
 * Any method of any handle will do: `batch(texts, (text, { signal }) => model.chat({ messages: [user(text)], signal }))`.
 * @throws ModelwrightError "invalid-configuration" when `concurrency` is no positive integer.
 */
export async function batch<Item, Value>(
  items: Iterable<Item>,
  call: (item: Item, context: BatchContext) => Value | Promise<Value>,
  { concurrency = 8, signal: ended, onProgress }: BatchOptions = {},
): Promise<BatchReport<Awaited<Value>>> {
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new ModelwrightError("invalid-configuration", `concurrency must be a positive integer, not ${concurrency}`, {
      path: "concurrency",
    });
  const list = [...items];
  const controller = new AbortController();
  const { signal } = controller;
  const results: PromiseSettledResult<Awaited<Value>>[] = [];
  const progress = { done: 0, failed: 0, total: list.length };
  let next = 0;

  const work = async (): Promise<void> => {
    while (next < list.length && !signal.aborted) {
      const index = next++;
      try {
        results[index] = { status: "fulfilled", value: await call(list[index] as Item, { index, signal }) };
      } catch (reason) {
        results[index] = { status: "rejected", reason };
        progress.failed += 1;
      }
      progress.done += 1;
      onProgress?.({ ...progress, index });
    }
  };

  const abort = (): void => controller.abort(ended?.reason);
  const unlisten = ended === undefined ? undefined : onAbort(ended, abort);
  if (ended?.aborted) abort();
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, list.length) }, work));
  } catch (error) {
    controller.abort(error);
    throw error;
  } finally {
    unlisten?.();
  }
  while (results.length < list.length) results.push({ status: "rejected", reason: notBegun(signal.reason) });
  const values = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const successRate = list.length === 0 ? 1 : values.length / list.length;
  return { results, values, failed: list.length - values.length, successRate };
}

function notBegun(cause: unknown): TransportError {
  return new TransportError("aborted", "the batch ended before this call began", { cause });
}
