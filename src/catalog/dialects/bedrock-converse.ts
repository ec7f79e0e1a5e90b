/** Switches of the `bedrock-converse` protocol. Each is used by at least one shipped provider (checked by a test). */

export interface BedrockConverseDialect {
  /** Whose body embeddings are asked for in. Default `titan`: Amazon's, one value at a time. `cohere-3`: pictures by themselves. */
  readonly embeddings?: "titan" | "cohere" | "cohere-3";
}
