/** Gathers what is known of one request while it is served, and tells it once. */
import type { ProtocolEvent } from "../chat/events.js";
import type { AnyReply } from "../client/any-reply.js";
import { isModelwrightError } from "../errors.js";
import { failureOf } from "./failure-response.js";
import type { GatewayExchange, GatewayOptions } from "./gateway-options.js";

type Known = Omit<GatewayExchange, "at" | "ms" | "status">;

/** Shorter distances cannot be seen. */
const markMs = 16;

/** Later pieces of a very long answer are not kept. */
const maxMarks = 2000;

export class ExchangeRecord {
  private readonly options: Pick<GatewayOptions, "onExchange" | "now">;
  private readonly at: number;
  private readonly startedAt = performance.now();
  private known: Known;
  private told = false;
  private readonly timeline: { readonly ms: number; readonly type: ProtocolEvent["type"]; characters: number }[] = [];

  constructor(options: Pick<GatewayOptions, "onExchange" | "now">, request: Pick<Known, "method" | "path">) {
    this.options = options;
    this.at = (options.now ?? Date.now)();
    const id = crypto.randomUUID();
    this.known = { ...request, id, stream: false, simulated: false, adjustments: [], attempts: [], timeline: [] };
  }

  note(facts: Partial<Known>): void {
    this.known = { ...this.known, ...facts };
  }

  noteReply(reply: AnyReply): void {
    const { provider, model, requestId, finishReason, usage, cost, attempts, timing } = reply;
    const adjustments = [...this.known.adjustments, ...reply.adjustments];
    this.note({ provider, model, requestId, finishReason, usage, cost, attempts, adjustments });
    this.note({ firstTokenMs: timing.firstTokenMs });
  }

  noteFailure(error: unknown): void {
    const { provider, model, requestId, attempts } = isModelwrightError(error) ? error : {};
    this.note({
      error: failureOf(error),
      provider: provider ?? this.known.provider,
      model: model ?? this.known.model,
      requestId,
      ...(attempts === undefined ? {} : { attempts }),
    });
  }

  /** A piece of the stream went out. */
  noteEvent(type: ProtocolEvent["type"], characters: number): void {
    const last = this.timeline.at(-1);
    const ms = performance.now() - this.startedAt;
    // Neighbours within one frame of a screen are one mark.
    if (last?.type === type && ms - last.ms < markMs) last.characters += characters;
    else if (this.timeline.length < maxMarks) this.timeline.push({ ms, type, characters });
  }

  get facts(): Known {
    return this.known;
  }

  /** The answer is out. Later calls tell nothing. */
  end(status: number): void {
    if (this.told) return;
    this.told = true;
    this.options.onExchange?.({
      at: this.at,
      ms: performance.now() - this.startedAt,
      status,
      ...this.known,
      timeline: this.timeline,
    });
  }
}
