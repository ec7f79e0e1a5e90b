/** The live lists of gateways: OpenRouter's and Vercel's, prices per token as text; and the plain list of OpenAI's shape. */
import { compact, type Json } from "../object.js";
import type { Row } from "../row.js";
import type { ListFormat } from "./format.js";
import { dateOf, dayOf, numberOf, objectOf, objectsOf, perMillion, textOf, textsOf } from "./values.js";

const entries = (list: Json): Json[] => objectsOf(list.data).filter(({ id }) => textOf(id) !== undefined);

export const openrouter: ListFormat = {
  id: "openrouter",
  provider: "openrouter",
  matches: (list) => entries(list).some((model) => "supported_parameters" in model && "architecture" in model),
  read: (list, provider) =>
    entries(list).map((model) => {
      const architecture = objectOf(model.architecture);
      const supported = textsOf(model.supported_parameters);
      const top = objectOf(model.top_provider);
      const output = textsOf(architecture.output_modalities);
      return compact({
        provider,
        id: textOf(model.id),
        kind: output.length > 0 && !output.includes("text") ? (output.includes("image") ? "image" : undefined) : "chat",
        name: textOf(model.name),
        dates: compact({ release: dayOf(model.created), retirement: dateOf(model.expiration_date) }),
        modalities: { in: textsOf(architecture.input_modalities), out: output },
        caps: compact({
          tools: supported.includes("tools"),
          structuredOutput: supported.includes("structured_outputs"),
          reasoning: supported.includes("reasoning"),
        }),
        reasoning: supported.includes("reasoning") ? gatewayReasoning(objectOf(model.reasoning)) : undefined,
        params: { supported },
        limits: compact({
          context: numberOf(model.context_length) ?? numberOf(top.context_length),
          output: numberOf(top.max_completion_tokens),
        }),
        pricing: openrouterPricing(objectOf(model.pricing)),
      }) as unknown as Row;
    }),
};

function gatewayReasoning(stated: Json): Json {
  const efforts = textsOf(stated.supported_efforts);
  return compact({
    mode: stated.mandatory === true ? "always" : stated.mandatory === false ? "optional" : "unknown",
    efforts: efforts.length === 0 ? undefined : efforts,
    defaultEffort: textOf(stated.default_effort),
    defaultOn: typeof stated.default_enabled === "boolean" ? stated.default_enabled : undefined,
  });
}

function openrouterPricing(pricing: Json): Json {
  const rates = (of: Json): Json =>
    compact({
      input: perMillion(of.prompt),
      output: perMillion(of.completion),
      cacheRead: perMillion(of.input_cache_read),
      cacheWrite: perMillion(of.input_cache_write),
      cacheWrite1h: perMillion(of.input_cache_write_1h),
      reasoning: perMillion(of.internal_reasoning),
      audioIn: perMillion(of.audio),
      perRequest: numberOf(of.request),
    });
  const tiers = objectsOf(pricing.overrides).flatMap((tier) => {
    const above = numberOf(tier.min_prompt_tokens);
    return above === undefined ? [] : [{ above, ...rates(tier) }];
  });
  return compact({ ...rates(pricing), tiers: tiers.length === 0 ? undefined : tiers });
}

const vercelKinds: { readonly [type: string]: string } = {
  embedding: "embedding",
  image: "image",
  language: "chat",
  reranking: "rerank",
  speech: "speech",
  transcription: "transcription",
  video: "video",
};

export const vercel: ListFormat = {
  id: "vercel",
  provider: "vercel",
  matches: (list) =>
    entries(list).some(
      ({ type, context_window }) => textOf(type) !== undefined && context_window !== undefined && type !== "model",
    ),
  read: (list, provider) =>
    entries(list).map((model) => {
      const tags = textsOf(model.tags);
      const has = (tag: string): true | undefined => (tags.includes(tag) ? true : undefined);
      const pricing = objectOf(model.pricing);
      return compact({
        provider,
        id: textOf(model.id),
        kind: vercelKinds[textOf(model.type) ?? ""],
        name: textOf(model.name),
        dates: compact({ release: dayOf(model.released) }),
        modalities:
          has("vision") || has("file-input")
            ? { in: ["text", ...(has("vision") ? ["image"] : []), ...(has("file-input") ? ["pdf"] : [])] }
            : undefined,
        caps: compact({ tools: has("tool-use"), reasoning: has("reasoning") }),
        limits: compact({ context: numberOf(model.context_window), output: numberOf(model.max_tokens) }),
        pricing: compact({
          input: perMillion(pricing.input),
          output: perMillion(pricing.output),
          cacheRead: perMillion(pricing.input_cache_read),
          cacheWrite: perMillion(pricing.input_cache_write),
          perImageOut: numberOf(pricing.image),
          tiers: vercelTiers(pricing),
        }),
      }) as unknown as Row;
    }),
};

/** One list of steps per meter; the first step is the price that stands outside of it. */
function vercelTiers(pricing: Json): Json[] | undefined {
  const tiers = new Map<number, Json>();
  const meters = {
    input_tiers: "input",
    output_tiers: "output",
    input_cache_read_tiers: "cacheRead",
    input_cache_write_tiers: "cacheWrite",
  };
  for (const [member, name] of Object.entries(meters)) {
    for (const { min, cost } of objectsOf(pricing[member])) {
      const above = numberOf(min);
      if (above !== undefined && above > 0) tiers.set(above, { ...tiers.get(above), above, [name]: perMillion(cost) });
    }
  }
  return tiers.size === 0 ? undefined : [...tiers.values()];
}

/** Ids, and what hosts with the same shape add to them. */
export const openaiList: ListFormat = {
  id: "openai-list",
  matches: (list) => entries(list).length > 0,
  read: (list, provider) =>
    entries(list).map(
      (model) =>
        compact({
          provider,
          id: textOf(model.id),
          name: textOf(model.name),
          limits: compact({
            context: firstNumber(model, ["context_window", "context_length", "max_context_length", "max_model_len"]),
            output: firstNumber(model, ["max_completion_tokens", "max_output_tokens", "output_tokens"]),
          }),
        }) as unknown as Row,
    ),
};

/** Groq, Alibaba, Mistral and vLLM each have a name of their own for it. */
function firstNumber(model: Json, names: readonly string[]): number | undefined {
  return names.map((name) => numberOf(model[name])).find((value) => value !== undefined);
}
