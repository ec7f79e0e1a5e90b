/** The innermost handler of tasks: one request is sent, its whole answer read and decoded. */
import type { Cost } from "../chat/cost.js";
import type { Usage } from "../chat/usage.js";
import { TransportError } from "../errors.js";
import type { Protocol, WireRequest } from "../protocols/protocol.js";
import type { WireAnswer } from "../protocols/task.js";
import { joinChunks } from "../transport/body.js";
import type { TransportResponse } from "../transport/transport.js";
import { type Exchanged, exchange } from "./exchange.js";
import { located } from "./failure.js";
import type { ModelAnswer, ModelCall } from "./handler.js";

/** What was read, and what that cost where it is known. */
export interface TaskRead<Value> {
  readonly value: Value;
  readonly usage?: Usage;
  readonly cost?: Cost;
}

/** One request of a task, and how its answer is read. */
export interface TaskRequest extends ModelCall {
  readonly protocol: Protocol;
  /** Encoded anew for each try. */
  readonly encode: () => Promise<WireRequest>;
  /** Reads the answer; `value` is whatever the caller expects. */
  readonly read: (exchanged: Exchanged) => Promise<TaskRead<unknown>>;
}

export interface TaskReceived extends ModelAnswer {
  readonly value: unknown;
}

export async function sendTask(call: TaskRequest): Promise<TaskReceived> {
  const exchanged = await exchange({ ...call, ownURL: call.model.transport?.baseURL }, await call.encode());
  const read = await call.read(exchanged);
  const { response, place } = exchanged;
  return { status: response.status, requestId: place.requestId, header: (name) => response.header(name), ...read };
}

/** Reads a whole answer and decodes it. */
export async function readWhole<Value extends object>(
  { response, place, end }: Exchanged,
  decode: (answer: WireAnswer) => Value,
): Promise<Value> {
  try {
    const value = decode(answerOf(response, await wholeBody(response)));
    end("completed", { status: response.status, requestId: place.requestId });
    return value;
  } catch (error) {
    const failure = located(error, place);
    end("failed", { error: failure, status: response.status });
    throw failure;
  }
}

/** Films of minutes stay below it. */
const maxBytes = 512 * 1024 * 1024;

async function wholeBody(response: TransportResponse, most = maxBytes): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > most) throw new TransportError("invalid-response", `the response is longer than ${most} bytes`);
    chunks.push(chunk);
  }
  return joinChunks(chunks, size);
}

const maxQuoted = 1000;

function answerOf(response: TransportResponse, bytes: Uint8Array): WireAnswer {
  const text = () => new TextDecoder().decode(bytes);
  return {
    header: (name) => response.header(name),
    bytes,
    text,
    json() {
      try {
        return JSON.parse(text()) as unknown;
      } catch {
        throw new TransportError("invalid-response", "the answer is no JSON", { text: text().slice(0, maxQuoted) });
      }
    },
  };
}
