/** The policy `audit`: writes down who called which model when, and what came of it. */
import type { Cost } from "../chat/cost.js";
import type { ProtocolEvent } from "../chat/events.js";
import type { NeutralRequest } from "../chat/request.js";
import { noUsage, type Usage } from "../chat/usage.js";
import { costOfCall } from "../client/call-cost.js";
import type { EventReader, ModelAnswer, ModelCall, Policy } from "../client/handler.js";
import { isModelwrightError, PolicyError } from "../errors.js";
import type { AuditActor, AuditEvent, AuditSink, CallEnded, CallStarted, EntryRefused } from "./record.js";

/** Where calls are written down, and what of them. */
export interface AuditOptions {
  readonly sink: AuditSink;
  /**
   * `block` (default): a call is written down before it is sent and fails when that cannot be done. `continue`: calls
   * go on, and what could not be written is told to `onSinkFailure`.
   */
  readonly whenSinkFails?: "block" | "continue";
  /** The sink's error, and how many events were lost with it. */
  readonly onSinkFailure?: (error: unknown, lost: number) => void;
  /** Which tags name the actor. Default `{ tenant: "tenant", user: "user", key: "key" }`. */
  readonly actor?: { readonly [part in keyof AuditActor]?: string };
  /**
   * Keeps what was said. Absent: nothing of it is kept. Given messages (of other kinds than chat: what was asked) or the
   * text of a chat's answer, it gives what to keep: shortened, or without what must not be written down.
   */
  readonly content?: (content: unknown, of: "input" | "output") => unknown;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** A policy that also writes down whom a gateway did not let in. */
export type AuditPolicy = Policy & {
  /** Never rejects: whoever is refused is refused without a trail, too. At most 60 a minute are written down. */
  readonly refused: (entry: Pick<EntryRefused, "code" | "method" | "path" | "shown">) => Promise<void>;
};

const refusalsPerMinute = 60;

/**
 * Give it as `audit` to a client or a gateway. Calls that other policies refuse are written down, too; what is asked
 * about a job while it runs is not.
 */
export function audit(options: AuditOptions): AuditPolicy {
  const { sink, whenSinkFails = "block", onSinkFailure, content, now = Date.now } = options;
  const write = async (event: AuditEvent): Promise<void> => {
    try {
      await sink.append([event]);
    } catch (error) {
      onSinkFailure?.(error, 1);
      if (whenSinkFails === "block") throw error;
    }
  };
  let minute = { began: 0, written: 0, unwritten: 0 };
  const refused: AuditPolicy["refused"] = async (entry) => {
    const at = now();
    if (at - minute.began >= 60_000) minute = { began: at, written: 0, unwritten: minute.unwritten };
    if (minute.written >= refusalsPerMinute) {
      minute.unwritten++;
      return;
    }
    const { unwritten } = minute;
    minute = { ...minute, written: minute.written + 1, unwritten: 0 };
    const about = { id: crypto.randomUUID(), at: new Date(at).toISOString(), actor: {} };
    const lost = unwritten === 0 ? {} : { unwritten };
    await write({ type: "entry-refused", ...about, ...entry, ...lost }).catch(() => undefined);
  };
  const policy: Policy = (next) => async (call) => {
    if (call.followUp) return next(call);
    const began = now();
    const started = startedOf(call, options, began);
    if (whenSinkFails === "block") await write(started).catch((cause) => refuse(call, sink, cause));
    const end = (ending: Ending): Promise<void> =>
      write(endedOf(started, { call, ending, ms: now() - began, at: began, content }));
    try {
      const answer = await next(call);
      return await followed(answer, end, content !== undefined);
    } catch (error) {
      await end({ outcome: "failed", error });
      throw error;
    }
  };
  return Object.assign(policy, { refused });
}

interface Ending {
  readonly outcome: CallEnded["outcome"];
  readonly error?: unknown;
  readonly usage?: Usage | undefined;
  readonly cost?: Cost | undefined;
  readonly requestId?: string | undefined;
  readonly text?: string | undefined;
}

function startedOf(call: ModelCall, { actor, content }: AuditOptions, at: number): CallStarted {
  const { asked, params } = askedOf(call);
  const tags = call.tags ?? {};
  const input = content === undefined || asked === undefined ? undefined : content(asked, "input");
  return {
    type: "call-started",
    id: crypto.randomUUID(),
    at: new Date(at).toISOString(),
    actor: actorOf(tags, { tenant: "tenant", user: "user", key: "key", ...actor }),
    provider: call.provider.id,
    model: call.modelId,
    ...(call.generation === undefined ? {} : { generation: call.generation }),
    tags,
    params: plainValues(params),
    ...(input === undefined ? {} : { input }),
  };
}

function endedOf(
  started: CallStarted,
  about: {
    readonly call: ModelCall;
    readonly ending: Ending;
    readonly ms: number;
    readonly at: number;
    readonly content: AuditOptions["content"];
  },
): CallEnded {
  const { call, ending, ms, at, content } = about;
  const { input: _kept, ...facts } = started;
  const usage = ending.usage ?? noUsage;
  const cost = costOfCall(call, { usage, cost: ending.cost }, at);
  const output = content === undefined || ending.text === undefined ? undefined : content(ending.text, "output");
  const requestId = ending.requestId ?? (isModelwrightError(ending.error) ? ending.error.requestId : undefined);
  return {
    ...facts,
    type: "call-ended",
    outcome: isAbort(ending.error) ? "cancelled" : ending.outcome,
    ...(isModelwrightError(ending.error) ? { code: ending.error.code } : {}),
    ms: Math.round(ms),
    ...(requestId === undefined ? {} : { requestId }),
    attempts: call.attempts.length,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    ...(cost.state === "known" ? { cost: { amount: cost.amount, currency: cost.currency } } : {}),
    ...(output === undefined ? {} : { output }),
  };
}

const isAbort = (error: unknown): boolean => isModelwrightError(error) && error.code === "aborted";

function refuse(call: ModelCall, sink: AuditSink, cause: unknown): never {
  const at = { provider: call.provider.id, model: call.modelId };
  const code = isModelwrightError(cause) ? cause.code : "network";
  // A sink's own words may name addresses; those of this package's errors do not.
  const why = isModelwrightError(cause) ? `: ${cause.message}` : "";
  const message = `${at.provider}/${at.model}: ${code}: the audit trail (${sink.name}) cannot be written, and calls without one are refused${why}`;
  throw new PolicyError(code, message, { ...at, cause });
}

function actorOf(tags: CallStarted["tags"], names: { readonly [part in keyof AuditActor]: string }): AuditActor {
  const parts = Object.entries(names).flatMap(([part, tag]) => (Object.hasOwn(tags, tag) ? [[part, tags[tag]]] : []));
  return Object.fromEntries(parts) as AuditActor;
}

/** Chats have messages, embeddings texts and media, all other kinds an order. */
function askedOf(call: ModelCall): { readonly asked?: unknown; readonly params: NeutralRequest["params"] } {
  if ("request" in call) {
    const { messages, params } = call.request as NeutralRequest;
    return { asked: messages, params };
  }
  if (call.order !== undefined) return call.order;
  const { input, params = {} } = call as { readonly input?: unknown; readonly params?: NeutralRequest["params"] };
  return { asked: input, params };
}

// Sentences among parameters, such as how a voice is to speak, are content.
const word = /^[\w.:/+-]{1,64}$/;

function plainValues(params: NeutralRequest["params"]): CallStarted["params"] {
  const kept = Object.entries(params).filter(
    ([, value]) =>
      typeof value === "number" || typeof value === "boolean" || (typeof value === "string" && word.test(value)),
  );
  return Object.fromEntries(kept) as CallStarted["params"];
}

/** The answer, whose end is written down before its reader learns of it. */
async function followed<Result extends ModelAnswer>(
  answer: Result,
  end: (ending: Ending) => Promise<void>,
  keepText: boolean,
): Promise<Result> {
  const { events, requestId, usage, cost } = answer;
  if (events !== undefined) return { ...answer, events: new AuditedReader(events, end, { requestId, keepText }) };
  await end({ outcome: "completed", usage, cost, requestId });
  return answer;
}

class AuditedReader implements EventReader {
  private readonly events: EventReader;
  private end: ((ending: Ending) => Promise<void>) | undefined;
  private readonly requestId: string | undefined;
  private text: string | undefined;

  constructor(
    events: EventReader,
    end: (ending: Ending) => Promise<void>,
    { requestId, keepText }: { readonly requestId: string | undefined; readonly keepText: boolean },
  ) {
    this.events = events;
    this.end = end;
    this.requestId = requestId;
    this.text = keepText ? "" : undefined;
  }

  async read(): Promise<readonly ProtocolEvent[] | undefined> {
    let batch: readonly ProtocolEvent[] | undefined;
    try {
      batch = await this.events.read();
    } catch (error) {
      await this.ended({ outcome: "failed", error });
      throw error;
    }
    if (this.text !== undefined)
      for (const event of batch ?? []) if (event.type === "text-delta") this.text += event.text;
    const last = batch?.at(-1);
    if (last?.type === "finish") await this.ended({ outcome: "completed", usage: last.usage });
    return batch;
  }

  close(): void {
    this.events.close();
    // Nobody waits for a reader that was closed; a failing sink is told by its own way.
    this.ended({ outcome: "cancelled" }).catch(() => {});
  }

  private async ended(ending: Ending): Promise<void> {
    const { end } = this;
    this.end = undefined;
    await end?.({ ...ending, requestId: this.requestId, text: this.text });
  }
}
