/** Schemas of the values that models and providers share, and the strict object every other schema is made of. */
import { z } from "zod";
import { didYouMean } from "./nearest.js";

/** An object that refuses unknown keys and names the key that was probably meant. */
export function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => `unknown key ${JSON.stringify(key)}${didYouMean(key, known)}`).join("\n")
        : undefined,
  });
}

/** A non-empty map with free keys. */
export const mapOf = <Value extends z.core.SomeType>(value: Value) => z.record(z.string().min(1).max(200), value);

export const scalarSchema = z.union([z.string(), z.number(), z.boolean()]);

/** A year, a month or a day. */
export const dateSchema = z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/, "an ISO date: YYYY, YYYY-MM or YYYY-MM-DD");

export const protocolSchema = z.enum([
  "openai-chat",
  "openai-responses",
  "anthropic-messages",
  "google-generative-ai",
  "ollama",
  "cohere-v2",
  "bedrock-converse",
  "bfl-flux",
  "dashscope",
  "deepgram-speech",
  "elevenlabs-speech",
  "fal-queue",
  "minimax-media",
  "replicate-predictions",
]);

export const kindSchema = z.enum([
  "chat",
  "completion",
  "embedding",
  "image",
  "speech",
  "transcription",
  "video",
  "rerank",
  "moderation",
  "realtime",
  "ocr",
]);

export const modalitySchema = z.enum(["text", "image", "pdf", "file", "audio", "video", "embedding", "json"]);

export const effortSchema = z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max", "default"]);

export const assumeSchema = z.enum(["strict", "permissive"]);

/** A model id: any printable text, since providers allow almost anything. */
export const modelIdSchema = z
  .string()
  .min(1)
  .max(300)
  .regex(/^(?!\s)[^\p{Cc}]*(?<!\s)$/u, "an id without control characters or space at its ends");

/** Header names are HTTP tokens; values stay on one line. */
export const headersSchema = z.record(
  z.string().regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, "an HTTP header name"),
  z.string().regex(/^[^\r\n\0]*$/, "a header value on one line"),
);

/** `https://…` or `http://…`, possibly with `${name}` templates; no trailing slash, no credentials, no query. */
export const baseUrlSchema = z
  .string()
  .regex(
    /^(https?:\/\/|\$\{[A-Za-z]\w*\})[^\s?#@]*(?<!\/)$/,
    "a URL, possibly with templates, without trailing slash, credentials or query",
  );

export const envNameSchema = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "an environment variable name");

export const envSchema = z.array(envNameSchema).min(1);
