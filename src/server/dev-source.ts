/** What the dev server's API tells of the catalog: given by whoever reads it. */
import type { ModelFacts } from "../catalog/facts.js";
import type { CircuitStatus } from "../index.js";
import type { DevProblem } from "./dev-feed.js";
import type { GatewayModels } from "./gateway-options.js";

export interface DevSource {
  /** Those of the present generation. */
  models(): GatewayModels;
  problems(): readonly DevProblem[];
  /** How the members of a route are chosen: `failover`, `cheapest`, … Undefined when nobody declared it. */
  groupOf(route: string): string | undefined;
  /** Of the circuit breaker over all models. */
  circuits(): readonly CircuitStatus[];
  /** Undefined when there is no such model. */
  describe(provider: string, model: string): ModelPage | undefined;
}

/** Everything known of one model. */
export interface ModelPage {
  readonly provider: string;
  readonly id: string;
  readonly facts: ModelFacts;
  /** Each single fact, and where it is stated; without a file it is a default of the format. */
  readonly origins: readonly {
    /** Dotted. */
    readonly path: string;
    readonly value: unknown;
    readonly file?: string | undefined;
    readonly line?: number | undefined;
    /** `own`, or what it was inherited through. */
    readonly layer?: string | undefined;
  }[];
  /** In the words of compile errors. Empty for other models than chat models. */
  readonly accepts: readonly string[];
  readonly refuses: readonly string[];
  /** The generated module as it would be for this model alone. */
  readonly types: string;
  /** How programs import the provider. */
  readonly module: { readonly name: string; readonly from: string };
}
