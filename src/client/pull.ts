/** Downloads of models to a server of one's own, with their progress. */
import type { ProviderFacts } from "../catalog/facts.js";
import { CapabilityError, TransportError } from "../errors.js";
import type { CallOptions } from "../model/request.js";
import type { Protocol, PullProgress } from "../protocols/protocol.js";
import type { Frame } from "../transport/frame.js";
import { createNdjsonReader } from "../transport/ndjson.js";
import { connectionFor } from "./connection.js";
import { exchange } from "./exchange.js";
import { located } from "./failure.js";
import type { Client } from "./target.js";

const maxLine = 1024 * 1024;

/** A server may check what it fetched, which is many gigabytes, without a word. */
const silence = 600_000;

export interface Pulling {
  readonly provider: ProviderFacts;
  readonly protocol: Protocol;
  readonly client: Client;
}

/** Nothing is asked for until the first step. Leaving the loop, or the signal, ends the download; a later one goes on from there. */
export async function* pullModel(
  { provider, protocol, client }: Pulling,
  model: string,
  options: CallOptions = {},
): AsyncGenerator<PullProgress, void> {
  const { pull } = protocol;
  if (pull === undefined)
    throw new CapabilityError("unsupported", `${provider.id}: ${protocol.id} downloads no models`, {
      provider: provider.id,
      model,
    });
  const connection = connectionFor(client.connection(), {
    ...options,
    timeouts: { idle: silence, ...options.timeouts },
  });
  const { signal, extraHeaders } = options;
  const call = { provider, modelId: model, protocol, connection, ownURL: undefined, signal, attempts: [] };
  const wire = pull.encode(model);
  const { response, place, end } = await exchange(call, { ...wire, headers: { ...wire.headers, ...extraHeaders } });
  const about = { status: response.status, requestId: place.requestId };
  const reader = createNdjsonReader(maxLine);
  let finished = false;
  try {
    for await (const frame of framesOf(response.body, reader)) {
      const progress = pull.decode(frame, provider, model);
      yield progress;
      if (!progress.done) continue;
      finished = true;
      response.release?.();
      end("completed", about);
      return;
    }
    throw new TransportError("stream-truncated", "the download ended before it was complete");
  } catch (error) {
    finished = true;
    const failure = located(error, place);
    end("failed", { error: failure, status: response.status });
    throw failure;
  } finally {
    if (!finished) {
      response.dispose();
      end("cancelled", about);
    }
  }
}

async function* framesOf(
  body: AsyncIterable<Uint8Array>,
  reader: ReturnType<typeof createNdjsonReader>,
): AsyncGenerator<Frame> {
  const frames: Frame[] = [];
  for await (const chunk of body) {
    reader.push(chunk, frames);
    yield* frames.splice(0);
  }
  reader.end(frames);
  yield* frames;
}
