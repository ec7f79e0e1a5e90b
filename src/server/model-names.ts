/** Finds the model that a client's name means: a route, an alias, `provider/model`, or an id that only one provider, or only its maker, has. */
import type { ModelFacts, ProviderFacts } from "../catalog/facts.js";
import { findModel } from "../catalog/find-model.js";
import { didYouMeanOneOf, suggestionsFor } from "../catalog/nearest.js";
import { wasRetired } from "../catalog/retired.js";
import { type Startable, type StartableModel, startable } from "../client/run.js";
import { CapabilityError, ModelwrightError } from "../errors.js";

/** A provider whose models are served: what `defineProvider` gives, and every generated provider. */
export interface GatewayProvider {
  readonly facts: ProviderFacts;
  model(id: string): unknown;
}

export interface NamedModels {
  readonly providers: readonly GatewayProvider[];
  /** Virtual models: groups, or single handles, by the name that clients use. */
  readonly routes?: { readonly [name: string]: unknown } | undefined;
  /** Further names of models: `{ "gpt-4": "openai/gpt-4.1" }`. */
  readonly aliases?: { readonly [name: string]: string } | undefined;
}

/** A model that is served under some name. */
export interface ServedModel {
  readonly handle: unknown;
  /** The models that may answer: one, or those of a route. */
  readonly targets: readonly [StartableModel, ...StartableModel[]];
}

export interface ModelNames {
  /** Throws `CapabilityError` ("unknown-model") with the nearest name, with the candidates, or with the successor. */
  find(name: string): ServedModel;
  /** Every listed model that is not retired, as `provider/model`, in order; the names of routes come first. */
  list(): readonly ListedName[];
}

export interface ListedName {
  readonly name: string;
  readonly targets: ServedModel["targets"];
}

export function createModelNames({ providers, routes = {}, aliases = {} }: NamedModels): ModelNames {
  const byId = new Map(providers.map((provider) => [provider.facts.id, provider]));
  const owners = ownersOf(providers);
  const routed = new Map(Object.entries(routes).map(([name, handle]) => [name, routeOf(name, handle)]));
  const names = (): string[] => [
    ...routed.keys(),
    ...Object.keys(aliases),
    ...[...owners].flatMap(([id, ids]) => [id, ...ids.map((provider) => `${provider}/${id}`)]),
  ];

  const qualified = (name: string): ServedModel | undefined => {
    const slash = name.indexOf("/");
    const provider = slash < 1 ? undefined : byId.get(name.slice(0, slash));
    return provider && modelOf(provider, name.slice(slash + 1));
  };
  const bare = (id: string): ServedModel | undefined => {
    const all = owners.get(id) ?? [];
    // Whoever made the model is meant where hosts have it, too.
    const makers = all.filter((owner) => byId.get(owner)?.facts.role === "lab");
    const [first, ...others] = makers.length === 1 ? makers : all;
    if (first === undefined) return undefined;
    if (others.length === 0) return modelOf(byId.get(first) as GatewayProvider, id);
    const candidates = [first, ...others].map((provider) => `${provider}/${id}`);
    throw unknown(id, `several providers have ${JSON.stringify(id)}: name one of ${candidates.join(", ")}`, candidates);
  };
  return {
    find(name) {
      const named = Object.hasOwn(aliases, name) ? (aliases[name] as string) : name;
      const found = routed.get(named) ?? qualified(named) ?? bare(named);
      if (found !== undefined) return found;
      const suggestions = suggestionsFor(name, names());
      throw unknown(name, `there is no model ${JSON.stringify(name)}${didYouMeanOneOf(suggestions)}`, suggestions);
    },
    list: () => [
      ...[...routed].map(([name, { targets }]) => ({ name, targets })),
      ...providers.flatMap(({ facts }) =>
        listed(facts).map(([modelId, model]) => ({
          name: `${facts.id}/${modelId}`,
          targets: [{ provider: facts, modelId, model }] satisfies ServedModel["targets"],
        })),
      ),
    ],
  };
}

/** Providers by the ids and aliases of their models. */
function ownersOf(providers: readonly GatewayProvider[]): Map<string, string[]> {
  const owners = new Map<string, string[]>();
  for (const { facts } of providers)
    for (const [id, model] of listed(facts))
      for (const name of [id, ...(model.aliases ?? [])]) {
        const known = owners.get(name);
        if (known === undefined) owners.set(name, [facts.id]);
        else if (!known.includes(facts.id)) known.push(facts.id);
      }
  return owners;
}

function listed({ models }: ProviderFacts): [string, ModelFacts][] {
  return Object.entries(models).filter(([, model]) => model.status !== "retired");
}

/** Undefined when the provider has no such model and takes none that it does not list. */
function modelOf(provider: GatewayProvider, id: string): ServedModel | undefined {
  const { facts } = provider;
  const found = findModel(facts, id);
  if (found?.model.status === "retired") throw unknown(id, wasRetired(id, found.model));
  if (found === undefined && facts.unknownModels === "reject") return undefined;
  const handle = provider.model(id) as { readonly id: string; readonly facts: ModelFacts };
  return { handle, targets: [{ provider: facts, modelId: handle.id, model: handle.facts }] };
}

function routeOf(name: string, handle: unknown): ServedModel {
  const behind = typeof handle === "object" && handle !== null && startable in handle ? handle[startable] : undefined;
  const [first, ...others] = (behind as Startable | undefined)?.models ?? [];
  if (first === undefined)
    throw new ModelwrightError("invalid-configuration", `the route ${JSON.stringify(name)} is no chat model or group`);
  return { handle, targets: [first, ...others] };
}

function unknown(name: string, message: string, suggestions: readonly string[] = []): CapabilityError {
  return new CapabilityError("unknown-model", message, { model: name, path: "model", suggestions });
}
