/** Answers that a provider keeps for the next turn, where the wire lets a request go on from one by its id. */
import type { ProtocolEvent } from "../chat/events.js";
import type { ServedChat } from "../protocols/server.js";

/** What a later turn must know of an answer. */
export interface StoredTurn {
  /** Ids of the calls that wait for their results. */
  readonly calls: readonly string[];
}

/** Most answers kept; the oldest go first. */
const maxTurns = 1_000;

export class StoredTurns {
  private readonly turns = new Map<string, StoredTurn>();

  /** Keeps an answer, unless its request asked not to. https://platform.openai.com/docs/guides/conversation-state */
  keep(id: string, { wire }: ServedChat, events: readonly ProtocolEvent[]): void {
    if (wire.store === false) return;
    this.turns.set(id, { calls: events.flatMap((event) => (event.type === "tool-call" ? event.id : [])) });
    const [oldest] = this.turns.keys();
    if (this.turns.size > maxTurns && oldest !== undefined) this.turns.delete(oldest);
  }

  find(id: unknown): StoredTurn | undefined {
    return this.turns.get(String(id));
  }

  clear(): void {
    this.turns.clear();
  }
}
