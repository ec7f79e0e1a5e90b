/** Converts one row of the facts file into a catalog model, before corrections and factoring. */
import { convertFeatures } from "./convert-features.js";
import { convertMedia } from "./convert-media.js";
import { convertEmbedding, convertParams, convertRules } from "./convert-params.js";
import { convertPricing, convertTokens } from "./convert-pricing.js";
import { convertReasoning } from "./convert-reasoning.js";
import { convertTransport } from "./convert-transport.js";
import { compact, compactOrNothing, type Json } from "./object.js";
import type { Row } from "./row.js";
import type { Settings } from "./settings.js";

export interface ConvertOptions {
  readonly settings: Settings;
  /** The provider runs on the user's machine. */
  readonly local: boolean;
  /** ISO day; models whose retirement lies before it are retired. */
  readonly today: string;
}

const modalities = new Set(["text", "image", "pdf", "file", "audio", "video", "embedding", "json"]);

/** The model a row describes. */
export function convertModel(row: Row, options: ConvertOptions): Json {
  const { settings } = options;
  const kind = row.kind ?? "chat";
  const chat = kind === "chat" || kind === "completion" || kind === "realtime";
  const media = convertMedia(row);
  const dates = convertDates(row);
  const own = settings.convert.transports ? convertTransport(row, settings) : undefined;
  const { toolsProtocol } = settings.convert;
  const hosted = toolsProtocol !== undefined && row.builtinTools !== undefined && !servedByResponsesOnly(row);
  const transport = hosted ? { ...own, builtinTools: toolsProtocol } : own;
  return compact({
    kind,
    name: row.name,
    family: row.family,
    aliases: row.aliases?.length ? row.aliases : undefined,
    status: statusOf(row, dates.retires, options.today),
    dates,
    successor: row.successor,
    openWeights: row.openWeights,
    input: convertModalities(row.modalities?.in),
    output: kind === "embedding" ? ["embedding"] : convertModalities(row.modalities?.out),
    features: chat ? convertFeatures(row, settings) : undefined,
    reasoning: chat ? convertReasoning(row, settings, transport?.protocol) : undefined,
    params: kind === "embedding" ? convertEmbedding(row) : chat ? convertParams(row, settings) : media.params,
    rules: chat ? convertRules(row, settings) : undefined,
    limits: convertLimits(row, kind, media.limits),
    media: media.media,
    pricing: convertPricing(row, options.local, settings.convert),
    rateLimits: convertRateLimits(row),
    modes: convertModes(row),
    transport,
  });
}

function convertModalities(list: readonly string[] | undefined): string[] | undefined {
  const known = (list ?? []).filter((modality) => modalities.has(modality));
  return known.length === 0 ? undefined : known;
}

function convertDates({ dates = {} }: Row): { [name: string]: string | undefined } {
  return compact({
    released: dates.release,
    updated: dates.updated === dates.release ? undefined : dates.updated,
    knowledge: dates.knowledge,
    retires: dates.retirement ?? dates.deprecation,
  }) as { [name: string]: string | undefined };
}

function statusOf(row: Row, retires: string | undefined, today: string): string | undefined {
  if (retires !== undefined) return retires <= today ? "retired" : "deprecated";
  return row.status ?? (/\bpreview\b/.test(row.id) ? "preview" : undefined);
}

function convertLimits(row: Row, kind: string, media: Json): Json {
  const { context, input, output, cacheMinTokens } = row.limits ?? {};
  if (kind === "embedding") {
    const { maxInputTokens, maxBatch } = row.embedding ?? {};
    return compact({ input: positive(maxInputTokens ?? input ?? context), batchItems: positive(maxBatch) });
  }
  return compact({
    context: positive(context),
    // Above the context they are copying errors of a source; an input limit equal to it says nothing more.
    input: context !== undefined && input !== undefined && input >= context ? undefined : positive(input),
    output: context !== undefined && output !== undefined && output > context ? undefined : positive(output),
    cacheMinTokens: positive(cacheMinTokens),
    ...media,
  });
}

const positive = (value: number | undefined) => (value !== undefined && value > 0 ? value : undefined);

function convertRateLimits({ limits = {} }: Row): Json | undefined {
  const standard = compactOrNothing({ rpm: positive(limits.rpm), tpm: positive(limits.tpm) });
  return standard && { standard };
}

function convertModes({ modes = {} }: Row): Json {
  const converted = Object.entries(modes).map(([name, mode]) => {
    const tokens = convertTokens(mode.pricing ?? {});
    return [name, compact({ body: mode.body, headers: mode.headers, pricing: tokens && { tokens } })];
  });
  return Object.fromEntries(converted);
}

/** Whether a source lists the model at the Responses endpoint and not at chat completions. */
export function servedByResponsesOnly({ endpoints = [] }: Row): boolean {
  const serves = (pattern: RegExp) => endpoints.some((path) => pattern.test(path));
  return serves(/responses$/) && !serves(/(^chat$|chat\/completions|chat-completions)$/);
}
