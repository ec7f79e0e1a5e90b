/** `createGateway`: answers OpenAI's and Anthropic's clients from any model, in any server that speaks `fetch`. */

import { callPolicies } from "../client/call-policies.js";
import type { ClientTelemetry } from "../client/client-options.js";
import type { Policy } from "../client/handler.js";
import { ModelwrightError } from "../errors.js";
import { anthropicMessagesServer } from "../protocols/anthropic-messages/server.js";
import { openaiChatServer } from "../protocols/openai-chat/server.js";
import { openaiResponsesServer } from "../protocols/openai-responses/server.js";
import type { ServerProtocol } from "../protocols/server.js";
import type { Caller } from "./access-document.js";
import { ExchangeRecord } from "./exchange-record.js";
import { failureResponse } from "./failure-response.js";
import type { Gateway, GatewayMetrics, GatewayModels, GatewayOptions } from "./gateway-options.js";
import { createModelNames, type ModelNames } from "./model-names.js";
import { GatewayRefusal } from "./refusal.js";
import { readBody } from "./request-body.js";
import { serveChat } from "./serve-chat.js";
import { serveEmbedding } from "./serve-embedding.js";
import { serveModels } from "./serve-models.js";
import { isServedTask, serveTask } from "./serve-task.js";
import { serveTokenCount } from "./serve-token-count.js";
import { isVideoOperation, serveVideo } from "./serve-video.js";
import type { CallOwn, Endpoint, ServedRequest } from "./served-request.js";
import { hexDigest, shownToken, tokenCheck } from "./token.js";
import { VideoJobs } from "./video-jobs.js";

const protocols: readonly ServerProtocol[] = [openaiChatServer, openaiResponsesServer, anthropicMessagesServer];

const metricsPath = "/metrics";

const defaultMaxBodyBytes = 32 * 1024 * 1024;

/** How many gateways of this package a request has passed. */
const hopsHeader = "x-modelwright-hops";

/** A gateway behind a gateway is a use; a third is a loop. */
const maxHops = 2;

/**
 * A gateway over the given models. It serves chat completions, responses, messages, token counts, embeddings, pictures,
 * films, speech, transcripts, rankings, moderation and the model list; each client gets answers, streams and refusals in
 * the words of its own protocol, whatever the model's.
 * Throws "invalid-configuration" for a route that is no chat model or group.
 */
export function createGateway(options: GatewayOptions): Gateway {
  const gateway = new ModelGateway(options);
  return { fetch: (request) => gateway.fetch(request), isGuarded: (path) => gateway.isGuarded(path) };
}

class ModelGateway {
  private readonly options: GatewayOptions;
  private readonly basePath: string;
  private readonly isToken: ((shown: string | undefined) => Promise<boolean>) | undefined;
  private readonly mayScrape: ((shown: string | undefined) => Promise<boolean>) | undefined;
  /** Of each set of models, for as long as somebody has it. */
  private readonly names = new WeakMap<GatewayModels, ModelNames>();
  private readonly videos = new VideoJobs();

  constructor(options: GatewayOptions) {
    this.options = options;
    this.basePath = (options.basePath ?? "/v1").replace(/\/+$/, "");
    const { access, token, metrics } = options;
    if (access !== undefined && token !== undefined)
      throw new ModelwrightError("invalid-configuration", "a gateway has either a token or keys (access)");
    if (metrics !== undefined && metrics.token === undefined && access !== undefined)
      throw new ModelwrightError("invalid-configuration", "metrics need a token of their own beside keys (access)");
    this.isToken = token === undefined ? undefined : tokenCheck(token);
    const scraperToken = metrics?.token ?? token;
    this.mayScrape = scraperToken === undefined || scraperToken === false ? undefined : tokenCheck(scraperToken);
    // What is wrong with models that are there already is told now.
    if (access === undefined || typeof options.models !== "function") this.current(undefined);
  }

  isGuarded(path: string): boolean {
    const { metrics, access } = this.options;
    if (path === metricsPath && metrics !== undefined) return metrics.token === false || this.mayScrape !== undefined;
    return access !== undefined || this.isToken !== undefined;
  }

  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === metricsPath && request.method === "GET" && this.options.metrics !== undefined)
      return this.scrape(request, this.options.metrics);
    const record = new ExchangeRecord(this.options, { method: request.method, path: pathname });
    const endpoint = this.endpointOf(request, pathname);
    let wire: unknown;
    try {
      const caller = await this.admit(request);
      if (caller !== undefined) record.note({ caller: { tenant: caller.tenant, key: caller.key, user: caller.user } });
      if (endpoint === undefined) throw new GatewayRefusal(404, "not-found", notServed(request.method, pathname));
      const served = await this.receive(request, endpoint, { record, caller });
      wire = served.body;
      return await serve(served);
    } catch (error) {
      record.noteFailure(error);
      const response = failureResponse(error, endpoint?.protocol ?? protocolOf(request), {
        wire,
        facts: record.facts,
      });
      record.end(response.status);
      return response;
    }
  }

  /** Names are looked up in an index that lives as long as the models it was made of. */
  private current(caller: Caller | undefined): { readonly models: GatewayModels; readonly names: ModelNames } {
    const { models: given } = this.options;
    const models = typeof given === "function" ? given(caller) : given;
    const names = this.names.get(models) ?? createModelNames(models);
    this.names.set(models, names);
    return { models, names };
  }

  private endpointOf(request: Request, pathname: string): Endpoint | undefined {
    if (!pathname.startsWith(`${this.basePath}/`)) return undefined;
    const path = pathname.slice(this.basePath.length);
    // The list has one address for all clients: Anthropic's say who they are.
    const own = protocolOf(request);
    const inOrder = [own, ...protocols.filter((protocol) => protocol !== own)];
    for (const protocol of inOrder) {
      const route = protocol.route(request.method, path);
      if (route !== undefined) return { protocol, route };
    }
    if (request.method !== "GET" || !path.startsWith("/models/")) return undefined;
    const modelId = decodePath(path.slice("/models/".length));
    return modelId === undefined ? undefined : { protocol: own, route: { operation: "models", modelId } };
  }

  /** Who asks; undefined where there are no keys. */
  private async admit(request: Request): Promise<Caller | undefined> {
    const { access } = this.options;
    const shown = shownToken((name) => request.headers.get(name));
    const caller = await access?.callerOf(shown);
    if (access !== undefined && caller === undefined)
      throw await this.stranger(request, shown, "the key is missing, wrong or has ended");
    if (this.isToken !== undefined && !(await this.isToken(shown)))
      throw await this.stranger(request, shown, "the gateway's token is missing or wrong");
    if (hopsOf(request) >= maxHops)
      throw new GatewayRefusal(508, "invalid-configuration", "the gateway's requests come back to itself: a loop");
    return caller;
  }

  private async stranger(request: Request, shown: string | undefined, why: string): Promise<GatewayRefusal> {
    const { method, url } = request;
    const path = new URL(url).pathname.slice(0, 200);
    const key = shown === undefined ? {} : { shown: (await hexDigest(shown)).slice(0, 16) };
    await this.options.audit?.refused?.({ code: "authentication", method, path, ...key });
    return new GatewayRefusal(401, "authentication", why);
  }

  private async receive(
    request: Request,
    endpoint: Endpoint,
    { record, caller }: { readonly record: ExchangeRecord; readonly caller: Caller | undefined },
  ): Promise<ServedRequest> {
    const { maxBodyBytes = defaultMaxBodyBytes, keepAliveMs = 15_000, now = Date.now, access } = this.options;
    const body = request.method === "POST" ? await readBody(request, maxBodyBytes) : undefined;
    const own: CallOwn = {
      extraHeaders: { [hopsHeader]: String(hopsOf(request) + 1) },
      ...(caller === undefined ? {} : { tags: caller.tags }),
      [callPolicies]: this.policiesFor(caller),
    };
    const allows: ServedRequest["allows"] = (model) =>
      access === undefined || (caller !== undefined && access.allows(caller, model));
    const whose = { allows, tenant: caller?.tenant };
    const shared = { videos: this.videos, keepAliveMs, now };
    return { endpoint, body, ...this.current(caller), record, signal: request.signal, own, ...whose, ...shared };
  }

  /** In the order of `policiesOf` of clients; who may not call is refused where the trail sees it. */
  private policiesFor(caller: Caller | undefined): readonly Policy[] {
    const { telemetry = [], audit, budget, access } = this.options;
    const permission = caller === undefined ? undefined : access?.policy(caller);
    const watching = [telemetry].flat() as readonly ClientTelemetry[];
    return [...watching.map(({ call }) => call), audit, permission, budget].filter((policy) => policy !== undefined);
  }

  private async scrape(request: Request, { source }: GatewayMetrics): Promise<Response> {
    const shown = shownToken((name) => request.headers.get(name));
    if (this.mayScrape !== undefined && !(await this.mayScrape(shown)))
      return new Response("the token is missing or wrong\n", { status: 401 });
    return new Response(source.text(), { headers: { "content-type": source.contentType } });
  }
}

async function serve(request: ServedRequest): Promise<Response> {
  const { operation } = request.endpoint.route;
  if (isServedTask(operation)) return serveTask(request, operation);
  if (isVideoOperation(operation)) return serveVideo(request, operation);
  switch (operation) {
    case "chat":
      return serveChat(request);
    case "embed":
      return serveEmbedding(request);
    case "count-tokens":
      return serveTokenCount(request);
    case "models":
      return serveModels(request);
    default:
      throw new GatewayRefusal(404, "not-found", "this endpoint is not served");
  }
}

/** What a client speaks when its path does not say it. */
function protocolOf(request: Request): ServerProtocol {
  return request.headers.has("anthropic-version") ? anthropicMessagesServer : openaiChatServer;
}

function hopsOf(request: Request): number {
  const hops = Number(request.headers.get(hopsHeader) ?? 0);
  return Number.isInteger(hops) && hops >= 0 ? hops : maxHops;
}

function notServed(method: string, pathname: string): string {
  return `nothing is served at ${method} ${pathname.slice(0, 200)}`;
}

/** Undefined for malformed escapes, which name nothing. */
function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
