/** The live model list. https://platform.openai.com/docs/api-reference/models/list */

import type { ProviderFacts } from "../../catalog/facts.js";
import { objectOf, objectsOf, textOf } from "../lenient.js";
import type { ListedModel, WireRequest } from "../protocol.js";

/** The list has one page only. */
export function encodeModels(provider: ProviderFacts): WireRequest {
  return { method: "GET", path: provider.discover?.path ?? "/models", headers: {}, body: undefined };
}

/** A bare array is read, too. */
export function decodeModels(body: unknown): { readonly models: readonly ListedModel[] } {
  const entries = objectsOf(Array.isArray(body) ? body : objectOf(body)?.data);
  const models = entries.flatMap((entry) => {
    const id = textOf(entry.id);
    return id === undefined ? [] : [{ id, created: isoTime(entry.created), raw: entry }];
  });
  return { models };
}

function isoTime(seconds: unknown): string | undefined {
  const latest = 8.64e12;
  const valid = typeof seconds === "number" && seconds > 0 && seconds <= latest;
  return valid ? new Date(seconds * 1000).toISOString() : undefined;
}
