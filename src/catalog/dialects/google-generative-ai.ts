/** Switches of the `google-generative-ai` protocol. Each is used by at least one shipped provider (checked by a test). */

/** Absent switches mean the Gemini API's own behaviour. A model's dialect overrides its provider's, switch by switch. */
export interface GoogleGenerativeAiDialect {
  /** How pictures are asked for. Default: as content, from `generateContent`. `predict`: Imagen. */
  readonly images?: "predict";
  /** How embeddings are asked for. Default: `embedContent`. `predict`: Vertex's of texts. `multimodal`: its own of texts and pictures. */
  readonly embeddings?: "predict" | "multimodal";
}
