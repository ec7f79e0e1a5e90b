/** Small charts, drawn as SVG and read by their labels. */
import { h, s } from "./dom.js";
import { duration } from "./words.js";

/** A measure with its value beside it. */
export function bar(name) {
  const fill = h("span", { class: `fill ${name}` });
  const value = h("b", null, "–");
  const element = h(
    "div",
    { class: "measure" },
    h("span", { class: "dim" }, name),
    h("span", { class: "track" }, fill),
    value,
  );
  return {
    element,
    put(share, text) {
      fill.style.width = `${Math.min(1, Math.max(0, share)) * 100}%`;
      value.textContent = text;
    },
  };
}

/** When the pieces of a stream went out. `wide` has an axis. */
export function timeline({ timeline: marks, ms, firstTokenMs }, wide = false) {
  const [width, height] = wide ? [640, 96] : [96, 18];
  const base = wide ? height - 18 : height;
  const largest = Math.max(1, ...marks.map(({ characters }) => characters));
  const x = (at) => (at / Math.max(1, ms)) * (width - 2) + 1;
  const lines = marks.map((mark) => {
    const tall = Math.max(2, (mark.characters / largest) * (base - 4));
    return s("line", { x1: x(mark.ms), x2: x(mark.ms), y1: base, y2: base - tall, class: `mark ${mark.type}` });
  });
  const label = `${marks.length} pieces in ${duration(ms)}${firstTokenMs === undefined ? "" : `, the first after ${duration(firstTokenMs)}`}`;
  const axis = wide
    ? ticks(ms).map((at) =>
        s(
          "text",
          { x: x(at), y: height - 4, class: "tick", "text-anchor": at === 0 ? "start" : at === ms ? "end" : "middle" },
          duration(at),
        ),
      )
    : [];
  return s(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, class: wide ? "timeline wide" : "timeline", role: "img", "aria-label": label },
    s("title", null, label),
    s("line", { x1: 0, x2: width, y1: base, y2: base, class: "axis" }),
    lines,
    axis,
  );
}

function ticks(ms) {
  return [0, 0.25, 0.5, 0.75, 1].map((share) => share * ms);
}

/** One column per request: the part before the first token, and the rest. Failed ones are marked. */
export function latencies(exchanges) {
  const [width, height] = [640, 140];
  const slowest = Math.max(1, ...exchanges.map(({ ms }) => ms));
  const step = width / Math.max(40, exchanges.length);
  const tall = (ms) => (ms / slowest) * (height - 22);
  const columns = exchanges.map((exchange, i) => {
    const { ms, firstTokenMs = ms, error, model = exchange.path, status } = exchange;
    const failed = error !== undefined || status >= 400;
    const at = width - (exchanges.length - i) * step;
    const size = { x: at + 1, width: Math.max(1, step - 2) };
    return s(
      "g",
      null,
      s("title", null, `${model}: ${duration(ms)}${failed ? `, ${error?.code ?? status}` : ""}`),
      s("rect", { ...size, y: height - tall(ms), height: tall(ms), class: failed ? "failed" : "rest" }),
      !failed &&
        s("rect", {
          ...size,
          y: height - tall(Math.min(firstTokenMs, ms)),
          height: tall(Math.min(firstTokenMs, ms)),
          class: "first",
        }),
    );
  });
  const label = `Time of the last ${exchanges.length} requests, at most ${duration(slowest)}`;
  return s(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label },
    s("line", { x1: 0, x2: width, y1: 16, y2: 16, class: "axis" }),
    s("text", { x: 0, y: 12, class: "tick" }, duration(slowest)),
    s("line", { x1: 0, x2: width, y1: height, y2: height, class: "axis" }),
    columns,
  );
}
