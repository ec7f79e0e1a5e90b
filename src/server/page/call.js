/** One call of the gateway: what it says as it comes, and its figures. The page is an ordinary client. */
import { eventsOf, fetched, post } from "./api.js";
import { bar } from "./chart.js";
import { h, link } from "./dom.js";
import { withFiles } from "./files.js";
import { playerOf, resultOf } from "./result.js";

/**
 * Tells `text`, `reasoning`, `call` and `figures` as they come. Figures: `first` and `time` in milliseconds, `in` and
 * `out` in tokens, `cost` in words. Rejects when the answer is a failure or breaks off.
 */
export async function call({ path, body }, { signal, tell }) {
  const began = performance.now();
  const figures = {};
  const note = (more) => tell("figures", Object.assign(figures, more, { time: performance.now() - began }));
  const response = await post(path, withFiles(body), signal);
  const type = response.headers.get("content-type") ?? "";
  if (!type.startsWith("text/event-stream")) {
    const whole = type.startsWith("application/json") ? await response.json() : await response.blob();
    note(figuresOf(response.headers));
    if (whole instanceof Blob) tell("result", [playerOf(whole)]);
    else if (whole.object === "video") await film(whole, { signal, tell, note });
    else tell("result", resultOf(whole, body));
    return figures;
  }
  let ended = false;
  for await (const { data, comment, text } of eventsOf(response)) {
    if (comment !== undefined) note(told(comment, text));
    else if (data === "[DONE]") ended = true;
    else {
      if (figures.first === undefined) note({ first: performance.now() - began });
      read(JSON.parse(data), tell);
    }
  }
  note({});
  if (!ended) throw new Error("the stream ended before the answer was complete");
  return figures;
}

/** Asks how the film stands until it is there, and fetches it. */
async function film(ordered, { signal, tell, note }) {
  const address = `/v1/videos/${ordered.id}`;
  const progress = bar("film");
  tell("result", [progress.element]);
  for (let film = ordered; ; ) {
    if (film.status === "failed") throw new Error(film.error?.message ?? "the film failed");
    progress.put((film.progress ?? 0) / 100, film.status.replace("_", " "));
    if (film.status === "completed") {
      const url = film.video?.url;
      const shown =
        url === undefined ? playerOf(await (await fetched(`${address}/content`, signal)).blob()) : link(url, url);
      return tell("result", [h("p", null, shown)]);
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
    signal.throwIfAborted();
    const response = await fetched(address, signal);
    note(figuresOf(response.headers));
    film = await response.json();
  }
}

function read(chunk, tell) {
  if (chunk.error !== undefined) throw new Error(chunk.error.message);
  const delta = chunk.choices?.[0]?.delta ?? {};
  const reasoning = delta.reasoning_content ?? delta.reasoning;
  if (typeof reasoning === "string" && reasoning !== "") tell("reasoning", reasoning);
  if (typeof delta.content === "string" && delta.content !== "") tell("text", delta.content);
  if (typeof delta.refusal === "string") tell("text", delta.refusal);
  for (const { function: called } of delta.tool_calls ?? []) {
    if (called?.name) tell("call", `${called.name} `);
    if (called?.arguments) tell("call", called.arguments);
  }
  const reason = chunk.choices?.[0]?.finish_reason;
  if (reason) tell("finish", reason);
}

function figuresOf(headers) {
  const names = ["usage", "cost"].filter((name) => headers.has(`x-modelwright-${name}`));
  return Object.assign({}, ...names.map((name) => told(name, headers.get(`x-modelwright-${name}`))));
}

/** As the gateway writes it: `total-input=5, total-output=9, …` and `0.0001 USD`. */
function told(name, text) {
  if (name === "cost") return { cost: text };
  if (name !== "usage") return {};
  const count = (bucket) => Number(new RegExp(`${bucket}=(\\d+)`).exec(text)?.[1]);
  return Number.isNaN(count("total-input")) ? {} : { in: count("total-input"), out: count("total-output") };
}

/** `0.0001 USD` as an amount and a currency; undefined when it is not known. */
export function amountOf(text) {
  const [, amount, currency] = /^([\d.]+) ([A-Z]{3})$/.exec(text ?? "") ?? [];
  return amount === undefined ? undefined : { amount: Number(amount), currency };
}
