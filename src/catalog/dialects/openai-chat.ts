/** Switches of the `openai-chat` protocol. Each is used by at least one shipped provider (checked by a test). */

export interface OpenaiChatDialect {
  /** Where the output limit goes. Default `max_tokens`. */
  readonly maxTokensField?: "max_tokens" | "max_completion_tokens";
}
