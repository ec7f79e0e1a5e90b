/** What the gateway answered: a log, the timeline of each stream, and charts of time and cost. */
import { bar, latencies, timeline } from "./chart.js";
import { $, h, inFrame } from "./dom.js";
import { card } from "./model.js";
import { known, on } from "./store.js";
import { address, clock, cost, duration, money, shown, tokens } from "./words.js";

const body = $("#log");

/** Rows that are drawn; older ones are only counted. */
const drawn = 100;
const charted = 80;

/** Ids of exchanges whose details are open. */
const open = new Set();

export function startRequests() {
  on("request", inFrame(draw));
}

export function showRequests() {
  draw();
}

function draw() {
  const { requests } = known;
  if (requests.length === 0 || $('[data-view="requests"]').hidden) return;
  const focused = document.activeElement?.dataset?.exchange;
  body.replaceChildren(...requests.slice(0, drawn).flatMap(rowsOf));
  if (focused !== undefined)
    body.querySelector(`[data-exchange="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  $("#latency").replaceChildren(latencies(requests.slice(0, charted).reverse()));
  drawTotals(requests);
  drawCosts(requests);
}

function drawTotals(requests) {
  const failed = requests.filter(isFailed).length;
  const sum = (read) => requests.reduce((total, exchange) => total + (read(exchange) ?? 0), 0);
  const times = requests.map(({ ms }) => ms).sort((a, b) => a - b);
  const currencies = spending(requests);
  const spent =
    currencies.size === 0 ? "–" : [...currencies].map(([currency, amount]) => money(amount, currency)).join(" + ");
  $("#totals").replaceChildren(
    card("Requests", String(requests.length), failed === 0 ? "none failed" : `${failed} failed`),
    card("Median time", duration(times[Math.floor(times.length / 2)]), `slowest ${duration(times.at(-1))}`),
    card("Tokens in", tokens(sum(({ usage }) => usage?.inputTokens)), ""),
    card("Tokens out", tokens(sum(({ usage }) => usage?.outputTokens)), ""),
    card("Cost", spent, requests.some(({ simulated }) => simulated) ? "simulated ones: as if they were real" : ""),
  );
}

function spending(requests) {
  const sums = new Map();
  for (const { cost: each } of requests)
    if (each?.state === "known") sums.set(each.currency, (sums.get(each.currency) ?? 0) + each.amount);
  return sums;
}

function drawCosts(requests) {
  const sums = new Map();
  for (const { provider, model, cost: each } of requests) {
    if (each?.state !== "known") continue;
    const name = `${provider}/${model}`;
    sums.set(name, { amount: (sums.get(name)?.amount ?? 0) + each.amount, currency: each.currency });
  }
  const sorted = [...sums].sort(([, a], [, b]) => b.amount - a.amount).slice(0, 6);
  const most = sorted[0]?.[1].amount || 1;
  const bars = sorted.map(([name, { amount, currency }]) => {
    const each = bar(name);
    each.put(amount / most, money(amount, currency));
    return each.element;
  });
  $("#costs").replaceChildren(...(bars.length === 0 ? [h("p", { class: "dim" }, "No known cost yet.")] : bars));
}

const isFailed = ({ status, error }) => status >= 400 || error !== undefined;

function rowsOf(exchange) {
  const {
    id,
    at,
    status,
    provider,
    model,
    requested,
    path,
    simulated,
    ms,
    firstTokenMs,
    usage,
    cost: spent,
  } = exchange;
  const isOpen = open.has(id);
  const name = provider === undefined ? (requested ?? path) : `${provider}/${model}`;
  const toggle = () => {
    if (!open.delete(id)) open.add(id);
    draw();
  };
  const row = h(
    "tr",
    { class: isOpen ? "open" : "" },
    h(
      "td",
      { class: "dim" },
      h(
        "button",
        {
          class: "quiet",
          "aria-expanded": String(isOpen),
          "data-exchange": id,
          onclick: toggle,
          "aria-label": `Details of ${name}`,
        },
        isOpen ? "▾ " : "▸ ",
        clock(at),
      ),
    ),
    h("td", null, h("span", { class: isFailed(exchange) ? "bad" : "good" }, String(status))),
    h(
      "td",
      null,
      provider === undefined ? name : h("a", { href: address("model", name) }, name),
      simulated && h("small", { class: "tag simulated" }, "simulated"),
    ),
    h("td", { class: "num" }, duration(firstTokenMs)),
    h("td", { class: "num" }, duration(ms)),
    h("td", { class: "num" }, tokens(usage?.inputTokens)),
    h("td", { class: "num" }, tokens(usage?.outputTokens)),
    h("td", { class: "num" }, cost(spent)),
    h("td", null, exchange.timeline.length > 0 && timeline(exchange)),
  );
  return isOpen ? [row, h("tr", { class: "details" }, h("td", { colspan: 9 }, details(exchange)))] : [row];
}

function details(exchange) {
  const { method, path, error, finishReason, requestId, generation, adjustments, attempts } = exchange;
  const facts = [
    ["Asked", `${method} ${path}`],
    ["Named", exchange.requested],
    ["Finish", finishReason],
    ["Request id", requestId ?? exchange.id],
    ["Generation", generation],
    ["Error", error && `${error.code}: ${error.message}`],
  ];
  return [
    exchange.timeline.length > 0 && timeline(exchange, true),
    h(
      "dl",
      { class: "pairs" },
      facts
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [h("dt", null, name), h("dd", null, value)]),
    ),
    adjustments.length > 0 &&
      h(
        "ul",
        { class: "plain" },
        adjustments.map(({ path: at, action, reason }) => h("li", null, h("code", null, at), ` ${action}: ${reason}`)),
      ),
    attempts.length > 1 &&
      h(
        "ul",
        { class: "plain" },
        attempts.map((attempt) =>
          h("li", null, h("code", null, attempt.target), ` ${attempt.outcome} ${shown(attempt.code ?? "")}`),
        ),
      ),
  ];
}
