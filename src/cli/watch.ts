/** Watches files and folders and reports settled batches of changes, one at a time. */
interface Watch {
  /** Existing files or folders. */
  readonly paths: readonly string[];
  /** From now on no change is missed. `changed` is called once then, for what happened since the caller read last. */
  ready(): void;
  /** Something under `paths` may have changed. Not called again before it is done: later changes come as one. */
  changed(): Promise<void>;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/** Resolves when the signal fires. */
export async function watch({ paths, ready, changed, signal }: Watch): Promise<void> {
  // chokidar is optional; without it only this command fails, and says so.
  const chokidar = await import("chokidar");
  const watcher = chokidar.watch([...paths], { ignoreInitial: true });
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
    watcher.once("ready", () => {
      ready();
      void work().catch(reject);
    });
    watcher.on("all", () => void work().catch(reject));
    watcher.on("error", reject);
    signal.addEventListener("abort", () => resolve(), { once: true });
  }).finally(() => watcher.close());
}
