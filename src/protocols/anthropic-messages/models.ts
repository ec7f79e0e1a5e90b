/** The live model list, page by page. https://docs.claude.com/en/api/models-list */

import type { ProviderFacts } from "../../catalog/facts.js";
import { objectOf, textOf } from "../lenient.js";
import type { ListedModel, WireRequest } from "../protocol.js";
import { versionHeaders, type WireObject } from "./wire.js";

/** The most that one page may hold. */
const pageSize = 1000;

export function encodeModels(provider: ProviderFacts, page: string | undefined): WireRequest {
  const after = page === undefined ? "" : `&after_id=${encodeURIComponent(page)}`;
  const path = `${provider.discover?.path ?? "/models"}?limit=${pageSize}${after}`;
  return { method: "GET", path, headers: versionHeaders, body: undefined };
}

/** One page; `next` is the id to go on after. A bare array is read, too. */
export function decodeModels(body: unknown): {
  readonly models: readonly ListedModel[];
  readonly next?: string | undefined;
} {
  const list = objectOf(body);
  const data = Array.isArray(body) ? body : list?.data;
  const models = (Array.isArray(data) ? data : []).map(objectOf).flatMap((entry) => listedModel(entry ?? {}));
  return { models, next: list?.has_more === true ? textOf(list.last_id) : undefined };
}

function listedModel(entry: WireObject): readonly ListedModel[] {
  const id = textOf(entry.id);
  if (id === undefined) return [];
  return [
    {
      id,
      name: textOf(entry.display_name),
      contextTokens: tokens(entry.max_input_tokens),
      outputTokens: tokens(entry.max_tokens),
      created: textOf(entry.created_at),
      raw: entry,
    },
  ];
}

function tokens(value: unknown): number | undefined {
  return typeof value === "number" && value > 0 ? value : undefined;
}
