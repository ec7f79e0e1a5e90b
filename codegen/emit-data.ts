/** One provider's facts as a JavaScript module: one model per line, nothing typed, so that prices change no type. */
import type { ProviderPlan } from "./plan.js";
import { literal, propertyKey, quote } from "./text.js";

/** The body of `<provider>.data.js`. */
export function emitData(plan: ProviderPlan): string {
  const { provider, shapes, models } = plan.data;
  return [
    "export const data = {",
    `  provider: ${literal(provider)},`,
    "  shapes: {",
    ...Object.entries(shapes).map(([hash, shape]) => `    ${quote(hash)}: ${literal(shape)},`),
    "  },",
    "  models: {",
    ...Object.entries(models).map(
      ([id, [shape, facts]]) => `    ${propertyKey(id)}: [${quote(shape)}, ${literal(facts)}],`,
    ),
    "  },",
    "};",
    "",
  ].join("\n");
}

/** The body of `<provider>.data.d.ts`: the same for every provider. */
export function emitDataTypes(definePath: string): string {
  return [
    `import type { ProviderData } from ${quote(definePath)};`,
    "export declare const data: ProviderData;",
    "",
  ].join("\n");
}
