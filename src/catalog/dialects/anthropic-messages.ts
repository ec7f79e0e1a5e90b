/** Switches of the `anthropic-messages` protocol. Each is used by at least one shipped provider (checked by a test). */

export interface AnthropicMessagesDialect {
  /**
   * The model stands in the path, `/models/<model>:rawPredict` or `:streamRawPredict`, and not in the body. Default
   * false. True: google-vertex-anthropic. https://docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude
   */
  readonly modelInPath?: boolean;
}
