/** Reads a streamed answer: one await per network chunk, everything else synchronous. */
import type { ProtocolEvent } from "../chat/events.js";
import type { NeutralRequest } from "../chat/request.js";
import { noUsage } from "../chat/usage.js";
import { isModelwrightError, ModelwrightError, TransportError } from "../errors.js";
import type { Protocol, StreamDecoder } from "../protocols/protocol.js";
import type { Frame, FrameReader, Framing } from "../transport/frame.js";
import { createNdjsonReader } from "../transport/ndjson.js";
import { createSseReader } from "../transport/sse.js";
import { refuseEmpty } from "./empty-answer.js";
import type { Exchanged } from "./exchange.js";
import { located } from "./failure.js";
import type { EventReader, PreparedCall } from "./handler.js";

/** Characters of one event: generous for text, and for media more than any provider sends at once. */
const maxTextEvent = 8 * 1024 * 1024;
const maxMediaEvent = 128 * 1024 * 1024;
/** Bytes of one streamed answer, as of a whole one: a peer that never ends must not fill the memory. */
const maxAnswer = 256 * 1024 * 1024;

/**
 * Milliseconds that a wire without an end marker may be silent after a complete-looking answer. Grows with the pauses
 * seen in the stream, so that a slow stream is not cut short.
 */
const shortestGrace = 80;
const longestGrace = 2000;

export class StreamReader implements EventReader {
  private readonly exchanged: Exchanged;
  private readonly request: NeutralRequest;
  private readonly chunks: AsyncIterator<Uint8Array>;
  private readonly frames: FrameReader;
  private readonly decoder: StreamDecoder;
  private readonly arrived: Frame[] = [];
  private ended = false;
  private begun = false;
  private longestPause = 0;
  /** How long signs of life (comments, pings) may stand in for events, and since when they do. */
  private readonly longestQuiet: number;
  private quietSince: number | undefined;
  private bytes = 0;
  private text = "";

  constructor(exchanged: Exchanged, protocol: Protocol, call: PreparedCall) {
    this.exchanged = exchanged;
    this.request = call.request;
    this.chunks = exchanged.response.body[Symbol.asyncIterator]();
    this.frames = createFrameReader(protocol.framing, call);
    this.decoder = protocol.createStreamDecoder(call);
    const { firstByte = Number.POSITIVE_INFINITY, idle = Number.POSITIVE_INFINITY } = call.connection.timeouts;
    this.longestQuiet = Math.max(firstByte, idle);
  }

  async read(): Promise<readonly ProtocolEvent[] | undefined> {
    const events: ProtocolEvent[] = [];
    try {
      while (events.length === 0 && !this.ended) await this.readChunk(events);
    } catch (error) {
      const failure = located(error, this.exchanged.place, { partial: { text: this.text, usage: noUsage } });
      this.exchanged.end("failed", { error: failure });
      this.close();
      throw failure;
    }
    for (const event of events) if (event.type === "text-delta") this.text += event.text;
    return events.length === 0 ? undefined : events;
  }

  close(): void {
    this.ended = true;
    this.exchanged.end("cancelled");
    this.exchanged.response.dispose();
  }

  private async readChunk(events: ProtocolEvent[]): Promise<void> {
    const asked = performance.now();
    const chunk = this.decoder.settled === true ? await this.nextWithin() : await this.nextChunk();
    // Closed while the chunk was on its way.
    if (this.ended) return;
    if (chunk === undefined) {
      this.finish(events);
      refuseEmpty(events.at(-1), this.request);
      this.complete();
      this.close();
      return;
    }
    // The first chunk is late for another reason: the model thinks.
    this.longestPause = this.begun ? Math.max(this.longestPause, performance.now() - asked) : 0;
    this.begun = true;
    this.bytes += chunk.length;
    if (this.bytes > maxAnswer)
      throw new TransportError("invalid-response", `the stream is longer than ${maxAnswer} bytes`);
    this.frames.push(chunk, this.arrived);
    this.decode(events);
    if (this.decoder.done) {
      refuseEmpty(events.at(-1), this.request);
      this.release();
    } else if (events.length === 0) this.keepQuiet(asked);
    else this.quietSince = undefined;
  }

  /** A model may think for minutes and say only that it lives, but not for ever. */
  private keepQuiet(asked: number): void {
    this.quietSince ??= asked;
    if (performance.now() - this.quietSince >= this.longestQuiet)
      throw new TransportError("timeout", `no event for ${this.longestQuiet} ms, only signs of life`);
  }

  /** The terminal event was read: the connection is kept if the body ends by itself. */
  private release(): void {
    this.ended = true;
    this.complete();
    const { response } = this.exchanged;
    if (response.release === undefined) response.dispose();
    else response.release();
  }

  private complete(): void {
    const { response, place, end } = this.exchanged;
    end("completed", { status: response.status, requestId: place.requestId });
  }

  private decode(events: ProtocolEvent[]): void {
    for (const frame of this.arrived) {
      if (this.decoder.done) break;
      this.decoder.push(frame, events);
    }
    this.arrived.length = 0;
  }

  /** The body ended, or was silent long enough after a complete-looking answer. */
  private finish(events: ProtocolEvent[]): void {
    try {
      this.frames.end(this.arrived);
      this.decode(events);
    } catch (error) {
      // What cannot be read at the cut is the cut's doing.
      if (isModelwrightError(error) && error.code === "invalid-response")
        throw new TransportError("stream-truncated", "the stream ended inside an event", { partial: error.partial });
      throw error;
    }
    if (!this.decoder.done) this.decoder.end(events);
  }

  private async nextChunk(): Promise<Uint8Array | undefined> {
    try {
      const { done, value } = await this.chunks.next();
      return done === true ? undefined : value;
    } catch (error) {
      if (isModelwrightError(error) && error.code === "network")
        throw new TransportError("stream-truncated", "the connection was lost inside the stream");
      throw error;
    }
  }

  private async nextWithin(): Promise<Uint8Array | undefined> {
    const next = this.nextChunk();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const silence = new Promise<undefined>((resolve) => {
      const grace = Math.min(longestGrace, Math.max(shortestGrace, 2 * this.longestPause));
      timer = setTimeout(resolve, grace, undefined);
    });
    try {
      return await Promise.race([next, silence]);
    } finally {
      clearTimeout(timer);
      // When the silence came first the late chunk, or its failure, no longer matters.
      next.catch(() => undefined);
    }
  }
}

function createFrameReader(framing: Framing, { provider, model, connection }: PreparedCall): FrameReader {
  const text = model.output.every((modality) => modality === "text");
  const limit = text ? maxTextEvent : maxMediaEvent;
  if (framing === "sse") return createSseReader(limit);
  if (framing === "ndjson") return createNdjsonReader(limit);
  const create = connection.frameReaderOf(framing);
  if (create === undefined)
    throw new ModelwrightError(
      "invalid-configuration",
      `${provider.id}: reading ${framing} needs \`cloud\` in the provider's definition`,
    );
  return create(limit);
}
