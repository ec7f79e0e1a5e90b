/** litellm's price map: entries by key, the provider inside; prices per token. An absent flag is not a no. */
import { compact, type Json } from "../object.js";
import type { Row } from "../row.js";
import type { ListFormat } from "./format.js";
import { dateOf, numberOf, objectOf, perMillion, textOf, textsOf, yesOf } from "./values.js";

export const litellm: ListFormat = {
  id: "litellm",
  matches: (list) => Object.values(list).some((entry) => textOf(objectOf(entry).litellm_provider) !== undefined),
  read(list) {
    return Object.entries(list).flatMap(([key, entry]) => {
      const model = objectOf(entry);
      const owner = textOf(model.litellm_provider);
      const kind = kinds[textOf(model.mode) ?? ""];
      return key === "sample_spec" || owner === undefined || kind === undefined ? [] : [rowOf(key, owner, kind, model)];
    });
  },
};

/** Its names for providers, where they are not this catalog's with other punctuation. */
const providers: { readonly [name: string]: string } = {
  azure: "azure-openai",
  azure_ai: "azure-ai",
  bedrock: "amazon-bedrock",
  bedrock_converse: "amazon-bedrock",
  fireworks_ai: "fireworks-ai",
  gemini: "google",
  together_ai: "togetherai",
  vertex_ai: "google-vertex",
};

const kinds: { readonly [mode: string]: string } = {
  audio_speech: "speech",
  audio_transcription: "transcription",
  chat: "chat",
  completion: "completion",
  embedding: "embedding",
  image_generation: "image",
  moderation: "moderation",
  realtime: "realtime",
  rerank: "rerank",
  responses: "chat",
  video_generation: "video",
};

function rowOf(key: string, owner: string, kind: string, model: Json): Row {
  const output = numberOf(model.max_output_tokens) ?? numberOf(model.max_tokens);
  return compact({
    provider: providers[owner] ?? owner.replace(/_/g, "-"),
    id: key.startsWith(`${owner}/`) ? key.slice(owner.length + 1) : key,
    kind,
    dates: compact({ deprecation: dateOf(model.deprecation_date) }),
    modalities: modalitiesOf(model),
    caps: compact({
      tools: yesOf(model.supports_function_calling),
      toolChoice: yesOf(model.supports_tool_choice),
      parallelTools: yesOf(model.supports_parallel_function_calling),
      structuredOutput: yesOf(model.supports_response_schema),
      reasoning: yesOf(model.supports_reasoning),
    }),
    limits: compact({ context: numberOf(model.max_input_tokens), output }),
    embedding: compact({ dimensions: numberOf(model.output_vector_size) }),
    pricing: pricingOf(model),
  }) as unknown as Row;
}

function modalitiesOf(model: Json): Json | undefined {
  const stated = textsOf(model.supported_modalities);
  const flags: readonly (readonly [string, string])[] = [
    ["supports_vision", "image"],
    ["supports_pdf_input", "pdf"],
    ["supports_audio_input", "audio"],
    ["supports_video_input", "video"],
  ];
  const flagged = flags.filter(([flag]) => model[flag] === true).map(([, modality]) => modality);
  if (stated.length + flagged.length === 0) return undefined;
  return { in: [...new Set(["text", ...stated, ...flagged])] };
}

const tokenPrices: { readonly [field: string]: string } = {
  input_cost_per_token: "input",
  output_cost_per_token: "output",
  cache_read_input_token_cost: "cacheRead",
  cache_creation_input_token_cost: "cacheWrite",
  cache_creation_input_token_cost_above_1hr: "cacheWrite1h",
  output_cost_per_reasoning_token: "reasoning",
  input_cost_per_audio_token: "audioIn",
  output_cost_per_audio_token: "audioOut",
};

const unitPrices: { readonly [field: string]: string } = {
  input_cost_per_character: "perCharIn",
  input_cost_per_query: "perQuery",
  input_cost_per_second: "perSecondIn",
  output_cost_per_image: "perImageOut",
  output_cost_per_second: "perSecondOut",
};

function pricingOf(model: Json): Json {
  const batch = {
    input: perMillion(model.input_cost_per_token_batches),
    output: perMillion(model.output_cost_per_token_batches),
  };
  return compact({
    ...pricesOf(model, tokenPrices, perMillion),
    ...pricesOf(model, unitPrices, numberOf),
    batch: batch.input === undefined ? undefined : compact(batch),
    tiers: tiersOf(model),
  });
}

function pricesOf(model: Json, names: typeof tokenPrices, read: (value: unknown) => number | undefined): Json {
  return compact(Object.fromEntries(Object.entries(names).map(([field, name]) => [name, read(model[field])])));
}

/** `input_cost_per_token_above_200k_tokens`: every threshold is a field of its own. */
function tiersOf(model: Json): Json[] | undefined {
  const tiers = new Map<number, Json>();
  for (const [field, value] of Object.entries(model)) {
    const [, base = "", thousands] = /^(.*)_above_(\d+)k_tokens$/.exec(field) ?? [];
    const name = tokenPrices[base];
    if (name === undefined) continue;
    const above = Number(thousands) * 1_000;
    tiers.set(above, { ...tiers.get(above), above, [name]: perMillion(value) });
  }
  return tiers.size === 0 ? undefined : [...tiers.values()];
}
