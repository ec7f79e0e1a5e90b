/** Schemas of the dialect switches. Held equal to the interfaces beside this file by a type test. */
import { z } from "zod";
import { strict } from "../schema-values.js";

const openaiChat = strict({
  maxTokensField: z.enum(["max_tokens", "max_completion_tokens"]).exactOptional(),
});

const openaiResponses = strict({});

const anthropicMessages = strict({});

const googleGenerativeAi = strict({});

export const dialectsSchema = strict({
  "openai-chat": openaiChat.exactOptional(),
  "openai-responses": openaiResponses.exactOptional(),
  "anthropic-messages": anthropicMessages.exactOptional(),
  "google-generative-ai": googleGenerativeAi.exactOptional(),
});
