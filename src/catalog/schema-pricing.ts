/** Schema of prices. Currency and unit are always present after resolution. */
import { z } from "zod";
import { dateSchema, mapOf, scalarSchema, strict } from "./schema-values.js";

const price = z.number().min(0);

const tokenPricesSchema = strict({
  input: price.exactOptional(),
  output: price.exactOptional(),
  cacheRead: price.exactOptional(),
  cacheWrite: price.exactOptional(),
  cacheWrite1h: price.exactOptional(),
  reasoning: price.exactOptional(),
  audioInput: price.exactOptional(),
  audioOutput: price.exactOptional(),
  audioCacheRead: price.exactOptional(),
  imageInput: price.exactOptional(),
  imageOutput: price.exactOptional(),
  videoInput: price.exactOptional(),
});

const repricing = strict({
  tokens: tokenPricesSchema.exactOptional(),
  multiply: z.number().positive().exactOptional(),
});

const utcTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\dZ$/, "a UTC time such as 16:30Z");

const tier = strict({
  above: z.int().positive(),
  by: z.enum(["input", "output", "total"]).default("input"),
  scope: z.enum(["request", "marginal"]).default("request"),
  tokens: tokenPricesSchema,
});

const unit = strict({
  meter: z.string().min(1),
  per: z.number().positive().default(1),
  price,
  counted: z.enum(["once", "always"]).exactOptional(),
  when: mapOf(scalarSchema).exactOptional(),
});

const window = strict({
  from: dateSchema.exactOptional(),
  until: dateSchema.exactOptional(),
  daily: z.tuple([utcTime, utcTime]).exactOptional(),
  tokens: tokenPricesSchema.exactOptional(),
  multiply: z.number().positive().exactOptional(),
});

export const pricingSchema = strict({
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "an ISO 4217 code")
    .default("USD"),
  plan: z.enum(["payg", "subscription", "free", "self-hosted", "unknown"]).exactOptional(),
  tokens: tokenPricesSchema.exactOptional(),
  tiers: z.array(tier).exactOptional(),
  serviceTiers: mapOf(repricing).exactOptional(),
  regions: mapOf(repricing).exactOptional(),
  units: z.array(unit).exactOptional(),
  windows: z.array(window).exactOptional(),
  asOf: dateSchema.exactOptional(),
  source: z.string().exactOptional(),
});
