/** Answers what the page asks about a playground: controls for what is set, and the request in the forms people copy. */
import type { DevSource } from "./dev-source.js";
import type { PlayValues } from "./play-files.js";
import { type PlayRequest, type PlayTurn, playBody, playCurl, playPath, playTypescript } from "./play-request.js";
import { type PlayControl, playControls } from "./playground.js";
import { GatewayRefusal } from "./refusal.js";
import { readBody } from "./request-body.js";

export interface Play {
  readonly controls: readonly PlayControl[];
  /** Where `body` goes. Absent for kinds without a playground. */
  readonly path?: string | undefined;
  readonly body?: object | undefined;
  readonly typescript?: string | undefined;
  readonly curl?: string | undefined;
}

/** Prompts with pictures in them are long. */
const maxBytes = 8 * 1024 * 1024;

/** Undefined when there is no such model. Throws `GatewayRefusal` for what is no `PlayRequest`. */
export async function playOf(
  source: DevSource,
  request: Request,
  { provider, id }: { readonly provider: string; readonly id: string },
): Promise<Play | undefined> {
  const asked = playRequest(await readBody(request, maxBytes));
  const page = source.describe(provider, id);
  const facts = source.models().providers.find((candidate) => candidate.facts.id === provider)?.facts;
  if (page === undefined || facts === undefined) return undefined;
  const controls = playControls(facts, id, page.facts, asked.values);
  // What the model does not have is not sent, whatever the page remembers from another model.
  const own = new Set(controls.map(({ name }) => name));
  const values = Object.fromEntries(Object.entries(asked.values).filter(([name]) => own.has(name)));
  const target = { provider, id, kind: page.facts.kind, module: page.module };
  const path = playPath(target, values);
  if (path === undefined) return { controls };
  const body = playBody(target, { ...asked, values });
  const { origin } = new URL(request.url);
  const typescript = playTypescript(target, { ...asked, values });
  return { controls, path, body, typescript, curl: playCurl({ origin, path, body, values }) };
}

function playRequest(body: unknown): PlayRequest {
  const { prompt, values, history = [] } = (body ?? {}) as { readonly [member in keyof PlayRequest]?: unknown };
  if (typeof prompt !== "string") throw refusal("prompt must be a text");
  if (typeof values !== "object" || values === null) throw refusal("values must be an object");
  for (const [name, value] of Object.entries(values))
    if (!["string", "number", "boolean"].includes(typeof value))
      throw refusal(`${JSON.stringify(name)} must be a text, a number, true or false`);
  if (!Array.isArray(history) || !history.every(isTurn)) throw refusal("history must be a list of turns");
  return { prompt, values: values as PlayValues, history };
}

function isTurn(value: unknown): value is PlayTurn {
  const { role, content } = (value ?? {}) as { readonly [member in keyof PlayTurn]?: unknown };
  return (role === "user" || role === "assistant") && typeof content === "string";
}

function refusal(message: string): GatewayRefusal {
  return new GatewayRefusal(400, "invalid-request", message);
}
