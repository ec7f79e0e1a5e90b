/** The typed face of a provider: what generated code exports. */
import type { ProviderFacts } from "../catalog/facts.js";
import type { ChatModelWith } from "../model/dynamic.js";
import type { Capability } from "../model/profile.js";
import type { CallOptions } from "../model/request.js";
import type { Unsupported } from "../model/unsupported.js";
import type { ListedModel, PullProgress } from "../protocols/call.js";
import type { ClientOptions } from "./client-options.js";
import type { Hooks } from "./hooks.js";

/** A provider's models: call it with an id, or look one up in `models`. */
export interface Provider<Models> {
  /** The handle of a model. Ids are completed and checked by the compiler. */
  <const Id extends string>(
    id: Id extends keyof Models ? Id : keyof Models | Unsupported<`there is no model "${Id}" in this catalog`>,
  ): Id extends keyof Models ? Models[Id] : never;
  /** The same by property; a mistyped id is answered with the nearest one. */
  readonly models: Models;
  /**
   * A model that the catalog does not know, or does not know yet: nothing is promised, everything is passed on. Without
   * an id, and for `auto`, `default`, `provider_default` or an empty text, the default: of the environment
   * (`<PROVIDER>_MODEL`, `AI_MODEL`), else of the catalog. `reply.chosenBy` says which.
   */
  model(id?: string): ChatModelWith<Capability>;
  /** The same provider with options of its own. */
  create(options: ClientOptions): Provider<Models>;
  /** Adds hooks for later calls; the function given back removes them. */
  addHooks(hooks: Hooks): () => void;
  /** The catalog's facts about the provider and its models. */
  readonly facts: ProviderFacts;
  /** The provider's own live list. Costs a request. */
  list(options?: CallOptions): Promise<readonly ListedModel[]>;
  /**
   * Downloads a model to the provider's server, as Ollama can: each step of its progress, `done` at the last. Leaving
   * the loop, or the signal, ends the download; the next one goes on from there.
   * @throws CapabilityError from the first step where the provider cannot; ProviderError when the download fails.
   */
  pull(model: string, options?: CallOptions): AsyncIterable<PullProgress>;
}
