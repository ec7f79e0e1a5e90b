/** The routes: how each chooses, and how its members stand. */
import { $, h } from "./dom.js";
import { known } from "./store.js";
import { address, plural } from "./words.js";

export function drawRoutes() {
  const { routes, circuits } = known.status;
  if (routes.length === 0)
    return $("#routes").replaceChildren(
      h("p", { class: "dim" }, "None. Declare groups of models in ", h("code", null, "modelwright.config.json"), ":"),
      h("pre", { class: "sample" }, sample),
    );
  $("#routes").replaceChildren(...routes.map((route) => routeCard(route, circuits)));
}

const sample = `{ "routes": { "steady": ["openai/gpt-4.1", "anthropic/claude-sonnet-4-5"],
              "cheap": { "group": "cheapest", "members": ["openai/gpt-4.1-mini", "groq/llama-3.3-70b-versatile"] } } }`;

const groupWords = {
  failover: "in order, until one answers",
  roundRobin: "in turn",
  weighted: "by chance, in proportion to weights",
  cheapest: "the cheapest for the request first",
  fastest: "the quickest of late first",
  leastBusy: "the least busy first",
};

function routeCard({ name, group, members }, circuits) {
  const asked = known.requests.filter(({ requested }) => requested === name);
  const rows = members.map((member) => {
    const state = circuits.find(({ target }) => target === member)?.state ?? "closed";
    const answered = asked.filter((each) => `${each.provider}/${each.model}` === member && !isFailed(each)).length;
    const failed = asked
      .flatMap(({ attempts }) => attempts)
      .filter(({ target, outcome }) => target === member && outcome !== "completed").length;
    return h(
      "tr",
      null,
      h("td", null, h("a", { href: address("model", member) }, member)),
      h("td", null, h("span", { class: `tag ${state}` }, words[state])),
      h("td", { class: "num" }, String(answered)),
      h("td", { class: failed > 0 ? "num bad" : "num" }, String(failed)),
    );
  });
  const names = ["Member", "Circuit", "Answered", "Failed tries"].map((text, i) =>
    h("th", { class: i > 1 ? "num" : undefined }, text),
  );
  return h(
    "section",
    { class: "route" },
    h("h3", null, h("code", null, name), group && [" ", h("span", { class: "tag" }, group)]),
    h("p", { class: "dim" }, `${groupWords[group] ?? ""}; ${plural(asked.length, "request")}`),
    h("div", { class: "scroll" }, h("table", null, h("thead", null, h("tr", null, names)), h("tbody", null, rows))),
  );
}

const words = { closed: "takes requests", open: "rests", "half-open": "is tried again" };

const isFailed = ({ status, error }) => status >= 400 || error !== undefined;
