/** Finds the model that a name means: `provider/model`, an alias, or a bare id that only one provider has. */
import type { ProviderFacts } from "../catalog/facts.js";
import { findModel } from "../catalog/find-model.js";
import { didYouMean, didYouMeanOneOf, suggestionsFor } from "../catalog/nearest.js";
import { CapabilityError, ModelwrightError } from "../errors.js";
import type { Generation } from "./generation.js";

export interface NamedModel {
  readonly provider: ProviderFacts;
  /** As asked for, without the provider. */
  readonly model: string;
  /** The catalog lists it, under this id. */
  readonly listed: string | undefined;
}

/**
 * Throws "unknown-provider" or, for a bare id, "unknown-model", with the nearest name or the candidates. `listed`: also
 * for a model that its provider does not list.
 */
export function findNamed(
  { providers }: Generation,
  name: string,
  { listed = false }: { readonly listed?: boolean } = {},
): NamedModel {
  const slash = name.indexOf("/");
  const provider = slash < 1 ? undefined : providers.get(name.slice(0, slash));
  if (provider !== undefined) {
    const model = name.slice(slash + 1);
    const found = findModel(provider, model);
    if (found === undefined && listed) throw unlisted(name, Object.keys(provider.models), provider);
    return { provider, model, listed: found?.id };
  }
  const owners = [...providers.values()].flatMap((owner) => {
    const found = findModel(owner, name);
    return found === undefined ? [] : [{ provider: owner, model: name, listed: found.id }];
  });
  const [only, ...others] = owners;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined) {
    const candidates = owners.map((owner) => `${owner.provider.id}/${name}`);
    throw new CapabilityError(
      "unknown-model",
      `several providers have ${JSON.stringify(name)}: name one of ${candidates.join(", ")}`,
      { model: name, suggestions: candidates },
    );
  }
  if (slash > 0) {
    const id = name.slice(0, slash);
    const hint = didYouMean(id, providers.keys());
    throw new ModelwrightError("unknown-provider", `no provider ${JSON.stringify(id)}${hint}`, { provider: id });
  }
  const ids = [...providers.values()].flatMap((owner) => Object.keys(owner.models));
  throw unlisted(name, ids);
}

function unlisted(name: string, ids: readonly string[], provider?: ProviderFacts): CapabilityError {
  const suggestions = suggestionsFor(name.slice(name.indexOf("/") + 1), ids);
  return new CapabilityError(
    "unknown-model",
    `no catalog lists ${JSON.stringify(name)}${didYouMeanOneOf(suggestions)}`,
    { provider: provider?.id, model: name, suggestions, docs: provider?.docs },
  );
}
