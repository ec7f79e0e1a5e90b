/** Watches files and folders and reports settled batches of changes, one at a time. */
interface Watch {
  /** Existing files or folders. */
  readonly paths: readonly string[];
  /** Something under `paths` changed. Not called again before it is done: later changes wait and come as one. */
  changed(): Promise<void>;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/** Resolves when the signal fires. */
export async function watch({ paths, changed, signal }: Watch): Promise<void> {
  // chokidar is optional; without it only this command fails, and says so.
  const chokidar = await import("chokidar");
  // An editor writes in pieces: a file counts as changed when its size has stood still for a moment.
  const watcher = chokidar.watch([...paths], {
    ignoreInitial: true,
    awaitWriteFinish: { stabilityThreshold: 50, pollInterval: 10 },
  });
  await new Promise<void>((resolve, reject) => {
    let dirty = false;
    let busy = false;
    const work = async (): Promise<void> => {
      dirty = true;
      if (busy) return;
      busy = true;
      while (dirty) {
        dirty = false;
        await changed();
      }
      busy = false;
    };
    watcher.on("all", () => void work().catch(reject));
    watcher.on("error", reject);
    signal.addEventListener("abort", () => resolve(), { once: true });
  }).finally(() => watcher.close());
}
