/** Switches of the `openai-chat` protocol. Each is used by at least one shipped provider (checked by a test). */

/** Absent switches mean OpenAI's own behaviour. A model's dialect overrides its provider's, switch by switch. */
export interface OpenaiChatDialect {
  /**
   * Where the output limit goes. Default `max_tokens`. `max_completion_tokens`: openai, xai, groq, cerebras,
   * xiaomi-mimo; `max_new_tokens`: sensenova; the others still take the older name only.
   */
  readonly maxTokensField?: "max_tokens" | "max_completion_tokens" | "max_new_tokens";
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
   * all. `reasoning_content`: deepseek, moonshotai, zhipuai, tencent-hunyuan. `reasoning`: cerebras.
   * `reasoning_details` (with signatures): openrouter. `thinking` (a content part): mistral.
   */
  readonly reasoningEcho?: "reasoning_content" | "reasoning" | "reasoning_details" | "thinking";
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
  /** `tool_stream: true` asks for tool arguments in pieces. Default false: they come whole. True: zhipuai's newer models. */
  readonly toolStream?: boolean;
  /**
   * Members of built-in tools, by the tools' names, unless the caller states others. Default: the `type` alone.
   * `web_search`: zhipuai, iflytek-spark and baichuan switch it on inside, ai360 names a mode, stepfun wants a description.
   */
  readonly builtinTools?: { readonly [name: string]: { readonly [member: string]: unknown } };
  /** A history with tool calls needs a `tools` list, be it empty. Default false. True: litellm, for Claude behind it. */
  readonly emptyTools?: boolean;
  /** Member that reaches the chat template (wire `chat-template-kwargs`). Default `chat_template_kwargs`. Other: baseten. */
  readonly templateField?: "chat_template_kwargs" | "chat_template_args";
  /** Name of the template's switch for reasoning. Default `enable_thinking`. `thinking`: nvidia's DeepSeek models. */
  readonly templateSwitch?: "enable_thinking" | "thinking";
  /** Embeddings are asked for as base64, a quarter of the bytes. Default false. True: openai. */
  readonly embeddingBase64?: boolean;
  /**
   * How media are embedded; without it the wire takes texts only. `content`: voyage's multimodal models, a list of parts
   * for each value, in `inputs`. `objects`: jina, `{text}`, `{image}` or `{pdf}` for each value.
   */
  readonly embeddingMedia?: "content" | "objects";
  /**
   * How pictures to start from are sent. Default `form`: as files; `dall-e-2` takes nothing else. `images`: openai's newer
   * models, a list of URLs. `image`: xai, one URL.
   */
  readonly imageEdits?: "form" | "images" | "image";
  /** Member of the text to be spoken. Default `input`. `text`: xai, which names no model beside it. */
  readonly speechText?: "text";
  /** Recordings: the field of their URL, where they may be given so (`url`: groq, xai; `file_url`: mistral); xai names no model. */
  readonly transcription?: { readonly urlField?: string; readonly modelless?: boolean };
  /** Where films are asked for. Default `/videos`. `generations`: xai, `/videos/generations`. */
  readonly videoJobs?: "generations";
}
