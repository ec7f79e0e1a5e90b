/** `createGateway`: answers OpenAI's and Anthropic's clients from any model, in any server that speaks `fetch`. */
import { anthropicMessagesServer } from "../protocols/anthropic-messages/server.js";
import { openaiChatServer } from "../protocols/openai-chat/server.js";
import { openaiResponsesServer } from "../protocols/openai-responses/server.js";
import type { ServerProtocol } from "../protocols/server.js";
import { ExchangeRecord } from "./exchange-record.js";
import { failureResponse } from "./failure-response.js";
import type { Gateway, GatewayModels, GatewayOptions } from "./gateway-options.js";
import { createModelNames, type ModelNames } from "./model-names.js";
import { GatewayRefusal } from "./refusal.js";
import { readBody } from "./request-body.js";
import { serveChat } from "./serve-chat.js";
import { serveEmbedding } from "./serve-embedding.js";
import { serveModels } from "./serve-models.js";
import { isServedTask, serveTask } from "./serve-task.js";
import { serveTokenCount } from "./serve-token-count.js";
import type { Endpoint, ServedRequest } from "./served-request.js";
import { shownToken, tokenCheck } from "./token.js";

const protocols: readonly ServerProtocol[] = [openaiChatServer, openaiResponsesServer, anthropicMessagesServer];

const defaultMaxBodyBytes = 32 * 1024 * 1024;

/** How many gateways of this package a request has passed. */
const hopsHeader = "x-modelwright-hops";

/** A gateway behind a gateway is a use; a third is a loop. */
const maxHops = 2;

/**
 * A gateway over the given models. It serves chat completions, responses, messages, token counts, embeddings,
 * pictures, speech, transcripts, rankings, moderation and the model list; each client gets answers, streams and refusals in the words of its own protocol, whatever the model's.
 * Throws "invalid-configuration" for a route that is no chat model or group.
 */
export function createGateway(options: GatewayOptions): Gateway {
  const gateway = new ModelGateway(options);
  return { fetch: (request) => gateway.fetch(request) };
}

class ModelGateway {
  private readonly options: GatewayOptions;
  private readonly basePath: string;
  private readonly isToken: ((shown: string | undefined) => Promise<boolean>) | undefined;
  private models: GatewayModels | undefined;
  private names: ModelNames | undefined;

  constructor(options: GatewayOptions) {
    this.options = options;
    this.basePath = (options.basePath ?? "/v1").replace(/\/+$/, "");
    this.isToken = options.token === undefined ? undefined : tokenCheck(options.token);
    this.current();
  }

  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const record = new ExchangeRecord(this.options, { method: request.method, path: pathname });
    const endpoint = this.endpointOf(request, pathname);
    try {
      await this.admit(request);
      if (endpoint === undefined) throw new GatewayRefusal(404, "not-found", notServed(request.method, pathname));
      const served = await this.receive(request, endpoint, record);
      return await serve(served);
    } catch (error) {
      record.noteFailure(error);
      const response = failureResponse(error, endpoint?.protocol ?? protocolOf(request), { facts: record.facts });
      record.end(response.status);
      return response;
    }
  }

  /** Names are looked up in an index that lives as long as the models it was made of. */
  private current(): { readonly models: GatewayModels; readonly names: ModelNames } {
    const { models: given } = this.options;
    const models = typeof given === "function" ? given() : given;
    if (this.names === undefined || this.models !== models) this.names = createModelNames(models);
    this.models = models;
    return { models, names: this.names };
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

  private async admit(request: Request): Promise<void> {
    const shown = shownToken((name) => request.headers.get(name));
    if (this.isToken !== undefined && !(await this.isToken(shown)))
      throw new GatewayRefusal(401, "authentication", "the gateway's token is missing or wrong");
    if (hopsOf(request) >= maxHops)
      throw new GatewayRefusal(508, "invalid-configuration", "the gateway's requests come back to itself: a loop");
  }

  private async receive(request: Request, endpoint: Endpoint, record: ExchangeRecord): Promise<ServedRequest> {
    const { maxBodyBytes = defaultMaxBodyBytes, now = Date.now } = this.options;
    const body = request.method === "GET" ? undefined : await readBody(request, maxBodyBytes);
    const headers = { [hopsHeader]: String(hopsOf(request) + 1) };
    return { endpoint, body, ...this.current(), record, signal: request.signal, headers, now };
  }
}

async function serve(request: ServedRequest): Promise<Response> {
  const { operation } = request.endpoint.route;
  if (isServedTask(operation)) return serveTask(request, operation);
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
