/** One listener per AbortSignal, however many calls share it: runtimes warn of more than ten. */

interface Hub {
  readonly runs: Set<() => void>;
  readonly fire: () => void;
}

const hubs = /*#__PURE__*/ new WeakMap<AbortSignal, Hub>();

/** Calls `run` when the signal aborts. The function given back ends that; after the last, nothing is left on the signal. */
export function onAbort(signal: AbortSignal, run: () => void): () => void {
  const hub = hubs.get(signal) ?? createHub(signal);
  hub.runs.add(run);
  return () => {
    if (hub.runs.delete(run) && hub.runs.size === 0) remove(signal, hub);
  };
}

function createHub(signal: AbortSignal): Hub {
  const runs = new Set<() => void>();
  const hub = {
    runs,
    fire: () => {
      remove(signal, hub);
      for (const run of runs) run();
    },
  };
  hubs.set(signal, hub);
  signal.addEventListener("abort", hub.fire);
  return hub;
}

function remove(signal: AbortSignal, { fire }: Hub): void {
  signal.removeEventListener("abort", fire);
  if (hubs.get(signal)?.fire === fire) hubs.delete(signal);
}
