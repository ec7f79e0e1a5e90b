/** The playground: controls that the model accepts, a conversation, and the same request as code. */
import { createAnswer } from "./answer.js";
import { modelPath, post } from "./api.js";
import { amountOf, call } from "./call.js";
import { code } from "./code.js";
import { $, debounced, h } from "./dom.js";
import { field } from "./field.js";
import { keptFile } from "./files.js";
import { known, on } from "./store.js";
import { address, duration, money, price, tokens } from "./words.js";

const compose = $("#compose");
const said = $("#said");
const picker = $("#play-model");
const fields = $("#fields");
const tabs = [$("#tab-ts"), $("#tab-curl")];

let id;
const values = {};
let history = [];
/** What was asked last, shown as code until something else is written. */
let last;
let play;
let running;
let drawn = new Map();

export function startPlay() {
  on("models", () => {
    $("#model-names").replaceChildren();
    if (id !== undefined) refresh();
  });
  for (const input of [picker, $("#compare-add")]) input.addEventListener("focus", listNames);
  picker.addEventListener("change", () => {
    if (known.byId.has(picker.value)) location.hash = address("play", picker.value);
  });
  compose.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  compose.elements.prompt.addEventListener("input", later);
  compose.elements.prompt.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    compose.requestSubmit();
  });
  $("#controls").addEventListener("submit", (event) => event.preventDefault());
  const view = $('[data-view="play"]');
  view.addEventListener("dragover", (event) => event.preventDefault());
  view.addEventListener("drop", (event) => {
    // A browser would open the file in the place of the page.
    event.preventDefault();
    receive(event, event.dataTransfer);
  });
  compose.addEventListener("paste", (event) => receive(event, event.clipboardData));
  $("#stop").addEventListener("click", () => running?.abort());
  $("#copy").addEventListener("click", copy);
  for (const tab of tabs) tab.addEventListener("click", () => showTab(tab));
  tabs[0].parentElement.addEventListener("keydown", (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key) || !tabs.includes(event.target)) return;
    const other = tabs[1 - tabs.indexOf(event.target)];
    showTab(other);
    other.focus();
  });
}

/** Thousands of names are only listed where somebody is about to choose one. */
function listNames() {
  const list = $("#model-names");
  if (list.childElementCount > 0) return;
  const playable = known.models.filter(({ kind }) => Object.hasOwn(subjects, kind));
  list.replaceChildren(...playable.map((model) => h("option", { value: model.id })));
}

/** What is written into the prompt, by kind of model. */
const subjects = {
  chat: "Say something",
  embedding: "A text to embed",
  image: "What to paint",
  video: "What to film",
  speech: "What to say",
  transcription: "Choose a recording, then send",
  rerank: "What to look for in the documents",
  moderation: "A text to judge",
};

/** Only recordings speak for themselves. */
const needsPrompt = () => known.byId.get(id)?.kind !== "transcription";

export function showPlay(wanted) {
  const next = wanted ?? id ?? known.models.find(({ kind }) => kind === "chat")?.id;
  if (next === undefined) return;
  if (next !== id) {
    running?.abort();
    id = next;
    history = [];
    last = undefined;
    drawn = new Map();
    picker.value = id;
    facts();
  }
  refresh();
}

function facts() {
  const model = known.byId.get(id);
  const place = $("#play-facts");
  if (model === undefined) return place.replaceChildren(h("span", { class: "bad" }, `there is no model ${id}`));
  const { pricing, context, simulated, kind } = model;
  const { prompt } = compose.elements;
  prompt.placeholder = subjects[kind] ?? "";
  prompt.required = needsPrompt();
  prompt.disabled = !needsPrompt();
  const prices = pricing?.tokens;
  place.replaceChildren(
    ...[
      simulated &&
        h("span", { class: "tag simulated", title: "No key: nothing it says comes from a model" }, "simulated"),
      h("a", { href: address("model", id) }, "all facts"),
      context !== undefined && h("span", null, `${tokens(context)} context`),
      prices &&
        h(
          "span",
          null,
          `${price(prices.input, pricing.currency)} in, ${price(prices.output, pricing.currency)} out per million`,
        ),
    ].filter(Boolean),
  );
}

const later = debounced(120, () => refresh());

/** What the server makes of the values that are set: controls, body and code. */
async function refresh() {
  const asked = id;
  const slash = id.indexOf("/");
  const written = compose.elements.prompt.value;
  const asking = written === "" && last !== undefined ? last : { prompt: written, history };
  try {
    const response = await post(modelPath("play", id.slice(0, slash), id.slice(slash + 1)), { ...asking, values });
    const answer = await response.json();
    if (asked !== id) return undefined;
    play = answer;
  } catch (error) {
    fields.replaceChildren(h("p", { class: "bad" }, error.message));
    return undefined;
  }
  drawFields();
  drawCode();
  $("#send").disabled = play.path === undefined;
  return play;
}

function drawFields() {
  const names = play.controls.map((control) => JSON.stringify([control.name, control.kind, control.choices]));
  if ([...drawn.keys()].join() !== names.join()) {
    drawn = new Map(play.controls.map((control, i) => [names[i], field(control, values, later)]));
    const none = play.path === undefined ? "Models of this kind have no playground." : "This model has no controls.";
    fields.replaceChildren(
      ...(drawn.size === 0 ? [h("p", { class: "dim" }, none)] : [...drawn.values()].map(({ element }) => element)),
    );
  }
  for (const [i, control] of play.controls.entries()) drawn.get(names[i]).update(control);
}

function drawCode() {
  const typescript = tabs[0].getAttribute("aria-selected") === "true";
  $("#code").replaceChildren(...(typescript ? code(play.typescript ?? "") : [play.curl ?? ""]));
}

function showTab(tab) {
  for (const each of tabs) {
    each.setAttribute("aria-selected", String(each === tab));
    each.tabIndex = each === tab ? 0 : -1;
  }
  if (play !== undefined) drawCode();
}

async function copy() {
  await navigator.clipboard.writeText($("#code").textContent);
  $("#copy").textContent = "Copied";
  setTimeout(() => ($("#copy").textContent = "Copy"), 1500);
}

async function send() {
  const prompt = compose.elements.prompt.value.trim();
  if ((prompt === "" && needsPrompt()) || running !== undefined) return;
  const request = await refresh();
  if (request?.path === undefined) return;
  running = new AbortController();
  last = { prompt, history: [...history] };
  $("#send").disabled = true;
  $("#stop").disabled = false;
  if (history.length === 0) said.replaceChildren();
  const answer = createAnswer(said);
  said.append(h("div", { class: "question" }, prompt, ...attached()), answer.element);
  said.scrollTop = said.scrollHeight;
  compose.elements.prompt.value = "";
  const stop = showFigures();
  let figures = {};
  try {
    const { signal } = running;
    const tell = (kind, value) => {
      if (kind === "figures") figures = value;
      else answer.tell(kind, value);
    };
    await call(request, { signal, tell });
    if (answer.said !== "")
      history.push({ role: "user", content: prompt }, { role: "assistant", content: answer.said });
  } catch (error) {
    answer.fail(error.name === "AbortError" ? "stopped" : error.message);
  } finally {
    stop(figures);
    answer.end();
    running = undefined;
    $("#stop").disabled = true;
    $("#send").disabled = false;
    refresh();
  }
}

/** The files that go with the prompt, as they are seen in the conversation. */
function attached() {
  return play.controls
    .filter(({ kind }) => kind === "file")
    .flatMap(({ name }) => keptFile(values[name]) ?? [])
    .map(({ name, preview }) =>
      preview === undefined ? h("span", { class: "tag" }, name) : h("img", { src: preview, alt: name }),
    );
}

/** A file that was dropped or pasted goes to the first control that takes it. */
function receive(event, { files }) {
  const fields = [...drawn.values()].filter(({ takes }) => takes !== undefined);
  for (const file of files) {
    const taker = fields.find(({ takes }) => takes(file));
    if (taker === undefined) continue;
    event.preventDefault();
    taker.take(file);
  }
}

/** The clock runs until the answer is there; the last figures stay. */
function showFigures() {
  const began = performance.now();
  const put = (name, text) => ($(`[data-figure="${name}"]`).textContent = text);
  for (const name of ["first", "in", "out", "cost"]) put(name, "–");
  const timer = setInterval(() => put("time", duration(performance.now() - began)), 100);
  return (figures) => {
    clearInterval(timer);
    const amount = amountOf(figures.cost);
    put("first", duration(figures.first));
    put("time", duration(figures.time ?? performance.now() - began));
    put("in", tokens(figures.in));
    put("out", tokens(figures.out));
    put(
      "cost",
      amount === undefined ? (figures.cost === undefined ? "–" : "unknown") : money(amount.amount, amount.currency),
    );
  };
}
