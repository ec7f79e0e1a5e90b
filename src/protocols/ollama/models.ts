/** The models that are installed. https://docs.ollama.com/api/tags */

import type { ProviderFacts } from "../../catalog/facts.js";
import { objectOf, objectsOf, textOf } from "../lenient.js";
import type { ListedModel, WireRequest } from "../protocol.js";

/** The list has one page only. */
export function encodeModels(provider: ProviderFacts): WireRequest {
  return { method: "GET", path: provider.discover?.path ?? "/api/tags", headers: {}, body: undefined };
}

export function decodeModels(body: unknown): { readonly models: readonly ListedModel[] } {
  const models = objectsOf(objectOf(body)?.models).flatMap((entry) => {
    const id = textOf(entry.model) ?? textOf(entry.name);
    return id === undefined ? [] : [{ id, created: textOf(entry.modified_at), raw: entry }];
  });
  return { models };
}
