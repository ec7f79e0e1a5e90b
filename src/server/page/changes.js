/** What changed in the catalog and in the keys, as it happens, and what is wrong in it now. */
import { $, h } from "./dom.js";
import { known, on } from "./store.js";
import { address, clock, duration, plural, shown } from "./words.js";

/** Models of one change that are named. */
const named = 8;

/** Changes of one save that are listed. */
const listed = 200;

export function startChanges() {
  on("change", draw);
  on("status", drawProblems);
}

function draw() {
  if (known.changes.length > 0) $("#changes").replaceChildren(...known.changes.map(entryOf));
}

function drawProblems() {
  const { problems } = known.status;
  const box = $("#problems");
  box.hidden = problems.length === 0;
  const title = h(
    "strong",
    null,
    `${plural(problems.length, "problem")} in the catalog. What was good before goes on.`,
  );
  box.replaceChildren(
    title,
    ...problems.slice(0, 5).map(problem),
    problems.length > 5 ? h("p", null, `and ${problems.length - 5} more`) : "",
  );
}

function problem({ message, line, excerpt = [] }) {
  const lines = excerpt.map((each) =>
    h(
      "span",
      { class: each.line === line ? "line at" : "line" },
      h("span", { class: "number" }, String(each.line)),
      each.text,
    ),
  );
  return h("div", { class: "problem" }, h("p", null, message), lines.length > 0 && h("pre", null, lines));
}

function entryOf(entry) {
  return h(
    "li",
    { class: "entry", "data-type": entry.type },
    h("time", { class: "dim" }, clock(entry.at)),
    h("div", null, ...bodies[entry.type](entry)),
  );
}

const bodies = {
  catalog({ generation, changes, steps, files }) {
    const whole = steps.reduce((sum, { ms }) => sum + ms, 0);
    return [
      h(
        "p",
        null,
        h("strong", null, `Generation ${generation}`),
        ` live after ${duration(whole)} `,
        h("span", { class: "dim" }, steps.map(({ name, ms }) => `${name} ${duration(ms)}`).join(" · ")),
      ),
      h("ul", { class: "diff" }, grouped(changes).slice(0, listed).map(change)),
      files.length > 0 &&
        h(
          "p",
          { class: "dim" },
          "Written: ",
          files.slice(0, named).map((file, i) => [i > 0 && ", ", h("code", null, file)]),
          files.length > named && ` and ${files.length - named} more`,
        ),
    ].filter(Boolean);
  },
  problems({ problems }) {
    if (problems.length === 0) return [h("p", { class: "good" }, "Repaired")];
    return [
      h("p", { class: "bad" }, h("strong", null, plural(problems.length, "problem"))),
      ...problems.slice(0, 5).map(problem),
    ];
  },
  keys({ real }) {
    return [h("p", null, h("strong", null, "Keys changed. "), `Real now: ${real.join(", ") || "none"}`)];
  },
  routes({ routes }) {
    return [h("p", null, h("strong", null, "Routes changed. "), `Served now: ${routes.join(", ") || "none"}`)];
  },
  circuit({ target, from, to }) {
    return [
      h(
        "p",
        null,
        h("strong", null, "Circuit "),
        h("code", null, target),
        `: ${from} → `,
        h("span", { class: to === "closed" ? "good" : "bad" }, to),
      ),
    ];
  },
};

/** The same change of many models is one line. */
function grouped(changes) {
  const groups = new Map();
  for (const { model, ...rest } of changes) {
    const key = JSON.stringify(rest);
    const group = groups.get(key) ?? { ...rest, models: [] };
    if (model !== undefined) group.models.push(model);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function change({ class: kind, provider, models, path, before, after }) {
  const subject = models
    .slice(0, named)
    .map((id, i) => [i > 0 && ", ", h("a", { href: address("model", `${provider}/${id}`) }, id)]);
  const what =
    path === ""
      ? h("span", null, after === undefined ? "removed" : "added")
      : h(
          "span",
          { class: "fact" },
          h("code", null, path),
          " ",
          h("del", null, brief(before)),
          " → ",
          h("ins", null, brief(after)),
        );
  return h(
    "li",
    null,
    h("span", { class: `class ${kind}` }, kind),
    h(
      "span",
      null,
      models.length === 0 ? provider : [h("span", { class: "dim" }, `${provider}/`), subject],
      models.length > named && ` and ${models.length - named} more`,
      " ",
      what,
    ),
  );
}

function brief(value) {
  const text = value === undefined ? "not stated" : shown(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
