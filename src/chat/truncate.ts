/** Shortens a conversation to a budget of tokens, by whole turns, so that what belongs together stays together. */
import { CapabilityError } from "../errors.js";
import type { AnyMessage } from "./message.js";
import { promptTokens } from "./prompt-tokens.js";

/** The budget of a conversation. */
export interface TruncateOptions {
  /** Most tokens of the messages that stay. Leave room for tools and for the answer. */
  readonly maxTokens: number;
  /** Counts tokens; it should not give less for more messages. Default: an estimate of 4 characters per token. */
  readonly countTokens?: ((messages: readonly AnyMessage[]) => number) | undefined;
}

/** What stays of a conversation, and what does not. */
export interface Truncated<Message> {
  readonly messages: readonly Message[];
  /** Oldest first: to be summarized, or stored elsewhere. */
  readonly dropped: readonly Message[];
  /** Of `messages`, as counted. */
  readonly tokens: number;
}

/**
 * Drops the oldest turns until the rest fits. System messages stay, and so does the newest turn: a message of the user
 * with all that follows it. Where that alone is too long, because a tool loop made it so, its oldest rounds go: an
 * answer with its tool calls, its signed reasoning and the results of these calls, never a part of them.
 * @throws CapabilityError "context-length" when not even the newest question and round fit.
 */
export function truncateMessages<Message extends AnyMessage>(
  messages: readonly Message[],
  { maxTokens, countTokens = (list) => promptTokens(list, []) }: TruncateOptions,
): Truncated<Message> {
  const units = unitsOf(messages);
  for (let count = 0; ; count++) {
    const gone = new Set(units.slice(0, count).flat());
    const kept = messages.filter((message) => !gone.has(message));
    const tokens = countTokens(kept);
    if (tokens <= maxTokens)
      return { messages: kept, dropped: messages.filter((message) => gone.has(message)), tokens };
    if (count === units.length)
      throw new CapabilityError(
        "context-length",
        `what must stay of the conversation has about ${tokens} tokens, more than the ${maxTokens} allowed`,
        { path: "messages" },
      );
  }
}

/** What can go, in the order of going: whole turns but the newest, then the rounds of the newest but its last. */
function unitsOf<Message extends AnyMessage>(messages: readonly Message[]): readonly (readonly Message[])[] {
  const said = messages.filter(({ role }) => role !== "system");
  const turns = cut(said, ({ role }, before) => role === "user" && before?.role !== "user");
  const newest = turns.pop() ?? [];
  const answers = newest.slice(newest.findLastIndex(({ role }) => role === "user") + 1);
  const rounds = cut(answers, ({ role }) => role === "assistant");
  return [...turns, ...rounds.slice(0, -1)];
}

/** Cuts a list before each entry that begins something. */
function cut<Entry>(
  entries: readonly Entry[],
  begins: (entry: Entry, before: Entry | undefined) => boolean,
): Entry[][] {
  const pieces: Entry[][] = [];
  for (const [i, entry] of entries.entries()) {
    const last = pieces.at(-1);
    if (last === undefined || begins(entry, entries[i - 1])) pieces.push([entry]);
    else last.push(entry);
  }
  return pieces;
}
