/** Where an answer's statements come from: grounding chunks and citations of a candidate. */
import type { Source } from "../../chat/events.js";
import type { Members } from "./wire.js";
import { objectOf, objectsOf, wordOf } from "./wire-read.js";

/** The sources a candidate names, in order. Streams repeat them: the caller drops those it has seen. */
export function sourcesOf(candidate: Members): readonly Source[] {
  return [...groundingSources(candidate.groundingMetadata), ...citedSources(candidate.citationMetadata)];
}

function groundingSources(metadata: unknown): readonly Source[] {
  return objectsOf(objectOf(metadata)?.groundingChunks).flatMap((chunk) => {
    const from = objectOf(chunk.web) ?? objectOf(chunk.retrievedContext) ?? objectOf(chunk.maps);
    return from === undefined ? [] : sourceOf(from);
  });
}

/** The Gemini API says `citationSources`, Vertex AI `citations`. */
function citedSources(metadata: unknown): readonly Source[] {
  const cited = objectOf(metadata);
  return [...objectsOf(cited?.citationSources), ...objectsOf(cited?.citations)].flatMap(sourceOf);
}

function sourceOf(from: Members): readonly Source[] {
  const source = { url: wordOf(from.uri), title: wordOf(from.title), text: wordOf(from.text) };
  return source.url === undefined && source.title === undefined && source.text === undefined ? [] : [source];
}
