/** The form in which a provider's facts are shipped: what models have in common is stated once. */
import type { ModelFacts, ProviderFacts } from "./facts.js";

/** Facts of one model alone: they change without changing any type. Everything else is in its shape. */
export const ownFacts = [
  "name",
  "aliases",
  "aliasOf",
  "wireId",
  "region",
  "idPattern",
  "status",
  "dates",
  "successor",
  "limits",
  "pricing",
  "rateLimits",
] as const satisfies readonly (keyof ModelFacts)[];

type OwnFacts = Pick<ModelFacts, (typeof ownFacts)[number]>;

/** What models of one shape share. */
export type ModelShape = Omit<ModelFacts, keyof OwnFacts>;

/** Without the facts that only those need who keep the catalog or choose from it: see the generator. */
export interface ProviderData {
  readonly provider: Omit<ProviderFacts, "models">;
  readonly models: { readonly [id: string]: readonly [shape: ModelShape, own: OwnFacts] };
}

/** The facts of one model, or undefined when `id` is not listed. */
function modelFacts(data: ProviderData, id: string): ModelFacts | undefined {
  if (!Object.hasOwn(data.models, id)) return undefined;
  const [shape, own] = data.models[id] as ProviderData["models"][string];
  return { ...shape, ...own };
}

/**
 * All facts of a provider.
 * @internal
 */
export function providerFacts(data: ProviderData): ProviderFacts {
  const models: { [id: string]: ModelFacts } = Object.create(null);
  for (const id of Object.keys(data.models)) models[id] = modelFacts(data, id) as ModelFacts;
  return { ...data.provider, models };
}
