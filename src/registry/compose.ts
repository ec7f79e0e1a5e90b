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
  const composer = new Composer(shipped, options);
  for (const layered of documents) composer.add(layered);
  return composer.composition();
}

type Models = { [id: string]: ModelFacts };

class Composer {
  private readonly shipped: ReadonlyMap<string, ProviderFacts>;
  private readonly options: ComposeOptions;
  private readonly providers: Map<string, ProviderFacts>;
  private readonly statements = new Map<string, AppliedStatement[]>();
  private readonly problems: CatalogError[] = [];
  /** Providers that are switched off. */
  private readonly disabled = new Set<string>();
  /** Models of the providers of which some model was changed. */
  private readonly changed = new Map<string, Models>();

  constructor(shipped: ReadonlyMap<string, ProviderFacts>, options: ComposeOptions) {
    this.shipped = shipped;
    this.options = options;
    this.providers = new Map(shipped);
  }

  composition(): Composition {
    const { statements, problems } = this;
    for (const [id, models] of this.changed) {
      const provider = this.providers.get(id);
      if (provider !== undefined) this.providers.set(id, { ...provider, models });
    }
    for (const id of this.disabled) this.providers.delete(id);
    return { providers: this.providers, statements, problems };
  }

  /** Providers first, then their models. */
  add(layered: LayeredDocument): void {
    const { document } = layered;
    this.problems.push(...document.problems);
    const absent = new Set<string>();
    for (const { provider, section } of document.providers) {
      const below = this.providers.get(provider);
      if (below === undefined) absent.add(provider);
      else this.applyToProvider(layered, below, section);
    }
    for (const statement of document.models) {
      const provider = this.providers.get(statement.provider);
      if (provider === undefined) absent.add(statement.provider);
      else this.applyToModel(layered, provider, statement);
    }
    for (const id of absent) {
      const hint = didYouMean(id, this.shipped.keys());
      const message = `no provider ${JSON.stringify(id)} here: held back until there is one${hint}`;
      this.problems.push(document.error({ path: ["provider", "id"], message }));
    }
  }

  private applyToProvider(layered: LayeredDocument, below: ProviderFacts, stated: JsonObject): void {
    const { enabled, ...section } = stated;
    if (enabled === false) this.disabled.add(below.id);
    else if (enabled === true) this.disabled.delete(below.id);
    const consents = this.consentTo(layered, { provider: below.id });
    const { provider, problems } = applyToProvider({ below, section, consents });
    this.problems.push(...problems.map((problem) => layered.document.error(problem)));
    this.providers.set(below.id, provider);
  }

  private applyToModel(layered: LayeredDocument, provider: ProviderFacts, statement: ModelStatement): void {
    const { document, trusted } = layered;
    const { model: id, patch, path } = statement;
    const models = this.modelsOf(provider);
    const applied = (applies: JsonObject | null) => {
      const key = `${provider.id}/${id}`;
      const told = this.statements.get(key) ?? [];
      this.statements.set(key, [...told, { ...layered, statement, applied: applies }]);
    };
    if (patch === null) {
      delete models[id];
      applied(null);
      return;
    }
    const base = baseOf(patch, { provider: provider.id, models, providers: this.providers, changed: this.changed });
    if (base === "unknown") {
      this.problems.push(document.error({ path: [...path, "base"], message: "names no model that is known here" }));
      return;
    }
    const compiled = this.shipped.get(provider.id);
    const result = applyToModel({
      below: models[id],
      compiled: compiled && Object.hasOwn(compiled.models, id) ? compiled.models[id] : undefined,
      base,
      assume: { compiled: compiled?.assume ?? provider.assume, now: provider.assume },
      patch,
      plausibility: trusted ? false : this.options.plausibility,
      consents: this.consentTo(layered, { provider: provider.id, model: id }),
    });
    const placed = (at: readonly (string | number)[]) => statement.paths?.[at.join(".")] ?? [...path, ...at];
    this.problems.push(
      ...result.problems.map(({ path: at, message }) => document.error({ path: placed(at), message })),
    );
    if (result.model === undefined) return;
    models[id] = result.model;
    applied(result.applied);
  }

  private modelsOf(provider: ProviderFacts): Models {
    let models = this.changed.get(provider.id);
    if (models === undefined) {
      // Ids may be any text, `__proto__` too.
      models = Object.assign(Object.create(null) as Models, provider.models);
      this.changed.set(provider.id, models);
    }
    return models;
  }

  private consentTo(
    { trusted, layer, source, document }: LayeredDocument,
    about: Pick<Question, "provider" | "model">,
  ): (question: Pick<Question, "kind" | "path" | "from" | "to">) => boolean {
    const { consent } = this.options;
    return (question) =>
      trusted || consent?.({ ...question, ...about, layer, source, document: document.name }) === true;
  }
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
