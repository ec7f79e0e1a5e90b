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
      if (kind === "result") element.replaceChildren(...value);
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
