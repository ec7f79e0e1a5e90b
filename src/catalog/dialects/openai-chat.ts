/** Switches of the `openai-chat` protocol. Each is used by at least one shipped provider (checked by a test). */

/** Absent switches mean OpenAI's own behaviour. A model's dialect overrides its provider's, switch by switch. */
export interface OpenaiChatDialect {
  /**
   * Where the output limit goes. Default `max_tokens`. `max_completion_tokens`: openai, xai, groq; the others still
   * take the older name only.
   */
  readonly maxTokensField?: "max_tokens" | "max_completion_tokens";
  /** Role of system messages. Default `system`. `developer`: openai's reasoning models. */
  readonly systemRole?: "system" | "developer";
  /**
   * Whether `stream_options: {include_usage: true}` asks for usage in streams. Default true. False: mistral, which
   * rejects the member and always sends usage.
   */
  readonly streamOptions?: boolean;
  /** How "must call some tool" is spelled. Default `required`. `any`: mistral. */
  readonly toolChoiceRequired?: "required" | "any";
  /**
   * Members of usage that the token totals leave out; the others count them in. `reasoning`: xai, whose
   * `completion_tokens` excludes it. `audio`: mistral, whose `prompt_tokens` excludes it.
   */
  readonly usageExcludes?: readonly ("reasoning" | "audio")[];
  /**
   * How earlier reasoning goes back in assistant messages, unless `reasoning.replay` is `forbidden`. Default: not at
   * all. `reasoning_content`: deepseek, moonshotai. `reasoning_details` (with signatures): openrouter.
   * `thinking` (a content part): mistral.
   */
  readonly reasoningEcho?: "reasoning_content" | "reasoning_details" | "thinking";
  /** Cache marks are sent as `cache_control` on parts. Default false: caching is implicit. True: openrouter, alibaba. */
  readonly cacheControl?: boolean;
  /** Shape of PDF parts. Default `file`. `document_url`: mistral. */
  readonly pdfPart?: "file" | "document_url";
  /** Shape of `input_audio.data`. Default `base64`. `data-url`: alibaba, which takes URLs there, too. */
  readonly audioData?: "base64" | "data-url";
  /**
   * Member of the last assistant message that asks the model to continue it. Default: none needed. `prefix`: mistral.
   * `partial`: moonshotai, alibaba.
   */
  readonly prefillField?: "prefix" | "partial";
  /**
   * What ids of tool calls may look like; foreign ids in the history are rewritten to it. openai: at most 40
   * characters. mistral: exactly 9 letters and digits.
   */
  readonly toolCallId?: { readonly maxLength: number; readonly exact?: boolean; readonly alphanumeric?: boolean };
  /**
   * JSON Schema keywords that the provider rejects in `response_format`; they are removed and the removal is listed.
   * groq: length, count, range and pattern keywords. moonshotai: `$schema`.
   */
  readonly schemaDrop?: readonly string[];
  /** Embeddings are asked for as base64, a quarter of the bytes. Default false. True: openai. */
  readonly embeddingBase64?: boolean;
}
