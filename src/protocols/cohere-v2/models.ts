/** The live model list, page by page. https://docs.cohere.com/reference/list-models */

import type { ProviderFacts } from "../../catalog/facts.js";
import { listOf, objectOf, textOf } from "../lenient.js";
import type { ListedModel, WireRequest } from "../protocol.js";
import type { WireObject } from "./wire.js";

/** The most that one page may hold. */
const pageSize = 1000;

export function encodeModels(provider: ProviderFacts, page: string | undefined): WireRequest {
  const after = page === undefined ? "" : `&page_token=${encodeURIComponent(page)}`;
  // Version 2 has no list of its own.
  const path = `${provider.discover?.path ?? "/v1/models"}?page_size=${pageSize}${after}`;
  return { method: "GET", path, headers: {}, body: undefined };
}

/** One page; `next` is the token to go on with. Entries without a name are skipped. */
export function decodeModels(body: unknown): {
  readonly models: readonly ListedModel[];
  readonly next?: string | undefined;
} {
  const list = objectOf(body);
  const models = listOf(list?.models).flatMap((entry) => listedModel(objectOf(entry) ?? {}));
  return { models, next: textOf(list?.next_page_token) };
}

function listedModel(raw: WireObject): readonly ListedModel[] {
  const id = textOf(raw.name);
  const { context_length: context } = raw;
  const contextTokens = typeof context === "number" && context > 0 ? context : undefined;
  return id === undefined ? [] : [{ id, contextTokens, raw }];
}
