/** What an embedding model reads beside text: what its facts list, as far as its wire has a place for it. Pure. */
import { type Assume, accepted, inputModality } from "./capabilities.js";
import type { Dialects } from "./dialects/switches.js";
import type { ModelFacts, ProviderFacts } from "./facts.js";

export const embeddableMedia = ["image", "pdf", "audio", "video"] as const;
export type EmbeddableMedium = (typeof embeddableMedia)[number];

/** The media that may stand among the values to embed. */
export function embeddedMedia(
  provider: Pick<ProviderFacts, "protocol" | "dialect">,
  model: ModelFacts,
  assume: Assume,
): readonly EmbeddableMedium[] {
  const places = placesOf(model.transport?.protocol ?? provider.protocol, { ...provider.dialect, ...model.dialect });
  return places.filter((medium) => accepted(inputModality(model, medium), assume));
}

/** True where texts and media cannot share a request. */
export function embedsApart(provider: Pick<ProviderFacts, "dialect">, model: ModelFacts): boolean {
  const dialects = { ...provider.dialect, ...model.dialect };
  const { "cohere-v2": cohere, "bedrock-converse": bedrock } = dialects;
  return cohere?.embeddingImages === "images" || bedrock?.embeddings === "cohere-3";
}

function placesOf(protocol: ProviderFacts["protocol"], dialects: Dialects): readonly EmbeddableMedium[] {
  switch (protocol) {
    case "openai-chat":
      return dialects[protocol]?.embeddingMedia === undefined ? [] : embeddableMedia;
    case "google-generative-ai":
      return dialects[protocol]?.embeddings === "predict" ? [] : embeddableMedia;
    case "cohere-v2":
    case "bedrock-converse":
      return ["image"];
    default:
      return [];
  }
}
