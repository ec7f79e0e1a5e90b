/** The provider's own live model list, all pages. */
import type { ProviderFacts } from "../catalog/facts.js";
import { ModelwrightError } from "../errors.js";
import type { CallOptions } from "../model/request.js";
import type { ListedModel, Protocol } from "../protocols/protocol.js";
import { connectionFor } from "./connection.js";
import { decoded, exchange } from "./exchange.js";
import type { Client } from "./target.js";

/** A list that goes on longer than this is taken for endless. */
const maxPages = 100;

export async function listModels(
  {
    provider,
    protocol,
    client,
  }: { readonly provider: ProviderFacts; readonly protocol: Protocol; readonly client: Client },
  options: CallOptions = {},
): Promise<readonly ListedModel[]> {
  const { models } = protocol;
  if (models === undefined)
    throw new ModelwrightError("invalid-configuration", `${provider.id}: ${protocol.id} has no model list`);
  const call = {
    provider,
    modelId: undefined,
    protocol,
    connection: connectionFor(client.connection(), options),
    ownURL: undefined,
    signal: options.signal,
    attempts: [],
  };
  const all: ListedModel[] = [];
  let page: string | undefined;
  for (let count = 0; count < maxPages; count += 1) {
    const wire = models.encode(provider, page);
    const exchanged = await exchange(call, { ...wire, headers: { ...wire.headers, ...options.extraHeaders } });
    const answer = await decoded(exchanged, models.decode);
    all.push(...answer.models);
    if (answer.next === undefined || answer.next === page) return all;
    page = answer.next;
  }
  return all;
}
