/** Serves the model list and single entries, of models that the caller may use: the standard shape of the client's protocol, and the catalog's facts beside it. */
import type { ServerProtocol } from "../protocols/server.js";
import { factHeaders } from "./answer-headers.js";
import type { GatewayModels } from "./gateway-options.js";
import type { ListedName } from "./model-names.js";
import { requireAllowed, type ServedRequest } from "./served-request.js";

/** Rejects with "unknown-model" for a single entry that does not exist. */
export async function serveModels(request: ServedRequest): Promise<Response> {
  const { endpoint, names, models, record, allows } = request;
  record.note({ generation: models.generation });
  const { modelId } = endpoint.route;
  const listed =
    modelId === undefined
      ? names.list().filter(({ targets }) => targets.some(allows))
      : [{ name: modelId, targets: names.find(modelId).targets }];
  if (modelId !== undefined) requireAllowed(request, modelId, listed[0]?.targets ?? []);
  const list = listOf(listed, endpoint.protocol, models);
  const answer = Response.json(modelId === undefined ? list : list.data[0], { headers: factHeaders(record.facts) });
  record.end(200);
  return answer;
}

/** Clients of the protocol read the members they know; `modelwright` holds what the catalog knows. */
function listOf(
  listed: readonly ListedName[],
  protocol: ServerProtocol,
  models: GatewayModels,
): { readonly data: readonly object[] } {
  const entries = listed.map(({ name, targets: [{ model }] }) => ({
    id: name,
    name: model.name,
    contextTokens: model.limits.context,
    outputTokens: model.limits.output,
  }));
  const list = protocol.encodeModels(entries) as { readonly data: readonly object[] };
  const data = list.data.map((entry, i) => ({ ...entry, modelwright: factsOf(listed[i] as ListedName, models) }));
  return { ...list, data };
}

/** A route shows the facts of its first member, and the names of all. */
function factsOf({ targets }: ListedName, { simulated }: GatewayModels): object {
  const [{ provider, model }, ...others] = targets;
  const { kind, status, input, output, features, reasoning, params, limits, pricing } = model;
  return {
    provider: provider.id,
    ...(others.length === 0 ? {} : { members: targets.map((target) => `${target.provider.id}/${target.modelId}`) }),
    ...(simulated?.has(provider.id) === true ? { simulated: true } : {}),
    kind,
    status,
    input,
    output,
    features,
    reasoning,
    params,
    limits,
    pricing,
  };
}
