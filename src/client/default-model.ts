/** The model of calls that name none: of the environment, else of the catalog. */
import type { ProviderFacts } from "../catalog/facts.js";
import { ModelwrightError } from "../errors.js";
import { firstSet, processEnvironment } from "./environment.js";

/** The model of calls that name none, and the environment name that chose it. */
export interface DefaultModel {
  readonly id: string;
  readonly from?: string;
}

const words: ReadonlySet<string> = /*#__PURE__*/ new Set(["", "auto", "default", "provider_default"]);

/** What programs write where they leave the choice to the provider; a model of that name comes first. */
export function isDefaultWord(id: string): boolean {
  return words.has(id);
}

/** Environment name of the model that stands in for the default of every provider without a name of its own there. */
const genericName = "AI_MODEL";

const ownName = ({ id }: ProviderFacts): string => `${id.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_")}_MODEL`;

/** The provider's own environment name, then the one for all, then the catalog. */
export function defaultModel(
  facts: ProviderFacts,
  environment: { readonly [name: string]: string | undefined } = processEnvironment(),
): DefaultModel | undefined {
  for (const from of [ownName(facts), genericName]) {
    const id = firstSet(environment, [from]);
    if (id !== undefined) return { id, from };
  }
  return facts.defaultModel === undefined ? undefined : { id: facts.defaultModel };
}

/** Throws "invalid-configuration": nothing names a model. */
export function lacksDefault(facts: ProviderFacts): never {
  const names = `${ownName(facts)} or ${genericName}`;
  throw new ModelwrightError("invalid-configuration", `${facts.id} has no default model: name one, or set ${names}`);
}
