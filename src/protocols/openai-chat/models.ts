/** The live model list, in the shapes of OpenAI-compatible providers. https://platform.openai.com/docs/api-reference/models */

import type { ProviderFacts } from "../../catalog/facts.js";
import { listOf } from "../lenient.js";
import type { ListedModel, WireRequest } from "../protocol.js";
import { type Members, membersOf, textOf } from "./wire.js";

/** The list has one page. */
export function encodeModels(provider: ProviderFacts): WireRequest {
  return { method: "GET", path: provider.discover?.path ?? "/models", headers: {}, body: undefined };
}

/** `{data: []}`, a bare array (Together), or `{models: []}` (Ollama's tags). Entries without an id are skipped. */
export function decodeModels(body: unknown): { readonly models: readonly ListedModel[] } {
  const list = Array.isArray(body) ? body : listOf(membersOf(body)?.data ?? membersOf(body)?.models);
  return { models: list.map(decodeModel).filter((model) => model !== undefined) };
}

function decodeModel(value: unknown): ListedModel | undefined {
  const raw = membersOf(value);
  const id = textOf(raw?.id) || textOf(raw?.model) || textOf(raw?.name);
  if (raw === undefined || id === "") return undefined;
  const top = membersOf(raw.top_provider) ?? {};
  const name = textOf(raw.name) || textOf(raw.display_name);
  return {
    id,
    name: name === "" || name === id ? undefined : name,
    // OpenRouter, Groq, Mistral, vLLM.
    contextTokens: tokens(raw, ["context_length", "context_window", "max_context_length", "max_model_len"]),
    outputTokens:
      tokens(raw, ["max_completion_tokens", "max_output_tokens", "output_tokens"]) ??
      tokens(top, ["max_completion_tokens"]),
    created: createdOf(raw.created),
    raw,
  };
}

function tokens(raw: Members, names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = raw[name];
    if (typeof value === "number" && Number.isFinite(value) && value > 0) return value;
  }
  return undefined;
}

/** Seconds since the epoch as an ISO date. Some servers state 0. */
function createdOf(value: unknown): string | undefined {
  if (typeof value !== "number" || !(value > 0) || value > 8.64e12) return undefined;
  return new Date(value * 1000).toISOString().slice(0, 10);
}
