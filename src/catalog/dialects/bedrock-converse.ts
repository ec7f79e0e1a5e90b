/** Switches of the `bedrock-converse` protocol. Each is used by at least one shipped provider (checked by a test). */

export interface BedrockConverseDialect {
  /** Whose body embeddings are asked for in. Default `titan`: Amazon's, one text at a time. */
  readonly embeddings?: "titan" | "cohere";
}
