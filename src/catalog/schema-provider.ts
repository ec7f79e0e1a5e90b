/** Schema of a provider's connection. Held equal to `ProviderFacts` by a type test. */
import { z } from "zod";
import { type ErrorCode, errorCodes } from "../errors.js";
import { dialectsSchema } from "./dialects/schema.js";
import { modelSchema } from "./schema-model.js";
import {
  assumeSchema,
  baseUrlSchema,
  envNameSchema,
  envSchema,
  headersSchema,
  mapOf,
  modelIdSchema,
  protocolSchema,
  strict,
} from "./schema-values.js";

const headerName = z.string().regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, "an HTTP header name");

const keyed = { env: envSchema, optional: z.boolean().exactOptional() };

const auth = z.discriminatedUnion("type", [
  strict({ type: z.literal("none") }),
  strict({ type: z.literal("bearer"), ...keyed }),
  strict({ type: z.literal("header"), header: headerName, prefix: z.string().exactOptional(), ...keyed }),
  strict({ type: z.literal("query"), param: z.string().min(1), ...keyed }),
  strict({
    type: z.literal("aws-sigv4"),
    service: z.string().min(1),
    region: z.string().min(1),
    env: z.tuple([envNameSchema, envNameSchema, envNameSchema]),
    optional: z.boolean().exactOptional(),
  }),
  strict({ type: z.literal("google-oauth"), ...keyed }),
]);

const errorRule = strict({
  status: z.int().min(100).max(599).exactOptional(),
  code: z.string().min(1).exactOptional(),
  message: z.string().min(1).exactOptional(),
  is: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
});

const variable = strict({
  env: envSchema.exactOptional(),
  default: z.string().exactOptional(),
  when: mapOf(mapOf(z.string())).exactOptional(),
  required: z.boolean().exactOptional(),
});

const milliseconds = z.int().min(1);

/** A provider id: it becomes a file name and an import path. */
const providerIdSchema = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+([._-][a-z0-9]+)*$/, "lower-case letters and digits, joined by single . _ or -");

/** What a provider states about itself, without its models. */
export const connectionSchema = strict({
  id: providerIdSchema,
  name: z.string().min(1),
  role: z.enum(["lab", "cloud", "host", "gateway", "plan", "local"]),
  protocol: protocolSchema,
  baseURL: baseUrlSchema,
  region: z
    .string()
    .regex(/^(\$\{\w+\}|[a-z][a-z0-9-]*)$/, "a region such as eu, or one variable")
    .exactOptional(),
  baseURLEnv: envSchema.exactOptional(),
  vars: mapOf(variable).exactOptional(),
  query: z
    .record(
      z.string().regex(/^[\w.-]+$/, "a name of a query parameter"),
      z.string().regex(/^(\$\{\w+\}|[\w.-]+)$/, "a plain value or one variable"),
    )
    .exactOptional(),
  auth: z.array(auth).min(1),
  headers: headersSchema.exactOptional(),
  dialect: dialectsSchema.exactOptional(),
  errors: z.array(errorRule).exactOptional(),
  assume: assumeSchema,
  unknownModels: z.enum(["reject", "permissive"]),
  defaultModel: modelIdSchema.exactOptional(),
  discover: strict({
    path: z.string().regex(/^\//, "a path that begins with /"),
    adapter: z.enum(["openai", "anthropic", "google", "ollama-tags", "cohere"]),
  }).exactOptional(),
  timeouts: strict({
    connect: milliseconds.exactOptional(),
    firstByte: milliseconds.exactOptional(),
    idle: milliseconds.exactOptional(),
    total: milliseconds.exactOptional(),
  }).exactOptional(),
  docs: z.url({ protocol: /^https$/ }).exactOptional(),
  untested: z.boolean().exactOptional(),
});

/** A provider with its models, resolved. */
export const providerSchema = strict({ ...connectionSchema.shape, models: z.record(modelIdSchema, modelSchema) });
