/** Small providers, one per protocol, for the simulator's tests. */
import type { ModelFacts, ProviderFacts } from "../../src/catalog/facts.js";

const noAuth = [{ type: "none" }] as const;

function chatModel(facts: Partial<ModelFacts> = {}): ModelFacts {
  return {
    kind: "chat",
    input: ["text", "image"],
    output: ["text"],
    features: {
      tools: true,
      toolChoice: ["auto", "none", "required", "named"],
      parallelTools: true,
      structuredOutput: "strict",
      promptCaching: "implicit",
    },
    params: {
      temperature: { min: 0, max: 2 },
      topP: true,
      stop: true,
      seed: true,
      n: { type: "integer", min: 1, max: 4 },
    },
    limits: { context: 8_000, output: 1_000 },
    ...facts,
  };
}

const common = { auth: noAuth, assume: "strict", unknownModels: "reject", role: "lab" } as const;

export const openai: ProviderFacts = {
  ...common,
  id: "openai",
  name: "OpenAI",
  protocol: "openai-chat",
  baseURL: "https://api.openai.com/v1",
  dialect: { "openai-chat": { maxTokensField: "max_completion_tokens" } },
  models: {
    "gpt-plain": chatModel(),
    "gpt-text": chatModel({ input: ["text"], features: { tools: false, structuredOutput: "none", streaming: false } }),
    "gpt-reasoner": chatModel({
      reasoning: {
        mode: "always",
        effort: { levels: ["low", "medium", "high"], default: "medium" },
        wire: "openai-effort",
      },
      params: { temperature: false, topP: false },
    }),
    "gpt-old": chatModel({ status: "retired" }),
    "embed-small": {
      ...chatModel({ kind: "embedding", output: ["embedding"] }),
      params: { dimensions: { type: "integer", min: 1, max: 64, default: 64 } },
      limits: { input: 100, batchItems: 3 },
    },
  },
};

const deepseek: ProviderFacts = {
  ...common,
  id: "deepseek",
  name: "DeepSeek",
  protocol: "openai-chat",
  baseURL: "https://api.deepseek.com",
  models: {
    thinker: chatModel({
      input: ["text"],
      reasoning: {
        mode: "optional",
        default: "on",
        toggle: true,
        effort: { levels: ["low", "high"], alias: { minimal: "low" } },
        field: "reasoning_content",
        replay: "required",
        wire: "thinking-type",
      },
      rules: [{ when: { reasoning: "on" }, features: { toolChoice: ["auto", "none"] } }],
    }),
  },
};

const openrouter: ProviderFacts = {
  ...common,
  role: "gateway",
  id: "openrouter",
  name: "OpenRouter",
  protocol: "openai-chat",
  baseURL: "https://openrouter.ai/api/v1",
  dialect: { "openai-chat": { reasoningEcho: "reasoning_details" } },
  models: {
    "anthropic/claude": chatModel({
      reasoning: {
        mode: "optional",
        default: "off",
        effort: { levels: ["low", "high"] },
        field: "reasoning",
        wire: "openrouter",
      },
    }),
  },
};

const anthropic: ProviderFacts = {
  ...common,
  id: "anthropic",
  name: "Anthropic",
  protocol: "anthropic-messages",
  baseURL: "https://api.anthropic.com/v1",
  models: {
    "claude-budget": chatModel({
      input: ["text", "image", "pdf"],
      features: { ...chatModel().features, promptCaching: "explicit" },
      limits: { context: 8_000, output: 4_000, cacheMinTokens: 8 },
      reasoning: {
        mode: "optional",
        default: "off",
        budget: { min: 1024, below: "maxOutputTokens" },
        replay: "required",
        wire: "anthropic-thinking",
      },
      params: { temperature: { min: 0, max: 1 }, topP: true, topK: true, stop: true },
      rules: [
        {
          when: { reasoning: "on" },
          params: { temperature: { const: 1 }, topK: false },
          features: { toolChoice: ["auto", "none"], prefill: false },
        },
        { when: { present: ["temperature"] }, params: { topP: false } },
      ],
    }),
    "claude-adaptive": chatModel({
      reasoning: {
        mode: "optional",
        default: "off",
        adaptive: true,
        effort: { levels: ["low", "medium", "high"] },
        exclusive: [["adaptive", "budget"]],
        wire: "anthropic-adaptive",
      },
    }),
  },
};

const google: ProviderFacts = {
  ...common,
  id: "google",
  name: "Google",
  protocol: "google-generative-ai",
  baseURL: "https://generativelanguage.googleapis.com/v1beta",
  models: {
    "gemini-budget": chatModel({
      input: ["text", "image", "pdf", "audio", "video"],
      reasoning: {
        mode: "optional",
        default: "on",
        budget: { min: 128, max: 1024, off: 0, auto: -1 },
        wire: "gemini-budget",
      },
    }),
    "gemini-level": chatModel({
      reasoning: { mode: "always", effort: { levels: ["low", "high"] }, replay: "required", wire: "gemini-level" },
    }),
    "gemini-embedding": {
      ...chatModel({ kind: "embedding", output: ["embedding"] }),
      params: { dimensions: { type: "integer", min: 1, max: 32, default: 32 } },
      limits: { batchItems: 3 },
    },
  },
};

export const providers: readonly ProviderFacts[] = [openai, deepseek, openrouter, anthropic, google];
