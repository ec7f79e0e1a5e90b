/** `defineProvider`: facts and protocol rooms become a callable provider. The single seam that generated code uses. */
import type { ModelFacts, ProviderFacts } from "../catalog/facts.js";
import { findModel } from "../catalog/find-model.js";
import { didYouMeanOneOf, suggestionsFor } from "../catalog/nearest.js";
import { CapabilityError, ModelwrightError } from "../errors.js";
import { feature } from "../feature.js";
import type { ModelChoice } from "../model/reply.js";
import type { CallOptions } from "../model/request.js";
import type { ListedModel, PullProgress, Room } from "../protocols/call.js";
import type { Cloud } from "../transport/cloud.js";
import type { ClientOptions } from "./client-options.js";
import { debugHooks } from "./debug.js";
import { type DefaultModel, defaultModel, isDefaultWord, lacksDefault } from "./default-model.js";
import { processEnvironment } from "./environment.js";
import { type AnyHandle, createHandle } from "./handle.js";
import type { Hooks } from "./hooks.js";
import { type LazyClient, roomOf } from "./target.js";

/** Facts as a program states them: what is left out is the least that can be said. */
export type ProviderLiteral = Pick<ProviderFacts, "id" | "baseURL"> &
  Partial<Omit<ProviderFacts, "models">> & {
    readonly models?: { readonly [id: string]: Partial<ModelFacts> };
  };

/** What makes a provider: facts, and the protocols that they name. */
export interface ProviderDefinition {
  /** The rooms of all protocols that the provider's models speak; the first is the default. */
  readonly protocols: readonly [Room, ...Room[]];
  /** What providers of one cloud need: signatures, framings. */
  readonly cloud?: Cloud | undefined;
  /** Read at the first use, so that an import costs nothing. */
  readonly facts: ProviderLiteral | (() => ProviderLiteral);
}

/** Key of the registry's way into a provider. Shared by all copies of this package. */
export const withFacts: unique symbol = Symbol.for("modelwright.withFacts") as never;

/** A provider without static types: call it with a model id. */
export interface AnyProvider {
  /** The handle of a model; without an id, of the default model. Throws "unknown-model" with the nearest id. */
  (id?: string): AnyHandle;
  /** Handles by id. */
  readonly models: { readonly [id: string]: AnyHandle | undefined };
  readonly facts: ProviderFacts;
  /** A model that the catalog may not know: then nothing is promised and everything is passed on. Without an id, for an empty one, `auto`, `default` or `provider_default`, the default model. */
  model(id?: string): AnyHandle;
  /** The provider's own live list. */
  list(options?: CallOptions): Promise<readonly ListedModel[]>;
  /** Downloads a model to a server of one's own. */
  pull(model: string, options?: CallOptions): AsyncIterable<PullProgress>;
  /** The same provider with other options. */
  create(options: ClientOptions): AnyProvider;
  /** Adds hooks for later calls; the function given back removes them. */
  addHooks(hooks: Hooks): () => void;
  /**
   * The same client with other facts, which belong to the registry's generation of that id. Where it sends, and how it
   * authenticates, stays as it was defined: new facts move neither.
   */
  [withFacts](facts: ProviderFacts, generation: string | undefined): AnyProvider;
}

export function defineProvider(definition: ProviderDefinition, options: ClientOptions = {}): AnyProvider {
  const facts = once(() => completeFacts(definition));
  const connected = createClient(facts, options, definition.cloud);
  return createProvider({ definition, options, defined: facts, facts, generation: undefined, ...connected });
}

/** A provider's definition and client, with the facts that hold now. */
interface Parts extends Connected {
  readonly definition: ProviderDefinition;
  readonly options: ClientOptions;
  /** What the connection is made from. */
  readonly defined: () => ProviderFacts;
  readonly facts: () => ProviderFacts;
  readonly generation: string | undefined;
}

function createProvider(parts: Parts): AnyProvider {
  const { definition, options, facts, generation, client, addHooks } = parts;
  const handles = new Map<string, AnyHandle>();

  const handleOf = (id: string, model: ModelFacts, chosenBy?: ModelChoice): AnyHandle =>
    createHandle({
      provider: facts(),
      modelId: id,
      model: completeModel(model),
      protocol: protocolOf(definition, model.transport?.protocol ?? facts().protocol),
      toolProtocol:
        model.transport?.builtinTools === undefined ? undefined : protocolOf(definition, model.transport.builtinTools),
      client,
      generation,
      chosenBy,
    });

  /** Only ids of the catalog are kept: others may come from users, without end. */
  const known = (id: string): AnyHandle | undefined => {
    const kept = handles.get(id);
    if (kept !== undefined) return kept;
    const found = findModel(facts(), id);
    if (found === undefined) return undefined;
    const handle = handleOf(found.id, found.model);
    if (Object.hasOwn(facts().models, id)) handles.set(id, handle);
    return handle;
  };

  const defaultHandle = ({ id, from }: DefaultModel): AnyHandle => {
    const found = findModel(facts(), id);
    const chosenBy = from === undefined ? "catalog" : "environment";
    if (found !== undefined) return handleOf(found.id, found.model, chosenBy);
    if (facts().unknownModels === "permissive") return handleOf(id, unknownModel, chosenBy);
    throw unknownId(facts(), id, from);
  };
  const provider = (id?: string): AnyHandle => {
    if (id === undefined) return defaultHandle(defaultModel(facts(), options.env) ?? lacksDefault(facts()));
    const handle = known(id);
    if (handle !== undefined) return handle;
    if (facts().unknownModels === "permissive") return handleOf(id, unknownModel);
    throw unknownId(facts(), id, undefined);
  };
  /** Also the way to a model that the catalog holds for retired: the provider decides. */
  const unpromised = (id?: string): AnyHandle => {
    if (id === undefined || id === "") return provider();
    const usual = isDefaultWord(id) && known(id) === undefined ? defaultModel(facts(), options.env) : undefined;
    if (usual !== undefined) return defaultHandle(usual);
    const found = findModel(facts(), id);
    if (found?.model.status !== "retired") return known(id) ?? handleOf(id, unknownModel);
    const { status: _retired, ...model } = found.model;
    return handleOf(found.id, model);
  };
  return Object.defineProperties(provider, {
    facts: { get: facts, enumerable: true },
    models: { get: once(() => handlesById(facts, known)), enumerable: true },
    model: { value: unpromised },
    list: {
      value: async (call?: CallOptions) => {
        const { listModels } = await import("./list-models.js");
        const protocol = await roomOf(protocolOf(definition, facts().protocol), "whole");
        return listModels({ provider: facts(), protocol, client: await client.load() }, call);
      },
    },
    pull: {
      value: async function* (model: string, call?: CallOptions) {
        const { pullModel } = await import("./pull.js");
        const protocol = await roomOf(protocolOf(definition, facts().protocol), "whole");
        yield* pullModel({ provider: facts(), protocol, client: await client.load() }, model, call);
      },
    },
    create: {
      value: (own: ClientOptions) =>
        createProvider({ ...parts, options: own, ...createClient(parts.defined, own, definition.cloud) }),
    },
    addHooks: { value: addHooks },
    [withFacts]: {
      value: (changed: ProviderFacts, id: string | undefined) =>
        createProvider({ ...parts, facts: () => changed, generation: id }),
    },
  }) as unknown as AnyProvider;
}

interface Connected {
  readonly client: LazyClient;
  readonly addHooks: AnyProvider["addHooks"];
}

function createClient(facts: () => ProviderFacts, options: ClientOptions, cloud: Cloud | undefined): Connected {
  let hooks: readonly Hooks[] = options.hooks === undefined ? [] : [options.hooks].flat();
  const debug = once(() => debugHooks(facts().id, options.env ?? processEnvironment()));
  const current = (): readonly Hooks[] => {
    const printing = debug();
    return printing === undefined ? hooks : [...hooks, printing];
  };
  const load = feature(async () =>
    (await import("./client.js")).createClient(facts, options, { cloud, hooks: current }),
  );
  return {
    client: { hooks: current, load },
    addHooks(added) {
      hooks = [...hooks, added];
      return () => {
        hooks = hooks.filter((set) => set !== added);
      };
    },
  };
}

function completeFacts({ facts, protocols }: ProviderDefinition): ProviderFacts {
  const stated = typeof facts === "function" ? facts() : facts;
  return {
    name: stated.id,
    role: "host",
    protocol: protocols[0].id,
    auth: [{ type: "bearer", env: [], optional: true }],
    assume: "permissive",
    unknownModels: "permissive",
    ...stated,
    models:
      typeof facts === "function" ? ((stated.models ?? {}) as ProviderFacts["models"]) : completeModels(facts.models),
  };
}

/** Those of a literal at once; the many of a generated module one by one, when they are asked for. */
function completeModels(models: ProviderLiteral["models"] = {}): ProviderFacts["models"] {
  const completed = Object.entries(models).map(([id, model]) => [id, completeModel(model as ModelFacts)] as const);
  return Object.fromEntries(completed);
}

const leastModel: ModelFacts = {
  kind: "chat",
  input: ["text"],
  output: ["text"],
  features: {},
  params: {},
  limits: {},
};

/** Nothing is known, so nothing is refused. */
const unknownModel: ModelFacts = { ...leastModel, inputUnstated: true, assume: "permissive" };

/** Facts of a model with what a definition in code may leave out. */
export function completeModel(model: ModelFacts): ModelFacts {
  return { ...leastModel, ...model };
}

function protocolOf({ protocols }: ProviderDefinition, id: string): Room {
  const room = protocols.find((protocol) => protocol.id === id);
  if (room === undefined) throw new ModelwrightError("invalid-configuration", `no room for the protocol ${id}`);
  return room;
}

function unknownId(facts: ProviderFacts, id: string, from: string | undefined): CapabilityError {
  const suggestions = suggestionsFor(id, Object.keys(facts.models));
  const hint = didYouMeanOneOf(suggestions);
  const source = from === undefined ? "" : `, which ${from} names`;
  return new CapabilityError("unknown-model", `${facts.id} has no model ${JSON.stringify(id)}${source}${hint}`, {
    provider: facts.id,
    model: id,
    suggestions,
    docs: facts.docs,
  });
}

/** Looks like an object of all handles, and makes each when it is read. */
function handlesById(facts: () => ProviderFacts, handle: (id: string) => AnyHandle | undefined): AnyProvider["models"] {
  const own = (id: string | symbol): id is string => typeof id === "string" && Object.hasOwn(facts().models, id);
  return new Proxy<{ [id: string]: AnyHandle | undefined }>(
    {},
    {
      get: (_target, id) => (own(id) ? handle(id) : undefined),
      has: (_target, id) => own(id),
      ownKeys: () => Object.keys(facts().models),
      getOwnPropertyDescriptor: (_target, id) =>
        own(id) ? { configurable: true, enumerable: true, value: handle(id) } : undefined,
    },
  );
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
