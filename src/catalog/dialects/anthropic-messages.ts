/** Switches of the `anthropic-messages` protocol. Each is used by at least one shipped provider (checked by a test). */

export interface AnthropicMessagesDialect {
  /**
   * The model stands in the path, `/models/<model>:rawPredict` or `:streamRawPredict`, and not in the body. Default
   * false. True: google-vertex-anthropic. https://docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude
   */
  readonly modelInPath?: boolean;
  /**
   * System text that comes within the conversation stays there, after a turn of the user, and leaves what was cached
   * valid. Default false: it goes before the conversation. True: Claude from Opus 4.8 on.
   * https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages
   */
  readonly systemInside?: boolean;
}
