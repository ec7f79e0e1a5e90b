/** The list of models: filters, the capability matrix, and only the rows that can be seen. */
import { can, capability, words } from "./capability.js";
import { $, h, inFrame } from "./dom.js";
import { choose, known, on } from "./store.js";
import { address, price, tokens } from "./words.js";

const filters = $("#filters");
const rows = $("#rows");
const area = $("#window");
const capabilities = [...filters.querySelectorAll("[data-capability]")];

/** Rows above and below those that can be seen. */
const spare = 8;

let found = [];
let texts = [];
let active = 0;

export function startCatalog() {
  on("models", () => {
    texts = known.models.map(({ id, name }) => `${id} ${name ?? ""}`.toLowerCase());
    fill("provider", [...new Set(known.models.map(({ provider }) => provider))].sort());
    fill("kind", [...new Set(known.models.map(({ kind }) => kind))].sort());
    search();
    performance.mark("models-listed");
  });
  on("chosen", () => {
    const link = $("#compare-chosen");
    link.hidden = known.chosen.length === 0;
    link.textContent = `Compare ${known.chosen.length}`;
    draw();
  });
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("input", () => {
    rows.scrollTop = 0;
    active = 0;
    search();
  });
  for (const chip of capabilities)
    chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      filters.dispatchEvent(new Event("input"));
    });
  rows.addEventListener("scroll", inFrame(draw), { passive: true });
  new ResizeObserver(inFrame(draw)).observe(rows);
  rows.addEventListener("keydown", keyed);
  filters.elements.text.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    move(0);
  });
}

/** Called when the section is shown again: hidden elements have no height. */
export function showCatalog() {
  draw();
}

export function focusFilter() {
  filters.elements.text.focus();
  filters.elements.text.select();
}

function fill(name, values) {
  const select = filters.elements[name];
  const chosen = select.value;
  const [all] = select.options;
  select.replaceChildren(all, ...values.map((value) => h("option", { value }, value)));
  select.value = values.includes(chosen) ? chosen : "";
}

const orders = {
  // Who made a model comes before those who only host it.
  "": (a, b) => Number(b.role === "lab") - Number(a.role === "lab"),
  name: (a, b) => (a.name ?? a.id).localeCompare(b.name ?? b.id),
  input: (a, b) => (a.pricing?.tokens?.input ?? Infinity) - (b.pricing?.tokens?.input ?? Infinity),
  output: (a, b) => (a.pricing?.tokens?.output ?? Infinity) - (b.pricing?.tokens?.output ?? Infinity),
  context: (a, b) => (b.context ?? 0) - (a.context ?? 0),
};

function search() {
  const { text, provider, kind, sort } = filters.elements;
  const parts = text.value.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = capabilities
    .filter((chip) => chip.getAttribute("aria-pressed") === "true")
    .map((chip) => chip.dataset.capability);
  found = known.models.filter(
    (model, i) =>
      (provider.value === "" || model.provider === provider.value) &&
      (kind.value === "" || model.kind === kind.value) &&
      wanted.every((name) => can(model, name)) &&
      parts.every((part) => texts[i].includes(part)),
  );
  found.sort(orders[sort.value]);
  $("#count").textContent =
    found.length === known.models.length ? `${found.length} models` : `${found.length} of ${known.models.length}`;
  $("#table").setAttribute("aria-rowcount", String(found.length + 1));
  draw();
}

function draw() {
  const height = rowHeight();
  const first = Math.max(0, Math.floor(rows.scrollTop / height) - spare);
  const last = Math.min(found.length, Math.ceil((rows.scrollTop + rows.clientHeight) / height) + spare);
  const focused = rows.contains(document.activeElement) && document.activeElement !== rows;
  // The header stands over the rows, whatever room the scroll bar takes.
  $(".head").style.paddingRight = `${12 + rows.offsetWidth - rows.clientWidth}px`;
  area.style.height = `${found.length * height}px`;
  const visible = rows.clientHeight === 0 ? [] : found.slice(first, last);
  const drawn = visible.map((model, i) => row(model, first + i, height));
  area.replaceChildren(...(found.length === 0 ? [h("p", { class: "empty" }, "No model fits these filters.")] : drawn));
  if (focused) area.querySelector(`[data-row="${active}"]`)?.focus({ preventScroll: true });
}

/** The style sheet decides: rows have two lines on a phone. */
function rowHeight() {
  return Number.parseInt(getComputedStyle(rows).getPropertyValue("--row"), 10) || 36;
}

function row(model, index, height) {
  const { id, pricing, status } = model;
  const currency = pricing?.currency;
  const chosen = known.chosen.includes(id);
  const behind = model.simulated ? "simulated" : "real";
  const line = h(
    "div",
    { class: "grid row", role: "row", "aria-rowindex": index + 2 },
    h(
      "span",
      { role: "cell", class: "name" },
      h("a", { href: address("model", id), "data-row": index, tabindex: -1, title: model.name }, id),
      status !== undefined && status !== "stable" && h("small", { class: `tag ${status}` }, status),
      h("small", { class: "narrow-only dim" }, `${model.kind} · ${tokens(model.context)} context · ${behind}`),
    ),
    h("span", { role: "cell", class: `wide behind ${behind}` }, behind),
    h("span", { role: "cell", class: "wide dim" }, model.kind),
    h("span", { role: "cell", class: "wide num" }, tokens(model.context)),
    h("span", { role: "cell", class: "wide num" }, tokens(model.maxOutput)),
    h("span", { role: "cell", class: "num" }, price(pricing?.tokens?.input, currency)),
    h("span", { role: "cell", class: "num" }, price(pricing?.tokens?.output, currency)),
    capabilities.map((chip) => mark(model, chip)),
    h(
      "span",
      { role: "cell", class: "cap" },
      h("input", {
        type: "checkbox",
        tabindex: -1,
        checked: chosen,
        "aria-label": `Compare ${id}`,
        onchange: () => choose(id),
      }),
    ),
  );
  line.style.transform = `translateY(${index * height}px)`;
  return line;
}

function mark(model, chip) {
  const answer = capability(model, chip.dataset.capability);
  const label = `${chip.textContent}: ${words[answer]}`;
  return h(
    "span",
    { role: "cell", class: "wide cap" },
    h("i", { class: answer, role: "img", "aria-label": label, title: label }),
  );
}

function keyed(event) {
  const page = Math.max(1, Math.floor(rows.clientHeight / rowHeight()) - 1);
  const onRow = document.activeElement !== rows;
  const steps = {
    ArrowDown: onRow ? 1 : 0,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -found.length,
    End: found.length,
  };
  if (event.key in steps) {
    event.preventDefault();
    move(steps[event.key]);
  } else if (event.key === "c" && found[active] !== undefined) choose(found[active].id);
}

function move(by) {
  active = Math.min(Math.max(0, active + by), Math.max(0, found.length - 1));
  const height = rowHeight();
  if (active * height < rows.scrollTop) rows.scrollTop = active * height;
  if ((active + 1) * height > rows.scrollTop + rows.clientHeight)
    rows.scrollTop = (active + 1) * height - rows.clientHeight;
  draw();
  area.querySelector(`[data-row="${active}"]`)?.focus({ preventScroll: true });
}
