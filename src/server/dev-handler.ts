/** The dev server's `fetch`: the gateway under `/v1`, and an API of JSON for its page, behind the same token. */
// - `GET /api/status`: `DevStatus`
// - `GET /api/models`: `ListedModel[]`, every model of every provider, without its parameters
// - `GET /api/models/<provider>/<model>`: `ModelPage`
// - `GET /api/spend`: `SpendRow[]`, what the calls since the start cost, by model; `/api/spend.csv`: the same as CSV
// - `GET /api/events?after=<id>`: server-sent events, each `data:` a `DevEntry`; those that are kept come first, from
//   `after` or `Last-Event-ID` on; `&once` ends after them
// The playground is an ordinary client of `/v1`. Everything else is asked of `page`.
import type { ModelFacts, ProviderFacts } from "../catalog/facts.js";
import { type Startable, startable } from "../client/run.js";
import type { CircuitStatus } from "../index.js";
import type { DevEntry, DevFeed, DevProblem } from "./dev-feed.js";
import type { DevSource } from "./dev-source.js";
import { type DevSpend, spendAsCsv } from "./dev-spend.js";
import type { FetchHandler } from "./node-bridge.js";
import { playOf } from "./play.js";
import { GatewayRefusal } from "./refusal.js";

export interface DevParts {
  readonly gateway: FetchHandler;
  readonly feed: DevFeed;
  readonly source: DevSource;
  readonly spend: Pick<DevSpend, "rows">;
  readonly version: string;
  readonly page: FetchHandler;
  readonly metrics: { readonly contentType: string; text(): string };
}

export interface DevStatus {
  readonly version: string;
  readonly generation: string | undefined;
  readonly problems: readonly DevProblem[];
  readonly providers: readonly {
    readonly id: string;
    readonly name: string;
    readonly models: number;
    readonly simulated: boolean;
    /** Environment names of which one makes it real. Never a value. */
    readonly keys: readonly string[];
  }[];
  readonly routes: readonly {
    readonly name: string;
    readonly group: string | undefined;
    readonly members: readonly string[];
  }[];
  /** Of the circuit breaker: those that are not closed or have failures to their name. */
  readonly circuits: readonly CircuitStatus[];
}

export interface ListedModel extends Pick<ModelFacts, "kind" | "input" | "output"> {
  /** What clients of the gateway write: `provider/model`. */
  readonly id: string;
  readonly name: string | undefined;
  readonly status: ModelFacts["status"] | undefined;
  readonly provider: string;
  readonly role: ProviderFacts["role"];
  readonly simulated: boolean;
  readonly tools: boolean | undefined;
  readonly reasoning: string | undefined;
  readonly structuredOutput: string | undefined;
  readonly context: number | undefined;
  readonly maxOutput: number | undefined;
  readonly pricing: ModelFacts["pricing"];
}

/** More pages than anybody opens. */
const maxReaders = 32;

/** Keeps what stands between from closing a quiet stream. */
const beatMs = 15_000;

export function createDevHandler(parts: DevParts): FetchHandler {
  return {
    async fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname.startsWith("/v1/")) return parts.gateway.fetch(request);
      if (pathname === "/metrics") return metrics(parts);
      if (!pathname.startsWith("/api/")) return parts.page.fetch(request);
      const [, , group, provider = "", ...rest] = pathname.split("/").map(decoded);
      if (group === "play" && request.method === "POST") return play(parts.source, request, [provider, rest.join("/")]);
      if (request.method !== "GET") return problem(405, "only GET");
      if (pathname === "/api/status") return Response.json(statusOf(parts));
      if (pathname === "/api/spend") return Response.json(parts.spend.rows());
      if (pathname === "/api/spend.csv") return csv(spendAsCsv(parts.spend.rows()));
      if (pathname === "/api/models") return Response.json(listModels(parts.source));
      if (pathname === "/api/events") return events(parts.feed, request, searchParams);
      const found = group === "models" ? parts.source.describe(provider, rest.join("/")) : undefined;
      return found === undefined ? problem(404, "nothing is here") : Response.json(found);
    },
  };
}

function csv(text: string): Response {
  return new Response(text, { headers: { "content-type": "text/csv; charset=utf-8" } });
}

function statusOf({ source, version }: DevParts): DevStatus {
  const { generation, simulated, providers, routes = {} } = source.models();
  return {
    version,
    generation,
    problems: source.problems(),
    providers: providers.map(({ facts }) => ({
      id: facts.id,
      name: facts.name,
      models: Object.keys(facts.models).length,
      simulated: simulated?.has(facts.id) === true,
      keys: facts.auth.flatMap((auth) => (auth.type === "none" ? [] : auth.env)),
    })),
    routes: routesOf(source, routes),
    circuits: source.circuits(),
  };
}

function metrics({ metrics: { contentType, text } }: DevParts): Response {
  return new Response(text(), { headers: { "content-type": contentType } });
}

async function play(source: DevSource, request: Request, [provider, id]: readonly [string, string]): Promise<Response> {
  try {
    const found = await playOf(source, request, { provider, id });
    return found === undefined ? problem(404, "nothing is here") : Response.json(found);
  } catch (error) {
    if (error instanceof GatewayRefusal) return problem(error.answerStatus, error.message);
    throw error;
  }
}

function routesOf(source: DevSource, routes: { readonly [name: string]: unknown }): DevStatus["routes"] {
  return Object.entries(routes).map(([name, handle]) => {
    const { models } = (handle as { readonly [startable]: Startable })[startable];
    return {
      name,
      group: source.groupOf(name),
      members: models.map(({ provider, modelId }) => `${provider.id}/${modelId}`),
    };
  });
}

function listModels(source: DevSource): readonly ListedModel[] {
  const { providers, simulated } = source.models();
  return providers.flatMap(({ facts }) =>
    Object.entries(facts.models).map(([id, model]) => ({
      id: `${facts.id}/${id}`,
      name: model.name,
      provider: facts.id,
      role: facts.role,
      simulated: simulated?.has(facts.id) === true,
      kind: model.kind,
      status: model.status,
      input: model.input,
      output: model.output,
      tools: model.features.tools,
      reasoning: model.reasoning?.mode,
      structuredOutput: model.features.structuredOutput,
      context: model.limits.context,
      maxOutput: model.limits.output,
      pricing: model.pricing,
    })),
  );
}

function events(feed: DevFeed, request: Request, query: URLSearchParams): Response {
  if (feed.subscribers >= maxReaders) return problem(503, "too many readers");
  const after = Number(request.headers.get("last-event-id") ?? query.get("after") ?? 0);
  const headers = { "content-type": "text/event-stream; charset=utf-8" };
  const known = feed.since(Number.isFinite(after) ? after : 0);
  if (query.has("once")) return new Response(known.map(frame).join(""), { headers });
  const encoder = new TextEncoder();
  let leave = (): void => undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start(to) {
        // A reader that does not read is let go, not waited for.
        const send = (text: string): void => ((to.desiredSize ?? 0) > 0 ? to.enqueue(encoder.encode(text)) : end());
        const unsubscribe = feed.subscribe((entry) => send(frame(entry)));
        const beat = setInterval(() => send(": beat\n\n"), beatMs);
        leave = () => {
          clearInterval(beat);
          unsubscribe();
        };
        const end = (): void => {
          leave();
          to.close();
        };
        send(`: events\n\n${known.map(frame).join("")}`);
      },
      cancel: () => leave(),
    },
    new CountQueuingStrategy({ highWaterMark: 1000 }),
  );
  return new Response(body, { headers });
}

function frame(entry: DevEntry): string {
  return `id: ${entry.id}\ndata: ${JSON.stringify(entry)}\n\n`;
}

function problem(status: number, message: string): Response {
  return Response.json({ error: { message } }, { status });
}

/** A malformed escape stands for itself. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
