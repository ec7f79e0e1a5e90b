/** Asks the server: the token of this tab, JSON, and streams of events. */

const stored = "modelwright-token";

/** The token comes behind `#`, which is never sent anywhere, and is taken out of the address at once. */
export function takeToken() {
  const given = /^#token=([^&]+)/.exec(location.hash)?.[1];
  if (given === undefined) return;
  sessionStorage.setItem(stored, decodeURIComponent(given));
  history.replaceState(null, "", `${location.pathname}#/models`);
}

export function setToken(token) {
  sessionStorage.setItem(stored, token);
}

export const hasToken = () => sessionStorage.getItem(stored) !== null;

export class Refused extends Error {
  constructor(status, message, details) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

async function ask(path, init = {}) {
  const headers = { authorization: `Bearer ${sessionStorage.getItem(stored) ?? ""}` };
  if (init.body !== undefined) headers["content-type"] = "application/json";
  const response = await fetch(path, { ...init, headers, credentials: "omit", redirect: "error" });
  if (response.ok) return response;
  const body = await response.json().catch(() => ({}));
  throw new Refused(response.status, body.error?.message ?? `the server answered ${response.status}`, body.modelwright);
}

export async function get(path) {
  return (await ask(path)).json();
}

export function fetched(path, signal) {
  return ask(path, { signal });
}

export function post(path, body, signal) {
  return ask(path, { method: "POST", body: JSON.stringify(body), signal });
}

/** Each part of the path as one segment. */
export function modelPath(group, provider, id) {
  return `/api/${group}/${encodeURIComponent(provider)}/${id.split("/").map(encodeURIComponent).join("/")}`;
}

/** Server-sent events: `data`, and comments, in which the gateway tells usage and cost. */
export async function* eventsOf(response) {
  let rest = "";
  for await (const text of textOf(response.body)) {
    const frames = (rest + text).split("\n\n");
    rest = frames.pop();
    for (const frame of frames) {
      const data = [];
      for (const line of frame.split("\n")) {
        if (line.startsWith("data:")) data.push(line.slice(5).trimStart());
        const comment = /^: x-modelwright-([a-z-]+): (.*)$/.exec(line);
        if (comment !== null) yield { comment: comment[1], text: comment[2] };
      }
      if (data.length > 0) yield { data: data.join("\n") };
    }
  }
}

async function* textOf(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

/** Everything that happens, from the first event on; begins again where it was cut. */
export async function follow(read, connected) {
  let last = 0;
  for (;;) {
    try {
      const response = await ask(`/api/events?after=${last}`);
      connected(true);
      for await (const { data } of eventsOf(response)) {
        if (data === undefined) continue;
        const entry = JSON.parse(data);
        last = entry.id;
        read(entry);
      }
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return connected(false, error);
    }
    connected(false);
    // A server that was started again counts from 1, and has another token.
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
