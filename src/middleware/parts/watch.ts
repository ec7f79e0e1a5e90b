/** Tells how an answer ended, whichever way: read to its finish, broken, or closed by its reader. */
import type { ProtocolEvent } from "../../chat/events.js";
import type { Usage } from "../../chat/usage.js";
import type { EventReader, ModelAnswer } from "../../client/handler.js";

export type Ending =
  | { readonly how: "completed"; readonly usage: Usage | undefined }
  | { readonly how: "failed"; readonly error: unknown }
  | { readonly how: "closed" };

/** `ended` is called once. An answer without events has ended already. */
export function watch<Result extends ModelAnswer>(answer: Result, ended: (ending: Ending) => void): Result {
  const { events } = answer;
  if (events === undefined) {
    ended({ how: "completed", usage: answer.usage });
    return answer;
  }
  return { ...answer, events: new WatchedReader(events, ended) };
}

class WatchedReader implements EventReader {
  private readonly events: EventReader;
  private ended: ((ending: Ending) => void) | undefined;

  constructor(events: EventReader, ended: (ending: Ending) => void) {
    this.events = events;
    this.ended = ended;
  }

  async read(): Promise<readonly ProtocolEvent[] | undefined> {
    try {
      const batch = await this.events.read();
      const last = batch?.at(-1);
      if (batch === undefined || last?.type === "finish")
        this.end({ how: "completed", usage: last?.type === "finish" ? last.usage : undefined });
      return batch;
    } catch (error) {
      this.end({ how: "failed", error });
      throw error;
    }
  }

  close(): void {
    // Whatever `ended` does, the connection is closed.
    this.events.close();
    this.end({ how: "closed" });
  }

  private end(ending: Ending): void {
    const { ended } = this;
    this.ended = undefined;
    ended?.(ending);
  }
}
