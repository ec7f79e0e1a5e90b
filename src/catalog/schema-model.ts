/** Schema of a resolved model. Held equal to `ModelFacts` by a type test. */
import { z } from "zod";
import { dialectsSchema } from "./dialects/schema.js";
import { pricingSchema } from "./schema-pricing.js";
import {
  assumeSchema,
  baseUrlSchema,
  dateSchema,
  effortSchema,
  headersSchema,
  kindSchema,
  mapOf,
  modalitySchema,
  modelIdSchema,
  protocolSchema,
  scalarSchema,
  strict,
} from "./schema-values.js";

const tokens = z.int().positive();
const effect = z.enum(["error", "ignored", "clamped"]);
const toolChoiceMode = z.enum(["auto", "none", "required", "named", "allowed"]);

const paramBounds = strict({
  type: z.enum(["number", "integer", "string", "boolean", "array", "object"]).exactOptional(),
  min: z.number().exactOptional(),
  max: z.number().exactOptional(),
  exclusiveMin: z.number().exactOptional(),
  exclusiveMax: z.number().exactOptional(),
  step: z.number().positive().exactOptional(),
  enum: z.array(scalarSchema).min(1).exactOptional(),
  open: z.boolean().exactOptional(),
  const: scalarSchema.exactOptional(),
  maxItems: tokens.exactOptional(),
  maxLength: tokens.exactOptional(),
  size: strict({
    multipleOf: tokens.exactOptional(),
    minAspect: z.number().positive().exactOptional(),
    maxAspect: z.number().positive().exactOptional(),
    maxWidth: tokens.exactOptional(),
    maxHeight: tokens.exactOptional(),
    maxPixels: tokens.exactOptional(),
  }).exactOptional(),
  default: z.unknown().exactOptional(),
  required: z.boolean().exactOptional(),
  effect: effect.exactOptional(),
  wire: z.string().min(1).exactOptional(),
  sets: mapOf(scalarSchema).exactOptional(),
});

const params = mapOf(z.union([z.boolean(), paramBounds]));

const rule = strict({
  when: strict({
    reasoning: z.enum(["on", "off"]).exactOptional(),
    effort: z.array(effortSchema).min(1).exactOptional(),
    present: z.array(z.string()).min(1).exactOptional(),
    absent: z.array(z.string()).min(1).exactOptional(),
    stream: z.boolean().exactOptional(),
    equals: mapOf(scalarSchema).exactOptional(),
  }),
  params: params.exactOptional(),
  features: strict({
    toolChoice: z.array(toolChoiceMode).exactOptional(),
    prefill: z.boolean().exactOptional(),
    tools: z.boolean().exactOptional(),
    structuredOutput: z.boolean().exactOptional(),
  }).exactOptional(),
  require: mapOf(z.literal(true)).exactOptional(),
  effect: effect.exactOptional(),
  note: z.string().exactOptional(),
});

const features = strict({
  tools: z.boolean().exactOptional(),
  toolChoice: z.array(toolChoiceMode).exactOptional(),
  parallelTools: z.boolean().exactOptional(),
  strictTools: z.boolean().exactOptional(),
  structuredOutput: z.enum(["none", "json", "schema", "strict"]).exactOptional(),
  structuredOutputWithTools: z.boolean().exactOptional(),
  streaming: z.union([z.boolean(), z.literal("required")]).exactOptional(),
  systemRole: z.boolean().exactOptional(),
  prefill: z.boolean().exactOptional(),
  promptCaching: z.enum(["none", "implicit", "explicit", "both"]).exactOptional(),
  builtinTools: z.array(z.string().min(1)).exactOptional(),
  citations: z.boolean().exactOptional(),
  batch: z.boolean().exactOptional(),
});

const reasoning = strict({
  mode: z.enum(["none", "always", "optional", "unknown"]),
  default: z.enum(["on", "off"]).exactOptional(),
  toggle: z.boolean().exactOptional(),
  effort: strict({
    levels: z.array(effortSchema).min(1),
    default: effortSchema.exactOptional(),
    off: effortSchema.exactOptional(),
    alias: mapOf(effortSchema).exactOptional(),
  }).exactOptional(),
  budget: strict({
    min: z.int().exactOptional(),
    max: z.int().exactOptional(),
    off: z.int().exactOptional(),
    auto: z.int().exactOptional(),
    below: z.literal("maxOutputTokens").exactOptional(),
    default: z.int().exactOptional(),
  }).exactOptional(),
  adaptive: z.boolean().exactOptional(),
  exclusive: z.array(z.array(z.string()).min(2)).exactOptional(),
  output: z.enum(["none", "summary", "full", "encrypted"]).exactOptional(),
  field: z.string().min(1).exactOptional(),
  tags: z.tuple([z.string().min(1), z.string().min(1)]).exactOptional(),
  replay: z.enum(["required", "allowed", "forbidden"]).exactOptional(),
  wire: z
    .enum([
      "openai-effort",
      "openrouter",
      "enable-thinking",
      "thinking-type",
      "chat-template-kwargs",
      "anthropic-thinking",
      "anthropic-adaptive",
      "gemini-budget",
      "gemini-level",
      "ollama-think",
      "cohere-thinking",
      "bedrock-thinking",
      "bedrock-adaptive",
      "bedrock-nova",
      "bedrock-effort",
    ])
    .exactOptional(),
});

const limits = strict({
  context: tokens.exactOptional(),
  input: tokens.exactOptional(),
  output: tokens.exactOptional(),
  batchItems: tokens.exactOptional(),
  inputChars: tokens.exactOptional(),
  tools: tokens.exactOptional(),
  cacheMinTokens: tokens.exactOptional(),
});

const media = strict({
  mime: z
    .array(z.string().regex(/^[\w.+-]+\/[\w.+*-]+$/, "a media type"))
    .min(1)
    .exactOptional(),
  sources: z
    .array(z.enum(["url", "base64", "fileId"]))
    .min(1)
    .exactOptional(),
  maxCount: tokens.exactOptional(),
  maxBytes: tokens.exactOptional(),
});

const body = mapOf(z.unknown());

const mode = strict({
  body: body.exactOptional(),
  headers: headersSchema.exactOptional(),
  pricing: pricingSchema.exactOptional(),
});

const transport = strict({
  protocol: protocolSchema.exactOptional(),
  builtinTools: protocolSchema.exactOptional(),
  baseURL: baseUrlSchema.exactOptional(),
  path: z.string().regex(/^\//, "a path that begins with /").exactOptional(),
  headers: headersSchema.exactOptional(),
  body: body.exactOptional(),
});

const verified = strict({
  at: dateSchema,
  by: z.enum(["live", "docs", "import", "user"]),
  source: z.string().exactOptional(),
});

export const modelSchema = strict({
  kind: kindSchema,
  name: z.string().min(1).exactOptional(),
  family: z.string().min(1).exactOptional(),
  wireId: modelIdSchema.exactOptional(),
  region: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, "a region such as eu")
    .exactOptional(),
  aliases: z.array(modelIdSchema).exactOptional(),
  aliasOf: modelIdSchema.exactOptional(),
  idPattern: modelIdSchema.exactOptional(),
  status: z.enum(["alpha", "beta", "preview", "stable", "deprecated", "retired"]).exactOptional(),
  dates: strict({
    released: dateSchema.exactOptional(),
    updated: dateSchema.exactOptional(),
    knowledge: dateSchema.exactOptional(),
    deprecated: dateSchema.exactOptional(),
    retires: dateSchema.exactOptional(),
  }).exactOptional(),
  successor: modelIdSchema.exactOptional(),
  openWeights: z.boolean().exactOptional(),
  input: z.array(modalitySchema).min(1),
  inputUnstated: z.literal(true).exactOptional(),
  output: z.array(modalitySchema).min(1),
  features: features.default({}),
  reasoning: reasoning.exactOptional(),
  params: params.default({}),
  rules: z.array(rule).exactOptional(),
  limits: limits.default({}),
  media: mapOf(media).exactOptional(),
  pricing: pricingSchema.exactOptional(),
  rateLimits: mapOf(mapOf(z.number().positive())).exactOptional(),
  modes: mapOf(mode).exactOptional(),
  transport: transport.exactOptional(),
  dialect: dialectsSchema.exactOptional(),
  assume: assumeSchema.exactOptional(),
  verified: verified.exactOptional(),
  extra: mapOf(z.unknown()).exactOptional(),
});
