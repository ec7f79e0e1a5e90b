/** Switches of the `cohere-v2` protocol. Each is used by at least one shipped provider (checked by a test). */

// biome-ignore lint/suspicious/noEmptyInterface: Cohere is the only shipped provider that speaks it, so nothing differs yet
export interface CohereV2Dialect {}
