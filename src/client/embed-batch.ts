/** The innermost handler of embeddings: one batch of values is encoded, sent and decoded. */
import { paramConstraint } from "../catalog/capabilities.js";
import type { Usage } from "../chat/usage.js";
import { ModelwrightError, TransportError } from "../errors.js";
import type { EmbeddingAnswer, EmbeddingCall, HeaderReader, Protocol, WireRequest } from "../protocols/protocol.js";
import { lowerCase } from "./connect.js";
import { decoded, exchange } from "./exchange.js";
import type { ModelAnswer, ModelCall } from "./handler.js";
import type { EmbedOptions } from "./options.js";
import { hookedWire, type TaskHooks } from "./task-hooks.js";

/** Values that the provider takes in one request, checked and ready to be encoded. */
export interface EmbeddingBatch extends EmbeddingCall, ModelCall {
  readonly protocol: Protocol;
  readonly extra: Pick<EmbedOptions, "extraBody" | "extraHeaders">;
  readonly hooks: TaskHooks;
}

export interface EmbeddedBatch extends ModelAnswer {
  readonly embeddings: EmbeddingAnswer["embeddings"];
  readonly usage: Usage;
}

export async function sendBatch(call: EmbeddingBatch): Promise<EmbeddedBatch> {
  const { provider, protocol, model } = call;
  const { embeddings } = protocol;
  if (embeddings === undefined)
    throw new ModelwrightError("invalid-configuration", `${provider.id}: ${protocol.id} has no embeddings`);
  const wire = await hookedWire(call.hooks, withExtras(embeddings.encode(call), call.extra));
  const exchanged = await exchange({ ...call, ownURL: model.transport?.baseURL }, wire);
  const { response, place } = exchanged;
  const header: HeaderReader = (name) => response.header(name);
  const answer = await decoded(exchanged, (body) => checkVectors(embeddings.decode(body, call, header), call));
  return {
    status: response.status,
    requestId: place.requestId,
    header,
    embeddings: answer.embeddings,
    usage: answer.usage,
  };
}

function withExtras(wire: WireRequest, { extraBody, extraHeaders }: EmbeddingBatch["extra"]): WireRequest {
  return {
    ...wire,
    headers: { ...wire.headers, ...lowerCase(extraHeaders ?? {}) },
    body: extraBody === undefined ? wire.body : { ...(wire.body as object), ...extraBody },
  };
}

function checkVectors(answer: EmbeddingAnswer, { input, model, params }: EmbeddingCall): EmbeddingAnswer {
  const { embeddings } = answer;
  if (embeddings.length !== input.length)
    throw new TransportError("invalid-response", `${embeddings.length} vectors for ${input.length} inputs`);
  const constraint = paramConstraint(model, "dimensions");
  const expected = params.dimensions ?? (typeof constraint === "object" ? constraint.default : undefined);
  const odd = embeddings.find((vector) => vector.length !== (expected ?? embeddings[0]?.length));
  if (odd !== undefined)
    throw new TransportError(
      "invalid-response",
      `a vector of ${odd.length} dimensions, not ${expected ?? "as many as the first"}`,
    );
  return answer;
}
