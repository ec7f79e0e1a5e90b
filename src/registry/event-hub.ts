/** Who listens to a registry, and what was told already. */
import type { RegistryEvent } from "./registry-types.js";

/** More is forgotten, and may then be told again. */
const maxKnown = 10_000;

export class EventHub {
  private readonly listeners = new Set<(event: RegistryEvent) => void>();
  private readonly told = new Set<string>();

  subscribe(listener: (event: RegistryEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** A listener that throws does not keep the others from hearing. */
  tell(event: RegistryEvent): void {
    for (const listener of [...this.listeners])
      try {
        listener(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
  }

  /** Told once for each key while the program runs. */
  once(key: string, event: RegistryEvent): void {
    if (this.told.has(key)) return;
    if (this.told.size >= maxKnown) this.told.clear();
    this.told.add(key);
    this.tell(event);
  }
}
