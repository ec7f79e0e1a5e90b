/** Switches of the `cohere-v2` protocol. Each is used by at least one shipped provider (checked by a test). */

export interface CohereV2Dialect {
  /**
   * Where pictures to embed go. Default: each value as content. `images`: cohere's models before version 4, a list of
   * pictures alone. https://docs.cohere.com/reference/embed
   */
  readonly embeddingImages?: "images";
}
