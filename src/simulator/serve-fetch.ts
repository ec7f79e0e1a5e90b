/** Plays plans as `fetch` answers, without a socket. Failures look like those of the platform's `fetch`. */
import { maxHangMs, type Plan, wait } from "./plan.js";

/** The answer to a plan. `signal` is the caller's; `closing` the simulator's. */
export async function playAsFetch(
  plan: Plan,
  { signal, closing }: { readonly signal: AbortSignal; readonly closing: AbortSignal },
): Promise<Response> {
  const gone = AbortSignal.any([signal, closing]);
  await wait(plan.delayMs, gone);
  if (plan.before === "hang") await wait(maxHangMs, gone);
  signal.throwIfAborted();
  if (plan.before !== undefined || closing.aborted) throw new TypeError("fetch failed", { cause: connectionReset() });
  return new Response(bodyOf(plan, { signal, gone }), { status: plan.status, headers: plan.headers });
}

function bodyOf(
  plan: Plan,
  { signal, gone }: { readonly signal: AbortSignal; readonly gone: AbortSignal },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const cancelled = new AbortController();
  const left = AbortSignal.any([gone, cancelled.signal]);
  let next = 0;
  const broken = (): unknown =>
    signal.aborted ? signal.reason : new TypeError("terminated", { cause: connectionReset() });
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        const step = plan.steps[next++];
        if (step === undefined) return controller.close();
        if (gone.aborted) return controller.error(broken());
        if ("send" in step)
          return controller.enqueue(typeof step.send === "string" ? encoder.encode(step.send) : step.send);
        await wait("waitMs" in step ? step.waitMs : step.act === "hang" ? maxHangMs : 0, left);
        if ("act" in step && !cancelled.signal.aborted) return controller.error(broken());
        if (cancelled.signal.aborted) return;
      }
    },
    cancel: () => cancelled.abort(),
  });
}

function connectionReset(): Error {
  return Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
}
