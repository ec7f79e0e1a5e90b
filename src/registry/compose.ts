/** Lays documents over the shipped facts, in order of their layers: the facts that hold, and where each was stated. */
import type { ModelFacts, ProviderFacts } from "../catalog/facts.js";
import type { JsonObject } from "../catalog/merge.js";
import { didYouMean } from "../catalog/nearest.js";
import { inheritableKeys } from "../catalog/schema-file.js";
import type { CatalogError } from "../errors.js";
import { applyToModel } from "./apply-model.js";
import { applyToProvider } from "./apply-provider.js";
import type { Consent, Layer, Question } from "./consent.js";
import type { OverlayDocument } from "./overlay-document.js";
import type { PlausibilityOptions } from "./plausibility.js";
import type { ModelStatement } from "./statement.js";

/** A document, and who brought it. */
export interface LayeredDocument {
  readonly layer: Layer;
  /** Name of the source. */
  readonly source: string;
  /** Code of the program itself: nothing in it needs consent. */
  readonly trusted: boolean;
  readonly document: OverlayDocument;
}

/** What one document says about one model, as far as it was applied. */
export interface AppliedStatement extends LayeredDocument {
  readonly statement: ModelStatement;
  /** `null`: it took the model away. */
  readonly applied: JsonObject | null;
}

export interface Composition {
  /** By provider id. */
  readonly providers: ReadonlyMap<string, ProviderFacts>;
  /** By `provider/model`, from the lowest layer up. */
  readonly statements: ReadonlyMap<string, readonly AppliedStatement[]>;
  readonly problems: readonly CatalogError[];
}

export interface ComposeOptions {
  readonly consent: Consent | undefined;
  readonly plausibility: PlausibilityOptions | false;
}

/** Documents come sorted by layer, the lowest first. What is wrong is left out and told; the rest is served. */
export function compose(
  shipped: ReadonlyMap<string, ProviderFacts>,
  documents: readonly LayeredDocument[],
  options: ComposeOptions,
): Composition {
  const providers = new Map<string, ProviderFacts>(shipped);
  const statements = new Map<string, AppliedStatement[]>();
  const problems: CatalogError[] = [];
  const changed = new Map<string, { [id: string]: ModelFacts }>();

  const modelsOf = (provider: ProviderFacts): { [id: string]: ModelFacts } => {
    let models = changed.get(provider.id);
    if (models === undefined) {
      // Ids may be any text, `__proto__` too.
      models = Object.assign(Object.create(null) as { [id: string]: ModelFacts }, provider.models);
      changed.set(provider.id, models);
    }
    return models;
  };
  const consentOf =
    ({ trusted, layer, source, document }: LayeredDocument, about: Pick<Question, "provider" | "model">) =>
    (question: Pick<Question, "kind" | "path" | "from" | "to">): boolean =>
      trusted || options.consent?.({ ...question, ...about, layer, source, document: document.name }) === true;

  const unknownProvider = (layered: LayeredDocument, provider: string): void => {
    const { document } = layered;
    const hint = didYouMean(provider, shipped.keys());
    const message = `no provider ${JSON.stringify(provider)} here: held back until there is one${hint}`;
    problems.push(document.error({ path: ["provider", "id"], message }));
  };

  for (const layered of documents) {
    const { document, trusted } = layered;
    problems.push(...document.problems);
    const absent = new Set<string>();
    for (const { provider, section } of document.providers) {
      const below = providers.get(provider);
      if (below === undefined) {
        absent.add(provider);
        continue;
      }
      const consents = consentOf(layered, { provider });
      const result = applyToProvider({ below, section, consents });
      problems.push(...result.problems.map((problem) => document.error(problem)));
      providers.set(provider, result.provider);
    }
    for (const statement of document.models) {
      const { provider, model: id, patch, path } = statement;
      const facts = providers.get(provider);
      if (facts === undefined) {
        absent.add(provider);
        continue;
      }
      const models = modelsOf(facts);
      const key = `${provider}/${id}`;
      const told = statements.get(key) ?? [];
      statements.set(key, told);
      if (patch === null) {
        delete models[id];
        told.push({ ...layered, statement, applied: null });
        continue;
      }
      const compiled = shipped.get(provider);
      const base = baseOf(patch, { provider, models, providers, changed });
      if (base === "unknown") {
        problems.push(document.error({ path: [...path, "base"], message: "names no model that is known here" }));
        continue;
      }
      const result = applyToModel({
        below: models[id],
        compiled: compiled && Object.hasOwn(compiled.models, id) ? compiled.models[id] : undefined,
        base,
        assume: { compiled: compiled?.assume ?? facts.assume, now: facts.assume },
        patch,
        plausibility: trusted ? false : options.plausibility,
        consents: consentOf(layered, { provider, model: id }),
      });
      const placed = (at: readonly (string | number)[]) => statement.paths?.[at.join(".")] ?? [...path, ...at];
      problems.push(...result.problems.map(({ path: at, message }) => document.error({ path: placed(at), message })));
      if (result.model === undefined) continue;
      models[id] = result.model;
      told.push({ ...layered, statement, applied: result.applied });
    }
    for (const provider of absent) unknownProvider(layered, provider);
  }
  for (const [id, models] of changed) {
    const provider = providers.get(id);
    if (provider !== undefined) providers.set(id, { ...provider, models });
  }
  return { providers, statements, problems };
}

interface Known {
  readonly provider: string;
  readonly models: { readonly [id: string]: ModelFacts };
  readonly providers: ReadonlyMap<string, ProviderFacts>;
  readonly changed: ReadonlyMap<string, { readonly [id: string]: ModelFacts }>;
}

/** What an entry with `base` inherits: of another provider's model only what catalog files inherit. */
function baseOf(
  { base }: JsonObject,
  { provider, models, providers, changed }: Known,
): JsonObject | undefined | "unknown" {
  if (typeof base !== "string") return undefined;
  const slash = base.indexOf("/");
  const from = base.startsWith("#") ? provider : base.slice(0, slash);
  const id = base.startsWith("#") ? base.slice(1) : base.slice(slash + 1);
  const all = from === provider ? models : (changed.get(from) ?? providers.get(from)?.models);
  const facts = all !== undefined && Object.hasOwn(all, id) ? all[id] : undefined;
  if (facts === undefined) return "unknown";
  const members = Object.entries(facts);
  if (from !== provider)
    return Object.fromEntries(members.filter(([key]) => (inheritableKeys as readonly string[]).includes(key)));
  const { aliases: _aliases, aliasOf: _aliasOf, wireId: _wireId, idPattern: _idPattern, ...rest } = facts;
  return rest as unknown as JsonObject;
}
