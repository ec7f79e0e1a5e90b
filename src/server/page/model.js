/** The page of one model: what it takes and costs, the type that is generated, and where each fact is stated. */
import { get, modelPath } from "./api.js";
import { code } from "./code.js";
import { $, h, link } from "./dom.js";
import { choose, known, on } from "./store.js";
import { address, plural, price, shown, tokens } from "./words.js";

const view = $('[data-view="model"]');
let current;

export function startModel() {
  on("models", () => current !== undefined && !view.hidden && showModel(current));
  on("chosen", () => current !== undefined && !view.hidden && showModel(current));
}

export async function showModel(id) {
  const again = current === id && view.childElementCount > 0;
  current = id;
  // Nothing of one model stands under the address of another.
  if (!again) view.replaceChildren(h("h1", null, id));
  const slash = id.indexOf("/");
  try {
    const page = await get(modelPath("models", id.slice(0, slash), id.slice(slash + 1)));
    if (current !== id) return;
    // The reader stays where he is when a save changes a fact.
    const closed = again && $("details.origins", view)?.open === false;
    view.replaceChildren(...sections(id, page, closed));
  } catch (error) {
    if (current === id) view.replaceChildren(h("h1", null, id), h("p", { class: "bad" }, error.message));
  }
  if (!again) document.title = `${id} · modelwright dev`;
}

function sections(id, page, closed) {
  const { facts } = page;
  const listed = known.byId.get(id);
  return [
    h("p", { class: "crumb" }, h("a", { href: "#/models" }, "← Models")),
    h(
      "div",
      { class: "title" },
      h("h1", null, page.id),
      h("span", { class: "tag" }, page.provider),
      h("span", { class: "tag" }, facts.kind),
      facts.status && facts.status !== "stable" && h("span", { class: `tag ${facts.status}` }, facts.status),
      listed?.simulated &&
        h("span", { class: "tag simulated", title: "No key: nothing it says comes from a model" }, "simulated"),
      h("span", { class: "grow" }),
      h("a", { class: "button primary", href: address("play", id) }, "Try it"),
      h("button", { onclick: () => choose(id) }, known.chosen.includes(id) ? "Chosen for comparison" : "Compare"),
    ),
    facts.name && h("p", { class: "dim" }, facts.name),
    h("div", { class: "cards" }, cards(facts)),
    h(
      "div",
      { class: "two" },
      h("section", null, h("h2", null, "Accepts"), listOf(page.accepts, "yes", "Nothing is stated.")),
      h(
        "section",
        null,
        h("h2", null, "Refuses"),
        listOf(
          page.refuses.map((text) => short(text, page.id)),
          "no",
          "Nothing is refused.",
        ),
      ),
    ),
    h("h2", null, "Type"),
    h("p", { class: "dim" }, "What is generated for it. Every refusal above is a compile error with this sentence."),
    h("pre", { class: "types", tabindex: 0, "aria-label": "Generated types" }, code(typeOf(page))),
    facts.rules !== undefined && [h("h2", null, "Rules"), h("ul", { class: "plain" }, facts.rules.map(rule))],
    h("h2", null, "Facts and where they are stated"),
    h(
      "details",
      { class: "origins", open: !closed },
      h("summary", null, plural(page.origins.length, "fact")),
      h(
        "div",
        { class: "scroll" },
        h(
          "table",
          { class: "facts-table" },
          h(
            "thead",
            null,
            h(
              "tr",
              null,
              ["Fact", "Value", "Stated in", "Through"].map((name) => h("th", null, name)),
            ),
          ),
          h("tbody", null, page.origins.map(origin)),
        ),
      ),
    ),
    facts.pricing?.source && h("p", { class: "dim" }, "Prices: ", link(facts.pricing.source, facts.pricing.source)),
  ]
    .flat()
    .filter(Boolean);
}

function cards({ limits, pricing = {}, input, output, reasoning, dates = {} }) {
  const { tokens: prices = {}, currency } = pricing;
  const each = [
    ["Context", tokens(limits.context), "tokens"],
    ["Output limit", tokens(limits.output), "tokens"],
    ["Input", price(prices.input, currency), "per million tokens"],
    ["Output", price(prices.output, currency), "per million tokens"],
    prices.cacheRead !== undefined && ["Cached input", price(prices.cacheRead, currency), "per million tokens"],
    ["Takes", input.join(", ") || "–", ""],
    ["Gives", output.join(", ") || "–", ""],
    reasoning && ["Reasoning", reasoning.mode, reasoning.effort?.levels.join(", ") ?? ""],
    dates.released && ["Released", dates.released, ""],
    dates.retires && ["Retires", dates.retires, ""],
  ];
  return each.filter(Boolean).map(([name, value, unit]) => card(name, value, unit));
}

export function card(name, value, unit) {
  return h(
    "div",
    { class: "card" },
    h("span", { class: "dim" }, name),
    h("b", null, value),
    unit && h("small", { class: "dim" }, unit),
  );
}

/** What an editor shows for the model, and the declarations behind it, without the imports. */
function typeOf({ id, types, module }) {
  const called = `${module.name}(${JSON.stringify(id)})`;
  const line = types.split("\n").find((each) => each.startsWith(`  ${JSON.stringify(id)}: `));
  const entry = line?.slice(line.indexOf(": ") + 2, -1);
  // Chat models are listed by their profile.
  const type = types.includes(`export interface ${entry} `) ? `ChatModel<${entry}, ${JSON.stringify(id)}>` : entry;
  const hover = type === undefined ? "" : `${called}: ${type};\n`;
  const body = types.indexOf("\n\n", types.lastIndexOf("\nimport "));
  return `import { ${module.name} } from ${JSON.stringify(module.from)};\n\n${hover}${types.slice(body + 1)}`;
}

/** The page says whose sentence it is. */
function short(sentence, id) {
  const begins = `${id} does not `;
  return sentence.startsWith(begins) ? `does not ${sentence.slice(begins.length)}` : sentence;
}

function listOf(texts, mark, none) {
  if (texts.length === 0) return h("p", { class: "dim" }, none);
  return h(
    "ul",
    { class: "marks" },
    texts.map((text) => h("li", null, h("i", { class: mark }), text)),
  );
}

function rule({ when, params = {}, note }) {
  const { reasoning, ...others } = when;
  const conditions = [
    reasoning !== undefined && `while reasoning is ${reasoning}`,
    ...Object.entries(others).map(([name, value]) => `${name} ${shown(value)}`),
  ].filter(Boolean);
  const limits = Object.entries(params).map(([name, value]) =>
    value === false ? `no ${name}` : `${name} ${shown(value)}`,
  );
  return h(
    "li",
    null,
    `${conditions.join(", ")}: ${limits.join(", ")}`,
    note && h("span", { class: "dim" }, ` ${note}`),
  );
}

function origin({ path, value, file, line, layer }) {
  return h(
    "tr",
    null,
    h("td", null, h("code", null, path)),
    h("td", { class: "value" }, shown(value)),
    h(
      "td",
      null,
      file === undefined ? h("span", { class: "dim" }, "default of the format") : h("code", null, `${file}:${line}`),
    ),
    h("td", { class: "dim" }, layer ?? ""),
  );
}
