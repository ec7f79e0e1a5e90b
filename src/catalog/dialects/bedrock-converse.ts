/** Switches of the `bedrock-converse` protocol. Each is used by at least one shipped provider (checked by a test). */

// biome-ignore lint/suspicious/noEmptyInterface: Amazon is the only provider that speaks it, so nothing differs yet
export interface BedrockConverseDialect {}
