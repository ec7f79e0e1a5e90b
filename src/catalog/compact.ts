/** The form in which a provider's facts are shipped: what models have in common is stated once. */
import type { ModelFacts, ProviderFacts } from "./facts.js";

/** Facts that change without changing any type. They stand beside the model; everything else is in its shape. */
export const volatileFacts = [
  "name",
  "family",
  "aliases",
  "aliasOf",
  "wireId",
  "status",
  "dates",
  "successor",
  "openWeights",
  "limits",
  "pricing",
  "rateLimits",
] as const satisfies readonly (keyof ModelFacts)[];

type VolatileFacts = Pick<ModelFacts, (typeof volatileFacts)[number]>;

/** What models of one shape share. */
export type ModelShape = Omit<ModelFacts, keyof VolatileFacts>;

export interface ProviderData {
  readonly provider: Omit<ProviderFacts, "models">;
  /** By content hash, so that a new shape does not rename the others. */
  readonly shapes: { readonly [hash: string]: ModelShape };
  readonly models: { readonly [id: string]: readonly [shape: string, facts: VolatileFacts] };
}

/** The facts of one model, or undefined when `id` is not listed. */
export function modelFacts(data: ProviderData, id: string): ModelFacts | undefined {
  if (!Object.hasOwn(data.models, id)) return undefined;
  const [hash, facts] = data.models[id] as ProviderData["models"][string];
  return { ...(data.shapes[hash] as ModelShape), ...facts };
}

/** All facts of a provider. */
export function providerFacts(data: ProviderData): ProviderFacts {
  const models: { [id: string]: ModelFacts } = Object.create(null);
  for (const id of Object.keys(data.models)) models[id] = modelFacts(data, id) as ModelFacts;
  return { ...data.provider, models };
}
