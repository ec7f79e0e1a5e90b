/** Serves an embedding request from any model that embeds. */
import { accepted, assumeOf, param } from "../catalog/capabilities.js";
import type { EmbeddingHandle } from "../client/handle.js";
import { CapabilityError } from "../errors.js";
import type { Adjustment } from "../protocols/protocol.js";
import type { ServedEmbedding } from "../protocols/server.js";
import { factHeaders } from "./answer-headers.js";
import { idleReason } from "./idle-values.js";
import type { ServedModel } from "./model-names.js";
import { noteTarget, type ServedRequest } from "./served-request.js";

/** Rejects with what the client is to be told. */
export async function serveEmbedding(request: ServedRequest): Promise<Response> {
  const { endpoint, record, signal, own } = request;
  const { embeddings } = endpoint.protocol;
  if (embeddings === undefined) throw new CapabilityError("unsupported", "this protocol has no embeddings");
  const served = embeddings.decode(request.body, endpoint.route);
  record.note({ requested: served.modelId });
  const model = request.names.find(served.modelId);
  const [{ provider, modelId }] = model.targets;
  noteTarget(request, { requested: served.modelId, provider: provider.id, model: modelId });
  const { params, adjustments } = paramsOf(served, model);
  record.note({ adjustments });
  const { dimensions, ...options } = params as { readonly dimensions?: number };
  const reply = await embedder(model).embed({
    input: served.input,
    ...(dimensions === undefined ? {} : { dimensions }),
    options,
    signal,
    ...own,
  });
  record.note({ usage: reply.usage, cost: reply.cost });
  const context = { modelId: served.modelId, inputTokens: reply.usage.inputTokens, served };
  const answer = Response.json(embeddings.encode(reply.embeddings, context), { headers: factHeaders(record.facts) });
  record.end(200);
  return answer;
}

function embedder({ handle, targets }: ServedModel): EmbeddingHandle {
  const [{ provider, modelId, model }] = targets;
  if (model.kind === "embedding") return handle as EmbeddingHandle;
  const why = `${modelId} is a model of kind ${model.kind}, not embedding`;
  throw new CapabilityError("unsupported", why, { provider: provider.id, model: modelId, path: "model" });
}

/** How vectors are written is between the client and the gateway; notes that no model takes are left out, and recorded. */
function paramsOf(
  { params: { encodingFormat: _written, ...given } }: ServedEmbedding,
  { targets: [{ provider, model }] }: ServedModel,
): { readonly params: { readonly [name: string]: unknown }; readonly adjustments: readonly Adjustment[] } {
  const params: { [name: string]: unknown } = {};
  const adjustments: Adjustment[] = [];
  for (const [name, value] of Object.entries(given)) {
    const reason = accepted(param(model, name), assumeOf(provider, model)) ? undefined : idleReason(name, value);
    if (reason === undefined) params[name] = value;
    else adjustments.push({ path: name, action: "dropped", reason, from: value });
  }
  return { params, adjustments };
}
