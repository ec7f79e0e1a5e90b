/** An answer on its way: its text grows in place, and whoever reads its end keeps seeing it. */
import { h, inFrame } from "./dom.js";

export function createAnswer(scroller) {
  const reasoning = h("details", { class: "reasoning", hidden: true }, h("summary", null, "Reasoning"), h("div"));
  const text = h("div", { class: "text" });
  const calls = h("pre", { class: "calls", hidden: true });
  const element = h("div", { class: "answer", "aria-busy": "true" }, reasoning, text, calls);
  const places = { reasoning: reasoning.lastElementChild, text, call: calls };
  const waiting = { reasoning: "", text: "", call: "" };
  let said = "";
  const flush = inFrame(() => {
    // Reading the height once per frame, before anything is written.
    const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 40;
    for (const [kind, place] of Object.entries(places)) {
      if (waiting[kind] === "") continue;
      if (kind === "reasoning") reasoning.hidden = false;
      if (kind === "call") calls.hidden = false;
      if (place.firstChild === null) place.append(document.createTextNode(""));
      place.firstChild.appendData(waiting[kind]);
      waiting[kind] = "";
    }
    if (atEnd) scroller.scrollTop = scroller.scrollHeight;
  });
  return {
    element,
    get said() {
      return said;
    },
    tell(kind, value) {
      if (kind === "answer") element.append(...whole(value));
      if (!(kind in waiting)) return;
      if (kind === "text") said += value;
      waiting[kind] += value;
      flush();
    },
    fail(message) {
      element.append(h("p", { class: "bad", role: "alert" }, message));
      scroller.scrollTop = scroller.scrollHeight;
    },
    end() {
      element.removeAttribute("aria-busy");
    },
  };
}

/** Answers that are no text: vectors and pictures. */
function whole({ data = [] }) {
  return data.slice(0, 8).map(({ embedding, b64_json: base64, url }) => {
    if (Array.isArray(embedding)) return vector(embedding);
    if (typeof base64 === "string")
      return h("img", { src: `data:image/png;base64,${base64}`, alt: "Generated picture" });
    return h("p", null, typeof url === "string" ? url : "Nothing that can be shown.");
  });
}

function vector(values) {
  const shown = values.slice(0, 8).map((value) => Number(value).toFixed(4));
  return h("p", { class: "mono" }, `${values.length} dimensions: [${shown.join(", ")}, …]`);
}
