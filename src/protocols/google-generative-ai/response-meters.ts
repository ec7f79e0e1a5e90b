/** Counts what an answer used that is sold by the piece: searches, maps, pictures. https://ai.google.dev/gemini-api/docs/pricing */
import type { Meters } from "../../chat/usage.js";
import { objectOf, objectsOf, wordOf } from "./wire-read.js";

/** Most queries that are told apart. */
const maxQueries = 10_000;

export class GroundingMeters {
  image = 0;
  private readonly queries = new Set<string>();
  private maps = false;

  /** Streams may repeat the metadata. Empty queries are not billed. */
  read(metadata: unknown): void {
    const grounding = objectOf(metadata);
    const queries = Array.isArray(grounding?.webSearchQueries) ? grounding.webSearchQueries : [];
    for (const query of queries) {
      const words = wordOf(query);
      if (words !== undefined && words !== "" && this.queries.size < maxQueries) this.queries.add(words);
    }
    this.maps ||= objectsOf(grounding?.groundingChunks).some((chunk) => objectOf(chunk.maps) !== undefined);
  }

  counts(): Meters {
    return { webSearch: this.queries.size, mapsSearch: this.maps ? 1 : 0, image: this.image };
  }
}
