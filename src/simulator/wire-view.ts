/** Reads a wire request by canonical names, independently of how the client encodes it: the simulator's own table. */
import type { ChatProtocolId, ModelFacts, ProviderFacts, ReasoningWire } from "../catalog/facts.js";
import type { Inspection } from "./inspection.js";

type Paths = { readonly [name: string]: string };

/** Where the documented parameters of each protocol stand in the body. */
const paths: { readonly [P in ChatProtocolId]: Paths } = {
  "openai-chat": {
    temperature: "temperature",
    topP: "top_p",
    topK: "top_k",
    minP: "min_p",
    frequencyPenalty: "frequency_penalty",
    presencePenalty: "presence_penalty",
    repetitionPenalty: "repetition_penalty",
    seed: "seed",
    stop: "stop",
    n: "n",
    logitBias: "logit_bias",
    logprobs: "logprobs",
    topLogprobs: "top_logprobs",
    verbosity: "verbosity",
    serviceTier: "service_tier",
    voice: "audio.voice",
    audioFormat: "audio.format",
    parallelTools: "parallel_tool_calls",
    dimensions: "dimensions",
    encodingFormat: "encoding_format",
  },
  "openai-responses": {
    temperature: "temperature",
    topP: "top_p",
    topLogprobs: "top_logprobs",
    verbosity: "text.verbosity",
    serviceTier: "service_tier",
    maxOutputTokens: "max_output_tokens",
    parallelTools: "parallel_tool_calls",
  },
  "anthropic-messages": {
    temperature: "temperature",
    topP: "top_p",
    topK: "top_k",
    stop: "stop_sequences",
    serviceTier: "service_tier",
    maxOutputTokens: "max_tokens",
    parallelTools: "tool_choice.disable_parallel_tool_use",
  },
  "google-generative-ai": {
    temperature: "generationConfig.temperature",
    topP: "generationConfig.topP",
    topK: "generationConfig.topK",
    stop: "generationConfig.stopSequences",
    seed: "generationConfig.seed",
    n: "generationConfig.candidateCount",
    frequencyPenalty: "generationConfig.frequencyPenalty",
    presencePenalty: "generationConfig.presencePenalty",
    logprobs: "generationConfig.responseLogprobs",
    topLogprobs: "generationConfig.logprobs",
    maxOutputTokens: "generationConfig.maxOutputTokens",
    voice: "generationConfig.speechConfig.voiceConfig.prebuiltVoiceConfig.voiceName",
    dimensions: "outputDimensionality",
  },
  ollama: {
    temperature: "options.temperature",
    topP: "options.top_p",
    topK: "options.top_k",
    minP: "options.min_p",
    stop: "options.stop",
    seed: "options.seed",
    frequencyPenalty: "options.frequency_penalty",
    presencePenalty: "options.presence_penalty",
    repetitionPenalty: "options.repeat_penalty",
    maxOutputTokens: "options.num_predict",
    topLogprobs: "top_logprobs",
    dimensions: "dimensions",
  },
  "cohere-v2": {
    temperature: "temperature",
    topP: "p",
    topK: "k",
    stop: "stop_sequences",
    seed: "seed",
    frequencyPenalty: "frequency_penalty",
    presencePenalty: "presence_penalty",
    logprobs: "logprobs",
    maxOutputTokens: "max_tokens",
    dimensions: "output_dimension",
  },
  "bedrock-converse": {
    temperature: "inferenceConfig.temperature",
    topP: "inferenceConfig.topP",
    topK: "additionalModelRequestFields.top_k",
    stop: "inferenceConfig.stopSequences",
    serviceTier: "serviceTier.type",
    maxOutputTokens: "inferenceConfig.maxTokens",
  },
};

/** The sampling parameters and their like: what a model either takes or does not. */
export function documentedParams(protocol: ChatProtocolId): readonly string[] {
  return Object.keys(paths[protocol]).filter((name) => name !== "maxOutputTokens" && name !== "parallelTools");
}

/** Dotted path of a canonical parameter in the body. */
export function wirePath({ protocol, provider, model }: Omit<Inspection, "served" | "modelId">, name: string): string {
  const constraint = Object.hasOwn(model.params, name) ? model.params[name] : undefined;
  if (typeof constraint === "object" && constraint.wire !== undefined) return constraint.wire;
  if (name === "maxOutputTokens" && protocol === "openai-chat") return maxTokensField(provider, model);
  const known = paths[protocol];
  return Object.hasOwn(known, name) ? known[name]! : name;
}

/** The dialect's name for the output limit. */
export function maxTokensField(provider: ProviderFacts, model: ModelFacts): string {
  return (
    model.dialect?.["openai-chat"]?.maxTokensField ?? provider.dialect?.["openai-chat"]?.maxTokensField ?? "max_tokens"
  );
}

/** The value at a dotted path; `undefined` and `null` are both "not given". */
export function valueAt(body: unknown, path: string): unknown {
  let at: unknown = body;
  for (const name of path.split(".")) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as { readonly [name: string]: unknown })[name];
  }
  return at ?? undefined;
}

/** A parameter's value in this request, by canonical name; with the words that rules use for non-parameters. */
export function requestValue(inspection: Inspection, name: string): unknown {
  const { served } = inspection;
  switch (name) {
    case "stream":
      return served.stream;
    case "effort":
      return served.request.reasoning?.effort;
    case "budget":
      return served.request.reasoning?.budget;
    case "tools":
      return served.request.tools.length === 0 ? undefined : true;
    case "output":
      return served.request.output === undefined ? undefined : true;
    case "output.audio":
      return valueAt(served.wire, "audio") === undefined ? undefined : true;
    default:
      return valueAt(served.wire, wirePath(inspection, name));
  }
}

/** Members by which each encoding controls reasoning. */
export const reasoningMembers: { readonly [W in ReasoningWire]: readonly string[] } = {
  "openai-effort": ["reasoning_effort"],
  openrouter: ["reasoning"],
  "enable-thinking": ["enable_thinking", "thinking_budget"],
  "thinking-type": ["thinking", "reasoning_effort"],
  "chat-template-kwargs": ["chat_template_kwargs", "chat_template_args"],
  "anthropic-thinking": ["thinking", "output_config.effort"],
  "anthropic-adaptive": ["thinking", "output_config.effort"],
  "gemini-budget": ["generationConfig.thinkingConfig.thinkingBudget"],
  "gemini-level": ["generationConfig.thinkingConfig.thinkingLevel"],
  "ollama-think": ["think"],
  "cohere-thinking": ["thinking"],
  "bedrock-thinking": ["additionalModelRequestFields.thinking", "additionalModelRequestFields.output_config.effort"],
  "bedrock-adaptive": ["additionalModelRequestFields.thinking", "additionalModelRequestFields.output_config.effort"],
  "bedrock-nova": ["additionalModelRequestFields.reasoningConfig"],
  "bedrock-effort": ["additionalModelRequestFields.reasoning_effort"],
};

/** Every reasoning member that a request of the protocol may hold. */
export const allReasoningMembers: { readonly [P in ChatProtocolId]: readonly string[] } = {
  "openai-chat": [
    "reasoning_effort",
    "reasoning",
    "enable_thinking",
    "thinking_budget",
    "thinking",
    "chat_template_kwargs",
  ],
  "openai-responses": ["reasoning"],
  "anthropic-messages": ["thinking", "output_config.effort"],
  "google-generative-ai": [
    "generationConfig.thinkingConfig.thinkingBudget",
    "generationConfig.thinkingConfig.thinkingLevel",
  ],
  ollama: ["think"],
  "cohere-v2": ["thinking"],
  "bedrock-converse": [
    "additionalModelRequestFields.thinking",
    "additionalModelRequestFields.output_config.effort",
    "additionalModelRequestFields.reasoningConfig",
    "additionalModelRequestFields.reasoning_effort",
  ],
};
