/** Switches of the `anthropic-messages` protocol. Each is used by at least one shipped provider (checked by a test). */

// biome-ignore lint/suspicious/noEmptyInterface: no shipped provider of this wire deviates from it in a way that needs a switch
export interface AnthropicMessagesDialect {}
