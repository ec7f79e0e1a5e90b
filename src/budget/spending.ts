/** Follows an answer to its end and says what it cost: by its usage, or by what had arrived when it broke off. */
import type { Cost } from "../chat/cost.js";
import type { ProtocolEvent } from "../chat/events.js";
import { charactersPerToken } from "../chat/prompt-tokens.js";
import { type Usage, usageOf } from "../chat/usage.js";
import { costOfCall } from "../client/call-cost.js";
import type { EventReader, ModelAnswer, ModelCall } from "../client/handler.js";

export interface Spending {
  readonly usage: Usage;
  readonly cost: Cost;
  readonly certainty: "known" | "estimated";
}

/** `ended` is called once, with what was spent. An answer without events has ended already. */
export function followSpending<Result extends ModelAnswer>(
  answer: Result,
  {
    call,
    at,
    inputTokens,
    ended,
  }: {
    readonly call: ModelCall;
    readonly at: number;
    readonly inputTokens: number;
    readonly ended: (spending: Spending) => Promise<void>;
  },
): Promise<Result> {
  const priced = (usage: Usage, certainty: Spending["certainty"]): Spending => ({
    usage,
    cost: costOfCall(call, { usage, cost: answer.cost }, at),
    certainty,
  });
  const { events } = answer;
  if (events !== undefined) {
    const reader = new Meter(events, (usage, characters) => {
      if (usage?.state === "known") return ended(priced(usage, "known"));
      // The provider bills what it has generated, also what nobody reads any more.
      const guess = usageOf({ input: inputTokens, output: Math.ceil(characters / charactersPerToken) });
      return ended(priced(guess, "estimated"));
    });
    return Promise.resolve({ ...answer, events: reader });
  }
  const { usage } = answer;
  const known = usage?.state === "known" || answer.cost?.state === "known";
  const counted = usage?.state === "known" ? usage : usageOf({ input: inputTokens });
  const spending = priced(counted, known ? "known" : "estimated");
  return ended(spending).then(() => answer);
}

class Meter implements EventReader {
  private readonly events: EventReader;
  private ended: ((usage: Usage | undefined, characters: number) => Promise<void>) | undefined;
  private characters = 0;

  constructor(events: EventReader, ended: (usage: Usage | undefined, characters: number) => Promise<void>) {
    this.events = events;
    this.ended = ended;
  }

  async read(): Promise<readonly ProtocolEvent[] | undefined> {
    let batch: readonly ProtocolEvent[] | undefined;
    try {
      batch = await this.events.read();
    } catch (error) {
      await this.end(undefined);
      throw error;
    }
    for (const event of batch ?? [])
      if ("text" in event && typeof event.text === "string") this.characters += event.text.length;
    const last = batch?.at(-1);
    // The reply waits for the ledger: whoever sees the answer sees it paid.
    if (batch === undefined || last?.type === "finish")
      await this.end(last?.type === "finish" ? last.usage : undefined);
    return batch;
  }

  close(): void {
    this.events.close();
    // Nobody waits for a reader that was closed.
    this.end(undefined).catch(() => {});
  }

  private async end(usage: Usage | undefined): Promise<void> {
    const { ended } = this;
    this.ended = undefined;
    await ended?.(usage, this.characters);
  }
}
