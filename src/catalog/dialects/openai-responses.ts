/** Switches of the `openai-responses` protocol. Each is used by at least one shipped provider (checked by a test). */

// biome-ignore lint/suspicious/noEmptyInterface: filled by the room
export interface OpenaiResponsesDialect {}
