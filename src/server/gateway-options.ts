/** What a gateway is made of, and what it tells about each request. */
import type { Cost } from "../chat/cost.js";
import type { ProtocolEvent } from "../chat/events.js";
import type { Usage } from "../chat/usage.js";
import type { ClientTelemetry } from "../client/client-options.js";
import type { Policy } from "../client/handler.js";
import type { Attempt } from "../errors.js";
import type { Adjustment } from "../protocols/protocol.js";
import type { Access } from "./access.js";
import type { Caller } from "./access-document.js";
import type { NamedModels } from "./model-names.js";
import type { FetchHandler } from "./node-bridge.js";

/** The models of one moment. A request keeps those that it began with. */
export interface GatewayModels extends NamedModels {
  /** Names the catalog generation in answers. */
  readonly generation?: string | undefined;
  /** Ids of providers behind which no model stands; their answers say so. */
  readonly simulated?: ReadonlySet<string> | undefined;
}

/** What a gateway serves, to whom, and what watches it. */
export interface GatewayOptions {
  /**
   * A function is asked at each request: another object that it gives takes the place of the one before, at once. With
   * `access` it is told who asks, so that each tenant may have clients, and so upstream keys, of its own.
   */
  readonly models: GatewayModels | ((caller: Caller | undefined) => GatewayModels);
  /** What clients must show as `Authorization: Bearer` or `x-api-key`. It never goes to a provider. Default: no token. */
  readonly token?: string | undefined;
  /** Keys in the place of the one token, with roles, tenants and limits: `createAccess`. */
  readonly access?: Access | undefined;
  /** Writes down every call, those that `access` or `budget` refuse included, and who was not let in: `audit` of `modelwright/audit`. */
  readonly audit?: (Policy & { readonly refused?: (entry: RefusedEntry) => Promise<void> }) | undefined;
  /** Keeps the spending of all callers within limits: `budget` of `modelwright/budget`. */
  readonly budget?: Policy | undefined;
  /** Watches calls. What each of their tries does is seen by the telemetry of clients only; give one to either, not to both. */
  readonly telemetry?: ClientTelemetry | readonly ClientTelemetry[] | undefined;
  /** Served at `/metrics`: `prometheusMetrics` of `modelwright/telemetry`, given as `telemetry`, too. Default: nothing is. */
  readonly metrics?: GatewayMetrics | undefined;
  /** Path before the endpoints. Default `/v1`. */
  readonly basePath?: string | undefined;
  /** Larger request bodies are refused with 413. Default 32 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /**
   * A stream that is silent for this many milliseconds gets a comment, so that nobody between cuts the connection; one
   * that has not begun by then begins with it, and what fails later fails inside the stream. Default 15,000.
   */
  readonly keepAliveMs?: number | undefined;
  /** Called once for each request, when its answer is complete or has failed. */
  readonly onExchange?: ((exchange: GatewayExchange) => void) | undefined;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** Somebody whom the gateway did not let in. */
export interface RefusedEntry {
  readonly code: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Beginning of the SHA-256 hash of the key that was shown. */
  readonly shown?: string;
}

/** What is served at `/metrics`, and to whom. */
export interface GatewayMetrics {
  readonly source: { readonly contentType: string; text(): string };
  /** What the scraper must show. `false`: anybody may read. Default: the gateway's own `token`. */
  readonly token?: string | false | undefined;
}

/** One request as the gateway served it. Holds no content of messages and no secret. */
export interface GatewayExchange {
  /** Made by the gateway; also the request id where the provider gives none. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly ms: number;
  readonly method: string;
  readonly path: string;
  /** Whose key it came with. */
  readonly caller?: Pick<Caller, "tenant" | "key" | "user"> | undefined;
  /** HTTP status of the answer. A stream that broke was begun with 200 and has an `error`. */
  readonly status: number;
  readonly stream: boolean;
  /** As the client wrote it. */
  readonly requested?: string | undefined;
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  readonly simulated: boolean;
  readonly generation?: string | undefined;
  readonly requestId?: string | undefined;
  readonly finishReason?: string | undefined;
  readonly usage?: Usage | undefined;
  readonly cost?: Cost | undefined;
  readonly firstTokenMs?: number | undefined;
  /** What a stream consisted of, in order. */
  readonly timeline: readonly TimelineMark[];
  readonly adjustments: readonly Adjustment[];
  readonly attempts: readonly Attempt[];
  /** The failure as the client was told. */
  readonly error?: { readonly code: string; readonly message: string } | undefined;
}

/** A piece of a streamed answer as it went out. */
export interface TimelineMark {
  /** Since the request arrived. */
  readonly ms: number;
  readonly type: ProtocolEvent["type"];
  /** As written in the client's wire. */
  readonly characters: number;
}

/** A gateway as a fetch handler. */
export interface Gateway extends FetchHandler {
  /** Answers a request. Never rejects: failures are answers, too. */
  fetch(request: Request): Promise<Response>;
  /** Whether it asks for a key or token of its own at this path; `serve` asks for none there then. */
  isGuarded(path: string): boolean;
}
