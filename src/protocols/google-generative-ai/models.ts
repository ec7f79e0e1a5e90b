/** The live model list, page by page. https://ai.google.dev/api/models#method:-models.list */
import type { ListedModel, WireRequest } from "../protocol.js";
import type { Members } from "./wire.js";
import { objectOf, objectsOf, wordOf } from "./wire-read.js";

export function encodeModels(path: string, page: string | undefined): WireRequest {
  const query = new URLSearchParams({ pageSize: "1000", ...(page === undefined ? {} : { pageToken: page }) });
  return { method: "GET", path: `${path}?${query}`, headers: {}, body: undefined };
}

/** Takes `{models, nextPageToken}` and a bare array. Entries without a name are left out. */
export function decodeModels(body: unknown): { readonly models: readonly ListedModel[]; readonly next?: string } {
  const answer = objectOf(body);
  const list = objectsOf(answer === undefined ? body : (answer.models ?? []));
  const next = wordOf(answer?.nextPageToken);
  return { models: list.flatMap(listedModel), ...(next === undefined ? {} : { next }) };
}

function listedModel(wire: Members): readonly ListedModel[] {
  const name = wordOf(wire.name);
  if (name === undefined) return [];
  return [
    {
      id: name.replace(/^models\//, ""),
      name: wordOf(wire.displayName),
      contextTokens: tokens(wire.inputTokenLimit),
      outputTokens: tokens(wire.outputTokenLimit),
      raw: wire,
    },
  ];
}

function tokens(value: unknown): number | undefined {
  return typeof value === "number" && value > 0 ? value : undefined;
}
