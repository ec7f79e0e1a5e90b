/** Answers that are no text, as elements: vectors, pictures, films, sounds, rankings, judgements. */
import { bar } from "./chart.js";
import { h, link } from "./dom.js";

/** `asked` is the body of the request. */
export function resultOf(answer, asked) {
  if (Array.isArray(answer.results)) return answer.results.map((each) => ranked(each, asked) ?? judged(each));
  if (typeof answer.text === "string") return [h("p", { class: "text" }, answer.text || "Nothing was said.")];
  return (answer.data ?? []).slice(0, 8).map(({ embedding, b64_json: base64, url }) => {
    if (Array.isArray(embedding)) return vector(embedding);
    if (typeof base64 === "string")
      return h("img", { src: `data:image/png;base64,${base64}`, alt: "Generated picture" });
    return h("p", null, typeof url === "string" ? link(url, url) : "Nothing that can be shown.");
  });
}

/** A sound or a film whose bytes are here. */
export function playerOf(blob) {
  const src = URL.createObjectURL(blob);
  const kind = blob.type.startsWith("video/") ? "video" : "audio";
  return h(kind, { src, controls: true, "aria-label": kind === "video" ? "Generated film" : "Generated speech" });
}

function vector(values) {
  const shown = values.slice(0, 8).map((value) => Number(value).toFixed(4));
  return h("p", { class: "mono" }, `${values.length} dimensions: [${shown.join(", ")}, …]`);
}

function ranked({ index, relevance_score: score }, { documents = [] }) {
  if (typeof score !== "number") return undefined;
  const each = bar(`#${index + 1}`);
  each.put(score, score.toFixed(3));
  return h("div", { class: "ranked" }, h("p", null, String(documents[index] ?? "")), each.element);
}

function judged({ flagged, category_scores: scores = {}, categories = {} }) {
  const bars = Object.entries(scores)
    .sort(([, a], [, b]) => b - a)
    .map(([name, score]) => {
      const each = bar(name);
      each.put(score, score.toFixed(3));
      if (categories[name] === true) each.element.classList.add("bad");
      return each.element;
    });
  const verdict = h("p", { class: flagged ? "bad" : "good" }, h("strong", null, flagged ? "Flagged" : "Not flagged"));
  return h("div", { class: "bars" }, verdict, bars);
}
