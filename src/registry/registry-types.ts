/** The registry as programs see it. */
import type { Hooks } from "../client/hooks.js";
import type { ModelwrightError } from "../errors.js";
import type { ChatModelWith } from "../model/dynamic.js";
import type { Act } from "./act.js";
import type { Consent, Question } from "./consent.js";
import type { Deployment, DeployOptions } from "./deployment.js";
import type { Explanation } from "./explain.js";
import type { Change, Generation } from "./generation.js";
import type { Journal } from "./journal.js";
import type { PlausibilityOptions } from "./plausibility.js";
import type { Found, ListedEntry, ModelQuery } from "./query.js";
import type { Source } from "./source.js";
import type { SourceStatus } from "./source-state.js";

/** A provider of this package: a generated one, or what `defineProvider` gives. */
export interface RegistryProvider {
  readonly facts: { readonly id: string };
  readonly models: object;
  model(id: string): unknown;
  addHooks(hooks: Hooks): () => void;
}

/** Providers by id. */
export interface RegistryProviders {
  readonly [id: string]: RegistryProvider;
}

/** Providers, the sources laid over them, and what they may change. */
export interface RegistryOptions<Providers extends RegistryProviders> {
  /** By id: what they know is the lowest layer, and where they send stays as it is. */
  readonly providers: Providers;
  /** Laid over it: first those of the layer `remote`, then those of `project`, each in the order given. */
  readonly sources?: readonly Source[] | undefined;
  /** Asked about changes that need consent. Default: nothing of it happens. */
  readonly consent?: Consent | undefined;
  /** Which prices and limits are believed; `false` believes all. */
  readonly plausibility?: PlausibilityOptions | false | undefined;
  /** A change that takes away more than this share of the models, and at least 5, waits for `confirm`. Default 0.5. */
  readonly maxShrink?: number | undefined;
  /** What happens for ids that no catalog lists. Default `allow`: a handle that promises nothing. */
  readonly unknownModels?: "error" | "warn" | "allow" | undefined;
  /** Sources that take longer to load come in later; until then what they gave last time holds. Default 1,500 ms. */
  readonly startLimitMs?: number | undefined;
  /** How many generations the history keeps. Default 50. */
  readonly keep?: number | undefined;
  /** Keeps history, deployments and rollbacks over a restart: `fileJournal(path)`. Without it they end with the process. */
  readonly journal?: Journal | undefined;
  /** The `key` of a deployment that an earlier run began: functions are not written down. */
  readonly deploymentKey?: DeployOptions["key"];
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** What a registry tells its listeners. */
export type RegistryEvent =
  /** Another generation holds. */
  | { readonly type: "changed"; readonly change: Change; readonly reason: string }
  /** Something was left out, or a source failed. */
  | { readonly type: "problem"; readonly error: ModelwrightError; readonly source?: string }
  /** A change that takes too much away waits for `confirm`. */
  | { readonly type: "held"; readonly change: Change; readonly reason: string }
  /** A change was refused because nobody consented. */
  | { readonly type: "refused"; readonly question: Question }
  /** What a source gave may be out of date, or no longer. */
  | { readonly type: "stale"; readonly source: string; readonly stale: boolean }
  /** An id that no catalog lists was asked for (`unknownModels: "warn"`). */
  | { readonly type: "unknown-model"; readonly id: string }
  /** A deployment went on or ended. */
  | {
      readonly type: "deployment";
      readonly state: Deployment["state"];
      readonly percent: number;
      readonly reason: string;
    };

/** One generation of the past. */
export interface Version {
  readonly number: number;
  readonly generation: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Who made it: a source, or whoever was named. */
  readonly by: string;
  readonly reason: string;
  /** What it changed. */
  readonly change: Change;
}

/** The handle of a model that the types know; anything else is wide: `supports(...)` narrows it. */
export type ModelOf<Providers, Id extends string> = Id extends `${infer Provider}/${infer Model}`
  ? Provider extends keyof Providers
    ? Providers[Provider] extends { readonly models: infer Models }
      ? string extends keyof Models
        ? ChatModelWith
        : Model extends keyof Models
          ? Models[Model]
          : ChatModelWith
      : ChatModelWith
    : ChatModelWith
  : ChatModelWith;

/** Providers whose facts change while the program runs. */
export interface Registry<Providers extends RegistryProviders> {
  /** What holds now. */
  readonly generation: Generation;
  /** The providers given, with the facts that hold when a call begins. */
  readonly providers: Providers;
  readonly sources: readonly SourceStatus[];
  /** What is left out of the documents now, and why. */
  readonly problems: readonly ModelwrightError[];
  /** A change that waits for `confirm`. */
  readonly held: Change | undefined;
  /**
   * A handle by `provider/model`, by alias, or by a bare id that only one provider has. It follows the registry: each call
   * uses what holds then, with `facts`, an entry of a catalog file, on top for calls of this handle only. Throws
   * "unknown-model" or "unknown-provider", with the nearest name, and `CatalogError` for facts that are none.
   */
  model<const Id extends string>(id: Id, options?: { readonly facts?: object }): ModelOf<Providers, Id>;
  /**
   * Serves a listed model by another handle: of another provider, of a group, or of a provider of your own. Types and
   * facts stay the model's own. The function given back ends that. Throws "unknown-model", and "invalid-configuration"
   * for a handle of another kind or of this registry.
   */
  bind(id: string, handle: { readonly kind: string }): () => void;
  /** The model behind an id as it is now; `undefined` when no catalog lists it. */
  get(id: string): ListedEntry | undefined;
  /** All models that are not retired, sorted by id. */
  list(provider?: string): readonly ListedEntry[];
  /** The models that meet a query, the cheapest first. */
  find(query: ModelQuery): readonly ListedEntry[];
  /** The first of `ids` that meets the query. Throws "unsupported" when none does. */
  pick<const Query extends ModelQuery>(ids: readonly string[], query: Query): ChatModelWith<Found<Query>>;
  /** Where a fact comes from; `undefined` when there is no such model. */
  explain(id: string, field: string): Explanation | undefined;
  /** Each change from now on. Who reads slowly gets several as one. Ends with the signal, or when the registry closes. */
  changes(signal?: AbortSignal): AsyncIterable<Change>;
  /** Calls `listener` for each event; the function given back ends that. */
  subscribe(listener: (event: RegistryEvent) => void): () => void;
  /** Reads all sources again, now. Resolves when what they gave holds. */
  reload(): Promise<void>;
  /** Adds a provider while the program runs. Throws "invalid-configuration" for an id that is there, unless `replace`. */
  addProvider(provider: RegistryProvider, options?: { readonly replace?: boolean }): void;
  /** Takes a provider away: its models are gone from lists and calls. False when there is none. */
  removeProvider(id: string): boolean;
  /** Adds a source above those of its layer. Throws "invalid-configuration" for a name that is there. */
  addSource(source: Source): Promise<void>;
  /** Takes a source and everything it said away. False when there is none. */
  removeSource(name: string): Promise<boolean>;
  /** Lets the held change happen. False when there is none. */
  confirm(act?: Act): boolean;
  /** The generations so far, the newest last. */
  history(): readonly Version[];
  /** A generation of the history with its facts: old bills are made again from it. Throws "invalid-configuration" for an unknown number. */
  at(number: number): Generation;
  /** What differs between two generations of the history. Throws "invalid-configuration" for an unknown number. */
  diff(from: number, to: number): Change;
  /** Goes back to the facts of a generation, and stays there until `release`. Calls that run are not disturbed. */
  rollback(number: number, act?: Act): void;
  /** Follows the sources again after `rollback`. */
  release(act?: Act): void;
  /** Tries a change on some of the calls, and keeps it when it does well. */
  deploy(change: unknown, options?: DeployOptions): Deployment;
  /** The deployment that runs, also one that an earlier run began. */
  readonly deployment: Deployment | undefined;
  /** Ends all watching, and resolves when the journal is written. Handles go on with what holds. */
  close(): Promise<void>;
}
