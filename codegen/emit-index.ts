/** `generated/index.ts`: which providers there are, without importing any of them. */
import type { ProviderPlan } from "./plan.js";
import { propertyKey, quote } from "./text.js";

/** Ids and lazy imports: a program that names no provider loads none. */
export function emitIndex(plans: readonly Pick<ProviderPlan, "id" | "file" | "constant">[]): string {
  const module = (file: string) => quote(`./${file}.js`);
  return [
    "/** The providers by id. */",
    "export interface Providers {",
    ...plans.map(
      ({ id, file, constant }) => `  readonly ${propertyKey(id)}: typeof import(${module(file)}).${constant};`,
    ),
    "}",
    "",
    "export type ProviderId = keyof Providers;",
    "",
    "/** Imports a provider by id, when it is first asked for. */",
    "export const providers: { readonly [Id in ProviderId]: () => Promise<Providers[Id]> } = {",
    ...plans.map(
      ({ id, file, constant }) =>
        `  ${propertyKey(id)}: () => import(${module(file)}).then((provider) => provider.${constant}),`,
    ),
    "};",
    "",
  ].join("\n");
}
