/** Circuits, routes, spending and providers: who would answer now, and what it cost so far. */
import { $, h, inFrame } from "./dom.js";
import { card } from "./model.js";
import { drawRoutes } from "./routes.js";
import { drawSpend, startSpendFiles } from "./spend.js";
import { known, on } from "./store.js";
import { address, plural } from "./words.js";

export function startState() {
  startSpendFiles();
  on("status", draw);
  on(
    "request",
    inFrame(() => {
      if (known.status === undefined || $('[data-view="state"]').hidden) return;
      drawProviders();
      drawRoutes();
      drawSpend();
    }),
  );
}

export function showState() {
  if (known.status !== undefined) draw();
}

function draw() {
  const { providers, circuits, generation, version } = known.status;
  const real = providers.filter(({ simulated }) => !simulated);
  $("#summary").replaceChildren(
    card("Version", version, ""),
    card("Catalog", `generation ${generation}`, plural(known.models.length, "model")),
    card(
      "Real providers",
      String(real.length),
      real
        .map(({ id }) => id)
        .slice(0, 4)
        .join(", "),
    ),
    card("Simulated providers", String(providers.length - real.length), "no key"),
    card("Circuits", circuits.some(({ state }) => state !== "closed") ? "open" : "closed", ""),
  );
  $("#circuits").replaceChildren(
    circuits.length === 0
      ? h("p", { class: "good" }, "All closed: no model has failures to its name.")
      : h("div", { class: "scroll" }, circuitTable(circuits)),
  );
  drawRoutes();
  drawProviders();
  drawSpend();
}

function circuitTable(circuits) {
  const names = ["Model", "State", "Failures in a row", "At"].map((name) => h("th", null, name));
  return h("table", null, h("thead", null, h("tr", null, names)), h("tbody", null, circuits.map(circuit)));
}

function circuit({ target, state, failures, origin }) {
  return h(
    "tr",
    null,
    h("td", null, h("a", { href: address("model", target) }, target)),
    h("td", { class: state === "closed" ? "" : "bad" }, state),
    h("td", null, String(failures)),
    h("td", { class: "dim" }, origin),
  );
}

function drawProviders() {
  if ($('[data-view="state"]').hidden) return;
  const asked = new Map();
  for (const { provider, status, error } of known.requests) {
    const counts = asked.get(provider) ?? { all: 0, failed: 0 };
    counts.all++;
    if (status >= 400 || error !== undefined) counts.failed++;
    asked.set(provider, counts);
  }
  const order = (a, b) =>
    Number(a.simulated) - Number(b.simulated) ||
    (asked.get(b.id)?.all ?? 0) - (asked.get(a.id)?.all ?? 0) ||
    a.id.localeCompare(b.id);
  $("#providers").replaceChildren(
    ...[...known.status.providers]
      .sort(order)
      .map(({ id, name, models, simulated, keys }) =>
        h(
          "tr",
          null,
          h("td", null, name, " ", h("small", { class: "dim" }, id)),
          h(
            "td",
            null,
            h("span", { class: simulated ? "tag simulated" : "tag real" }, simulated ? "simulated" : "real"),
          ),
          h("td", { class: "num" }, String(models)),
          h("td", { class: "num" }, String(asked.get(id)?.all ?? 0)),
          h("td", { class: "num" }, String(asked.get(id)?.failed ?? 0)),
          h("td", null, h("code", null, keys.slice(0, 3).join(" or ") || "none needed")),
        ),
      ),
  );
}
