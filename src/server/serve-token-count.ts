/** Serves token counts. No provider is asked: the count is an estimate, and says so. */
import { promptTokens } from "../chat/prompt-tokens.js";
import { factHeaders } from "./answer-headers.js";
import { noteTarget, requireAllowed, type ServedRequest } from "./served-request.js";

export async function serveTokenCount(request: ServedRequest): Promise<Response> {
  const { endpoint, record, names } = request;
  const served = endpoint.protocol.decodeChat(request.body, endpoint.route);
  record.note({ requested: served.modelId });
  const { targets } = names.find(served.modelId);
  requireAllowed(request, served.modelId, targets);
  const [{ provider, modelId }] = targets;
  noteTarget(request, { requested: served.modelId, provider: provider.id, model: modelId });
  const { messages, tools } = served.request;
  const count = endpoint.protocol.encodeTokenCount?.(promptTokens(messages, tools));
  const headers = { "x-modelwright-token-count": "estimated", ...factHeaders(record.facts) };
  record.end(200);
  return Response.json(count, { headers });
}
