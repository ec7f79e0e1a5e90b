/** A request on its way through the gateway: its endpoint, the models of its moment, and what it may cost upstream. */
import type { Route, ServerProtocol } from "../protocols/server.js";
import type { ExchangeRecord } from "./exchange-record.js";
import type { GatewayModels } from "./gateway-options.js";
import type { ModelNames } from "./model-names.js";

/** An operation of a wire that clients speak. */
export interface Endpoint {
  readonly protocol: ServerProtocol;
  readonly route: Route;
}

export interface ServedRequest {
  readonly endpoint: Endpoint;
  readonly body: unknown;
  readonly models: GatewayModels;
  readonly names: ModelNames;
  readonly record: ExchangeRecord;
  /** Fires when the client is gone. */
  readonly signal: AbortSignal;
  /** Sent to whoever is asked, to notice a loop. */
  readonly headers: { readonly [name: string]: string };
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
