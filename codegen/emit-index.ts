/** `generated/index.ts`: which providers there are, without importing any of them. */
import type { ProviderPlan } from "./plan.js";
import { quote } from "./text.js";

/** Ids and lazy imports: a program that names no provider loads none. */
export function emitIndex(plans: readonly ProviderPlan[]): string {
  return [
    "/** Imports a provider by id, when it is first asked for. */",
    "export const providers = {",
    ...plans.map(
      ({ id, file, constant }) =>
        `  ${quote(id)}: () => import(${quote(`./${file}.js`)}).then((module) => module.${constant}),`,
    ),
    "} as const;",
    "",
    "export type ProviderId = keyof typeof providers;",
    "",
  ].join("\n");
}
