/** What the calls through this server cost, by model. */
import { fetched, get } from "./api.js";
import { $, h } from "./dom.js";
import { card } from "./model.js";
import { address, money, tokens } from "./words.js";

/** Asked of the server: it has counted also what happened before this page was opened. */
export async function drawSpend() {
  // A server that is gone is told elsewhere.
  const rows = await get("/api/spend").catch(() => undefined);
  if (rows === undefined) return;
  const sum = new Map();
  for (const { currency, amount, simulated } of rows) {
    if (currency === undefined) continue;
    const key = `${simulated ? "simulated" : "real"} ${currency}`;
    sum.set(key, (sum.get(key) ?? 0) + amount);
  }
  const most = Math.max(Number.MIN_VALUE, ...rows.map(({ amount }) => amount));
  $("#spend-cards").replaceChildren(
    ...[...sum].map(([key, amount]) => {
      const [whose, currency] = key.split(" ");
      return card(
        whose === "real" ? "Spent" : "Simulated",
        money(amount, currency),
        whose === "real" ? "since the start" : "as if it were real",
      );
    }),
  );
  $("#spend").replaceChildren(
    ...(rows.length === 0
      ? [h("tr", { class: "empty" }, h("td", { colspan: 6 }, "No call yet."))]
      : rows.map((row) => spendRow(row, most))),
  );
}

/** Buttons that save the rows: a plain link would ask without the token. */
export function startSpendFiles() {
  for (const button of document.querySelectorAll("#spend-files button"))
    button.addEventListener("click", async () => {
      const { path, file } = button.dataset;
      const answer = await fetched(path).catch(() => undefined);
      if (answer === undefined) return;
      const href = URL.createObjectURL(await answer.blob());
      h("a", { href, download: file }).click();
      setTimeout(() => URL.revokeObjectURL(href), 60_000);
    });
}

/** Beside the number that it shows. */
function track(share) {
  const fill = h("span", { class: "fill cost" });
  fill.style.width = `${share * 100}%`;
  return h("span", { class: "track", "aria-hidden": "true" }, fill);
}

function spendRow({ model, simulated, currency, amount, calls, inputTokens, outputTokens }, most) {
  return h(
    "tr",
    null,
    h(
      "td",
      null,
      h("a", { href: address("model", model) }, model),
      simulated && [" ", h("small", { class: "tag simulated" }, "simulated")],
    ),
    h("td", { class: "num" }, String(calls)),
    h("td", { class: "num" }, tokens(inputTokens)),
    h("td", { class: "num" }, tokens(outputTokens)),
    h("td", { class: "num" }, currency === undefined ? "unknown" : money(amount, currency)),
    h("td", { class: "share" }, track(amount / most)),
  );
}
