/** What the page knows: the models, the state of the server, and what happened, with those who want to hear of changes. */
import { get } from "./api.js";

export const known = {
  status: undefined,
  models: [],
  byId: new Map(),
  /** Exchanges, newest first. */
  requests: [],
  /** Catalog, problem, key and circuit events, newest first. */
  changes: [],
  /** Ids chosen for the comparison. */
  chosen: [],
};

export const most = { requests: 500, changes: 200, chosen: 6 };

const listeners = new Map();

export function on(topic, listener) {
  listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
}

export function tell(topic, value) {
  for (const listener of listeners.get(topic) ?? []) listener(value);
}

export async function loadStatus() {
  known.status = await get("/api/status");
  tell("status");
}

export async function loadModels() {
  known.models = await get("/api/models");
  known.byId = new Map(known.models.map((model) => [model.id, model]));
  tell("models");
}

export function remember(list, entry) {
  known[list].unshift(entry);
  known[list].length = Math.min(known[list].length, most[list]);
}

/** Chosen for the comparison, or not any more. */
export function choose(id) {
  const at = known.chosen.indexOf(id);
  if (at >= 0) known.chosen.splice(at, 1);
  else if (known.chosen.length < most.chosen) known.chosen.push(id);
  tell("chosen");
}
