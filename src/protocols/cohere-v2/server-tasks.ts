/** Ranking seen from Cohere's side. */
import { asList, asName, asObject, asText } from "../served-input.js";
import type { ServedTasks } from "../server.js";

export const servedTasks: ServedTasks = {
  decode(value, { kind }) {
    const wire = asObject(value, "body");
    const documents = asList(wire.documents, "documents").map((item, i) => asText(item, `documents[${i}]`));
    const request = { query: asName(wire.query, "query"), documents };
    return { kind, modelId: asName(wire.model, "model"), request, wire, paths: { topN: "top_n" } };
  },
  encode(_served, result, { id }) {
    const ranked = "results" in result ? result.results : [];
    const results = ranked.map((item) => ("index" in item ? { index: item.index, relevance_score: item.score } : item));
    return { json: { id, results, meta: { api_version: { version: "2" }, billed_units: { search_units: 1 } } } };
  },
};
