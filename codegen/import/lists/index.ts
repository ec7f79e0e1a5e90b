/** Reads any published list of models: finds out whose format it is and gives its entries as rows. */
import { isObject } from "../../../src/catalog/merge.js";
import { didYouMean } from "../../../src/catalog/nearest.js";
import type { Json } from "../object.js";
import type { Row } from "../row.js";
import type { ListedProvider, ListFormat, ReadOptions } from "./format.js";
import { openaiList, openrouter, vercel } from "./gateways.js";
import { anthropic, google, ollama } from "./labs.js";
import { litellm } from "./litellm.js";
import { modelsDev } from "./models-dev.js";
import { modelsJson } from "./models-json.js";

/** The plain list comes last: the others are of its shape, too. */
const formats: readonly ListFormat[] = [
  modelsJson,
  litellm,
  openrouter,
  anthropic,
  google,
  ollama,
  vercel,
  modelsDev,
  openaiList,
];

export interface ListOptions extends ReadOptions {
  /** Instead of finding out. */
  readonly format?: string | undefined;
  /** Whose models they are, when the list does not say. */
  readonly provider?: string | undefined;
}

export interface List {
  /** Id of its format: the name of the source. */
  readonly source: string;
  readonly rows: readonly Row[];
  readonly providers: readonly ListedProvider[];
}

/** Throws `Error` with a sentence when nothing in `value` looks like a list of models. */
export function readList(value: unknown, options: ListOptions = {}): List {
  // The oldest shape is the bare list.
  const list = (Array.isArray(value) ? { models: value } : isObject(value) ? value : {}) as Json;
  const format = options.format === undefined ? formats.find((found) => found.matches(list)) : named(options.format);
  if (format === undefined)
    throw new Error(`no list of models that is known: ${formats.map(({ id }) => id).join(", ")}`);
  const provider = options.provider ?? format.provider ?? "";
  const rows = format.read(list, provider, options).filter(({ id, provider: owner }) => id && owner);
  if (rows.length === 0)
    throw new Error(
      provider === "" ? "the list does not say whose models these are: name the provider" : "the list is empty",
    );
  return { source: format.id, rows, providers: format.connections?.(list) ?? [] };
}

function named(id: string): ListFormat {
  const found = formats.find((format) => format.id === id);
  if (found !== undefined) return found;
  const ids = formats.map((format) => format.id);
  throw new Error(`no format ${JSON.stringify(id)}${didYouMean(id, ids)}; there are ${ids.join(", ")}`);
}
