/** A request on its way through the gateway: its endpoint, the models of its moment, and what it may cost upstream. */
import type { WithCallPolicies } from "../client/call-policies.js";
import { PolicyError } from "../errors.js";
import type { Route, ServerProtocol } from "../protocols/server.js";
import type { AccessModel } from "./access.js";
import type { ExchangeRecord } from "./exchange-record.js";
import type { GatewayModels } from "./gateway-options.js";
import type { ModelNames } from "./model-names.js";
import type { VideoJobs } from "./video-jobs.js";

/** An operation of a wire that clients speak. */
export interface Endpoint {
  readonly protocol: ServerProtocol;
  readonly route: Route;
}

/** What calls of the gateway have beside the client's request. */
export interface CallOwn extends WithCallPolicies {
  /** To notice a loop. */
  readonly extraHeaders: { readonly [name: string]: string };
  readonly tags?: { readonly [name: string]: string };
}

export interface ServedRequest {
  readonly endpoint: Endpoint;
  readonly body: unknown;
  readonly models: GatewayModels;
  readonly names: ModelNames;
  readonly record: ExchangeRecord;
  /** Fires when the client is gone. */
  readonly signal: AbortSignal;
  /** For every call that is made. */
  readonly own: CallOwn;
  /** Whether the caller may use a model: for what is answered without a call. */
  readonly allows: (model: AccessModel) => boolean;
  /** Whose key it came with. */
  readonly tenant: string | undefined;
  /** Of the whole gateway. */
  readonly videos: VideoJobs;
  /** Milliseconds of silence in a stream after which it shows that it lives. */
  readonly keepAliveMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What a model's id stands for, told to the record. */
export function noteTarget(
  { record, models }: ServedRequest,
  target: { readonly requested: string; readonly provider: string; readonly model: string },
): void {
  const { requested, provider, model } = target;
  const simulated = models.simulated?.has(provider) === true;
  record.note({ requested, provider, model, simulated, generation: models.generation });
}

/** Throws "permission" when the caller may use none of the models. */
export function requireAllowed({ allows }: ServedRequest, name: string, targets: readonly AccessModel[]): void {
  if (!targets.some(allows)) throw new PolicyError("permission", `the key may not use ${name}`, { model: name });
}
