/** Schemas of the dialect switches. Held equal to the interfaces beside this file by a type test. */
import { z } from "zod";
import { strict } from "../schema-values.js";

const openaiChat = strict({
  maxTokensField: z.enum(["max_tokens", "max_completion_tokens", "max_new_tokens"]).exactOptional(),
  systemRole: z.enum(["system", "developer"]).exactOptional(),
  streamOptions: z.boolean().exactOptional(),
  toolChoiceRequired: z.enum(["required", "any"]).exactOptional(),
  usageExcludes: z.array(z.enum(["reasoning", "audio"])).exactOptional(),
  reasoningEcho: z.enum(["reasoning_content", "reasoning", "reasoning_details", "thinking"]).exactOptional(),
  cacheControl: z.boolean().exactOptional(),
  pdfPart: z.enum(["file", "document_url"]).exactOptional(),
  audioData: z.enum(["base64", "data-url"]).exactOptional(),
  prefillField: z.enum(["prefix", "partial"]).exactOptional(),
  toolCallId: strict({
    maxLength: z.int().positive(),
    exact: z.boolean().exactOptional(),
    alphanumeric: z.boolean().exactOptional(),
  }).exactOptional(),
  schemaDrop: z.array(z.string().min(1)).exactOptional(),
  toolStream: z.boolean().exactOptional(),
  builtinTools: z.record(z.string().min(1), z.record(z.string().min(1), z.unknown())).exactOptional(),
  emptyTools: z.boolean().exactOptional(),
  templateField: z.enum(["chat_template_kwargs", "chat_template_args"]).exactOptional(),
  templateSwitch: z.enum(["enable_thinking", "thinking"]).exactOptional(),
  embeddingBase64: z.boolean().exactOptional(),
  embeddingMedia: z.enum(["content", "objects"]).exactOptional(),
  imageEdits: z.enum(["form", "images", "image"]).exactOptional(),
  speechText: z.enum(["text"]).exactOptional(),
  transcription: strict({
    urlField: z.string().min(1).exactOptional(),
    modelless: z.boolean().exactOptional(),
  }).exactOptional(),
  videoJobs: z.enum(["generations"]).exactOptional(),
});

const openaiResponses = strict({});

const anthropicMessages = strict({
  modelInPath: z.boolean().exactOptional(),
  systemInside: z.boolean().exactOptional(),
});

const googleGenerativeAi = strict({
  images: z.enum(["predict"]).exactOptional(),
  embeddings: z.enum(["predict", "multimodal"]).exactOptional(),
});

const cohereV2 = strict({ embeddingImages: z.enum(["images"]).exactOptional() });

const bedrockConverse = strict({ embeddings: z.enum(["titan", "cohere", "cohere-3"]).exactOptional() });

const bfl = strict({ pollDomain: z.string().min(1).exactOptional(), imageField: z.string().min(1).exactOptional() });

const dashscope = strict({ atOnce: z.boolean().exactOptional() });

const replicate = strict({ imageField: z.string().min(1).exactOptional() });

export const dialectsSchema = strict({
  "openai-chat": openaiChat.exactOptional(),
  "openai-responses": openaiResponses.exactOptional(),
  "anthropic-messages": anthropicMessages.exactOptional(),
  "google-generative-ai": googleGenerativeAi.exactOptional(),
  "cohere-v2": cohereV2.exactOptional(),
  "bedrock-converse": bedrockConverse.exactOptional(),
  "bfl-flux": bfl.exactOptional(),
  dashscope: dashscope.exactOptional(),
  "replicate-predictions": replicate.exactOptional(),
});
