/** Catalog files that together state every member a catalog file can have. Small, so that each can be generated often. */

type Json = { readonly [key: string]: unknown };

const connection = {
  id: "full",
  name: "Full",
  role: "gateway",
  protocol: "openai-chat",
  baseURL: "https://api.full.example/v1",
  auth: [{ type: "bearer", env: ["FULL_API_KEY"], optional: true }],
};

function file(models: Json, rest: { provider?: Json; profiles?: Json } = {}): Json {
  return {
    $schema: "./provider.schema.json",
    catalogVersion: 1,
    provider: { ...connection, ...rest.provider },
    ...(rest.profiles === undefined ? {} : { profiles: rest.profiles }),
    models,
  };
}

const pricing = {
  currency: "USD",
  plan: "payg",
  tokens: { input: 1, output: 2, cacheRead: 0.1, cacheWrite: 1, cacheWrite1h: 2, reasoning: 2, audioInput: 3 },
  tiers: [{ above: 1000, by: "input", scope: "request", tokens: { audioOutput: 4, audioCacheRead: 1 } }],
  serviceTiers: { flex: { tokens: { imageInput: 1, imageOutput: 2, videoInput: 3 } } },
  regions: { eu: { multiply: 1.1 } },
  units: [{ meter: "image", per: 1, price: 0.1, when: { quality: "high" } }],
  windows: [
    { from: "2026-01-01", until: "2026-02-01", daily: ["16:30Z", "00:30Z"], tokens: { input: 1 }, multiply: 2 },
  ],
  asOf: "2026-01-01",
  source: "https://full.example/prices",
};

const provider = file(
  { "model-1": { kind: "chat" } },
  {
    provider: {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of the catalog
      baseURL: "https://${region}.full.example/v1",
      baseURLEnv: ["FULL_BASE_URL"],
      vars: {
        region: { env: ["FULL_REGION"], default: "eu", required: true, when: { zone: { full: "eu" } } },
        zone: { default: "full" },
      },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of the catalog
      query: { "api-version": "${zone}" },
      auth: [
        { type: "none" },
        { type: "header", header: "x-key", prefix: "Key ", env: ["FULL_KEY"] },
        { type: "query", param: "key", env: ["FULL_KEY"] },
        { type: "google-oauth", env: ["FULL_ACCOUNT"] },
        { type: "aws-sigv4", service: "full", region: "eu", env: ["FULL_ID", "FULL_SECRET", "FULL_SESSION"] },
      ],
      headers: { "x-title": "full" },
      dialect: {
        "openai-chat": { schemaDrop: ["format"], toolCallId: { maxLength: 40 }, transcription: { urlField: "url" } },
        "bfl-flux": { pollDomain: "full.example", imageField: "input_image" },
      },
      errors: [{ status: 400, code: "too_long", message: "context", is: "context-length" }],
      assume: "strict",
      unknownModels: "reject",
      defaultModel: "model-1",
      defaults: { openWeights: false },
      inherits: ["name", "kind"],
      discover: { path: "/models", adapter: "openai" },
      docs: "https://full.example/docs",
      untested: true,
    },
  },
);

const chat = file({
  "model-1": {
    kind: "chat",
    input: ["text", "image"],
    output: ["text", "audio"],
    assume: "permissive",
    features: {
      tools: true,
      toolChoice: ["auto", "named"],
      parallelTools: true,
      strictTools: true,
      structuredOutput: "strict",
      structuredOutputWithTools: false,
      streaming: "required",
      systemRole: true,
      prefill: false,
      promptCaching: "both",
      builtinTools: ["web_search"],
      citations: true,
      batch: true,
    },
    reasoning: {
      mode: "optional",
      default: "off",
      toggle: true,
      effort: { levels: ["none", "low"], default: "low", off: "none", alias: { minimal: "low" } },
      budget: { min: 1, max: 100, off: 0, auto: -1, below: "maxOutputTokens", default: 10 },
      adaptive: true,
      exclusive: [["effort", "budget"]],
      output: "summary",
      field: "reasoning_content",
      tags: ["<think>", "</think>"],
      replay: "allowed",
      wire: "openai-effort",
    },
    rules: [
      {
        when: {
          reasoning: "on",
          effort: ["low"],
          present: ["stop"],
          absent: ["topK"],
          stream: true,
          equals: { user: "x" },
        },
        params: { seed: false },
        features: { toolChoice: ["auto"], prefill: false, tools: true, structuredOutput: true },
        require: { topP: true },
        effect: "ignored",
        note: "because",
      },
      { when: { reasoning: "on" }, params: { temperature: false } },
    ],
  },
});

const params = file({
  "model-1": {
    kind: "chat",
    params: {
      temperature: { min: 0, max: 2, exclusiveMin: -1, exclusiveMax: 3, step: 0.1, effect: "clamped", default: "x" },
      voice: { enum: ["alto"], open: true, required: true },
      serviceTier: { const: "flex" },
      stop: { maxItems: 4, maxLength: 10 },
      image: {
        enum: ["1x1"],
        size: { multipleOf: 1, minAspect: 1, maxAspect: 1, maxWidth: 1, maxHeight: 1, maxPixels: 1 },
      },
      mode: { type: "string", wire: "the_mode", sets: { "other.path": "value" } },
    },
    media: { image: { mime: ["image/png"], sources: ["url"], maxCount: 1, maxBytes: 1 } },
    limits: { context: 9, input: 8, output: 7, batchItems: 6, inputChars: 5, tools: 4, cacheMinTokens: 3 },
    modes: { fast: { body: { speed: "fast", deep: { list: ["x"] } }, headers: { "x-mode": "fast" }, pricing } },
    transport: {
      protocol: "openai-chat",
      baseURL: "https://other.full.example",
      path: "/chat",
      headers: { "x-model": "1" },
      body: { truncation: "auto" },
    },
    dialect: { "openai-chat": { schemaDrop: ["format"] } },
  },
});

const names = file(
  {
    "model-1": {
      use: ["shared"],
      omit: ["openWeights"],
      name: "Model 1",
      family: "models",
      aliases: ["model"],
      wireId: "vendor-model-1",
      idPattern: "ft:model-1:*",
      status: "deprecated",
      successor: "model-2",
      dates: { released: "2026", updated: "2026-01", knowledge: "2025", deprecated: "2026-02", retires: "2026-03-01" },
      pricing,
      rateLimits: { free: { rpm: 1 } },
      verified: { at: "2026-01-01", by: "docs", source: "https://full.example/docs" },
      extra: { anything: { at: ["all", null] } },
    },
    "model-2": {
      base: "#model-1",
      aliases: ["second"],
      status: "retired",
      successor: "model-3",
      dates: { retires: "2026" },
    },
    "model-3": { aliasOf: "#embedding" },
    embedding: { kind: "embedding", params: { dimensions: { min: 1, max: 10 } } },
    image: { kind: "image", params: { size: { enum: ["1x1"] }, n: { min: 1, max: 4 } } },
    speech: { kind: "speech", params: { voice: { enum: ["alto"], open: true } } },
    transcription: { kind: "transcription", params: { language: { enum: ["en"] } } },
  },
  { provider: { defaults: { openWeights: true } }, profiles: { shared: { kind: "chat" } } },
);

export const fullFiles: { readonly [what: string]: Json } = { provider, chat, params, names };
