/** Several models side by side: one prompt, their answers as they come, and what each took and cost. */
import { createAnswer } from "./answer.js";
import { modelPath, post } from "./api.js";
import { amountOf, call } from "./call.js";
import { bar } from "./chart.js";
import { $, h } from "./dom.js";
import { choose, known, on } from "./store.js";
import { address, duration, money, tokens } from "./words.js";

const form = $("#compare");
const columns = $("#columns");
const adder = $("#compare-add");

/** By model id: the column, and the figures of its answer. */
let shown = new Map();
let running;

export function startCompare() {
  on("chosen", drawChosen);
  on("models", drawChosen);
  adder.addEventListener("change", () => {
    if (!known.byId.has(adder.value)) return;
    if (!known.chosen.includes(adder.value)) choose(adder.value);
    adder.value = "";
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    askAll(form.elements.prompt.value.trim());
  });
  form.elements.prompt.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
}

function drawChosen() {
  $("#chosen").replaceChildren(
    ...known.chosen.map((id) =>
      h(
        "button",
        { type: "button", class: "chip", "aria-label": `Remove ${id}`, onclick: () => choose(id) },
        id,
        h("span", { "aria-hidden": "true" }, " ×"),
      ),
    ),
  );
  const before = shown;
  shown = new Map(known.chosen.map((id) => [id, before.get(id) ?? createColumn(id)]));
  if (shown.size > 0) columns.replaceChildren(...[...shown.values()].map(({ element }) => element));
}

function createColumn(id) {
  const body = h("div", { class: "said", tabindex: 0, role: "log", "aria-label": `Answer of ${id}` });
  const time = bar("time");
  const cost = bar("cost");
  const words = h("p", { class: "facts" }, " ");
  const title = h(
    "h2",
    null,
    h("a", { href: address("model", id) }, id),
    known.byId.get(id)?.simulated && h("span", { class: "tag simulated" }, "simulated"),
  );
  const element = h(
    "article",
    { class: "column", "data-model": id },
    title,
    h("div", { class: "measures" }, time.element, cost.element, words),
    body,
  );
  return { element, body, time, cost, words, figures: {} };
}

async function askAll(prompt) {
  if (prompt === "" || known.chosen.length === 0) return;
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  await Promise.all([...shown].map(([id, column]) => askOne(id, column, { prompt, signal })));
}

async function askOne(id, column, { prompt, signal }) {
  const answer = createAnswer(column.body);
  column.body.replaceChildren(answer.element);
  column.figures = {};
  const began = performance.now();
  const timer = setInterval(() => {
    column.figures.time = performance.now() - began;
    drawFigures();
  }, 100);
  const tell = (kind, value) => {
    if (kind === "figures") Object.assign(column.figures, value);
    else answer.tell(kind, value);
  };
  try {
    const slash = id.indexOf("/");
    const asked = await post(
      modelPath("play", id.slice(0, slash), id.slice(slash + 1)),
      { prompt, values: {}, history: [] },
      signal,
    );
    const request = await asked.json();
    if (request.path === undefined) throw new Error("models of this kind have no playground");
    await call(request, { signal, tell });
  } catch (error) {
    answer.fail(error.name === "AbortError" ? "stopped" : error.message);
  } finally {
    clearInterval(timer);
    answer.end();
    drawFigures();
  }
}

/** Bars are measured against the largest of those that are shown. */
function drawFigures() {
  const all = [...shown.values()].map(({ figures }) => ({ ...figures, amount: amountOf(figures.cost)?.amount }));
  const slowest = Math.max(1, ...all.map(({ time = 0 }) => time));
  const dearest = Math.max(Number.MIN_VALUE, ...all.map(({ amount = 0 }) => amount));
  for (const { figures, time, cost, words } of shown.values()) {
    const amount = amountOf(figures.cost);
    time.put((figures.time ?? 0) / slowest, duration(figures.time));
    const price =
      amount === undefined ? (figures.cost === undefined ? "–" : "unknown") : money(amount.amount, amount.currency);
    cost.put((amount?.amount ?? 0) / dearest, price);
    words.textContent = `first token ${duration(figures.first)} · ${tokens(figures.in)} in · ${tokens(figures.out)} out`;
  }
}
