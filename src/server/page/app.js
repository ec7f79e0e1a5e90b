/** Starts the page: token, sections by address, and the feed that keeps everything true. */
import { follow, hasToken, Refused, setToken, takeToken } from "./api.js";
import { focusFilter, showCatalog, startCatalog } from "./catalog.js";
import { startChanges } from "./changes.js";
import { startCompare } from "./compare.js";
import { $, h } from "./dom.js";
import { showModel, startModel } from "./model.js";
import { showPlay, startPlay } from "./play.js";
import { showRequests, startRequests } from "./requests.js";
import { showState, startState } from "./state.js";
import { known, loadModels, loadStatus, on, remember, tell } from "./store.js";
import { plural } from "./words.js";

const views = [...document.querySelectorAll("[data-view]")];
const shows = { models: showCatalog, model: showModel, play: showPlay, requests: showRequests, state: showState };

/** Which entry of the navigation a view belongs to. */
const sectionOf = { model: "models" };

let unseen = 0;

function route() {
  if (location.hash.startsWith("#token=")) {
    takeToken();
    return void start();
  }
  const [, name = "models", ...rest] = location.hash.split("/");
  const wanted = views.some((view) => view.dataset.view === name) && name !== "ask" ? name : "models";
  const id = rest.map(decoded).join("/");
  show(wanted);
  shows[wanted]?.(id === "" ? undefined : id);
}

/** A malformed escape stands for itself. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function show(name) {
  for (const view of views) view.hidden = view.dataset.view !== name;
  const section = sectionOf[name] ?? name;
  for (const link of document.querySelectorAll("[data-section]")) {
    if (link.dataset.section === section) {
      link.setAttribute("aria-current", "page");
      link.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else link.removeAttribute("aria-current");
  }
  if (name === "changes") unseen = 0;
  if (name !== "model")
    document.title =
      name === "models"
        ? "modelwright dev"
        : `${$(`[data-section="${section}"]`)?.firstChild.textContent ?? "Token"} · modelwright dev`;
  if (name !== "models") scrollTo(0, 0);
  badges();
}

function badges() {
  const counts = { changes: unseen, requests: known.requests.length };
  for (const [name, count] of Object.entries(counts))
    $(`[data-badge="${name}"]`).textContent = count === 0 ? "" : count > 99 ? "99+" : String(count);
}

function readEntry(entry) {
  if (entry.type === "request") {
    remember("requests", { ...entry.exchange });
    tell("request");
    return badges();
  }
  remember("changes", entry);
  tell("change");
  // Those that happened before the page was opened are no news.
  if (entry.at < opened) return;
  if ($('[data-view="changes"]').hidden) unseen++;
  badges();
  if (entry.type === "catalog")
    toast(`Generation ${entry.generation}: ${plural(entry.changes.length, "change")}`, "good");
  if (entry.type === "problems" && entry.problems.length > 0) toast("A save broke the catalog: nothing changed", "bad");
  if (entry.type === "problems" && entry.problems.length === 0) toast("Repaired", "good");
  if (entry.type === "circuit")
    toast(`Circuit of ${entry.target}: ${entry.to}`, entry.to === "closed" ? "good" : "bad");
  load();
}

const opened = Date.now();

function toast(text, kind) {
  const element = h("a", { class: `toast ${kind}`, href: "#/changes" }, text);
  $("#toasts").append(element);
  setTimeout(() => element.remove(), 6000);
}

async function load() {
  await Promise.all([loadStatus(), loadModels()]);
}

function drawServer() {
  const { generation, providers } = known.status;
  const simulated = providers.filter((provider) => provider.simulated).length;
  $("#generation").textContent = `generation ${generation}`;
  const mode = $("#mode");
  mode.className = `tag ${simulated > 0 ? "simulated" : "real"}`;
  mode.textContent = simulated === providers.length ? "simulated" : simulated > 0 ? "partly simulated" : "real";
  mode.title = "Simulated providers have no key: nothing they say comes from a model";
}

function connected(yes, refusal) {
  const link = $("#link");
  link.className = `link ${yes ? "on" : "off"}`;
  link.textContent = yes ? "live" : "not connected";
  if (refusal !== undefined) askToken("The token is not right any more: the server was started again.");
}

function askToken(problem = "") {
  show("ask");
  $("#ask-problem").textContent = problem;
  $("#ask").elements.token.focus();
}

let started = false;

async function start() {
  if (!hasToken()) return askToken();
  try {
    await load();
  } catch (error) {
    return askToken(
      error instanceof Refused && error.status === 401 ? "That is not the token of this server." : error.message,
    );
  }
  if (!started) {
    started = true;
    follow(readEntry, connected);
  }
  route();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.closest("input, textarea, select") !== null) return;
  event.preventDefault();
  location.hash = "#/models";
  focusFilter();
});
$("#ask").addEventListener("submit", (event) => {
  event.preventDefault();
  setToken(event.target.elements.token.value.trim());
  location.hash = "#/models";
  start();
});
// The skip link moves the focus, not the section.
$(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  $("#main").focus();
});
on("status", drawServer);
for (const begin of [startCatalog, startModel, startPlay, startCompare, startChanges, startRequests, startState])
  begin();
addEventListener("hashchange", route);
takeToken();
start();
