/** One provider's facts as a JavaScript module: one model per line, nothing typed, so that prices change no type. */
import { ContentNames } from "./identifier.js";
import type { ProviderPlan } from "./plan.js";
import type { Entries, PlannedFacts } from "./plan-data.js";
import { literal, objectLiteral, propertyKey, quote } from "./text.js";

/** The body of `<provider>.data.js`. */
export function emitData(plan: ProviderPlan): string {
  return dataModule(plan, "export const data = {");
}

/** The body of `<provider>.data.ts`: the same, for projects whose compiler has to copy it. It is not checked, so it costs none of the compiler's time. */
export function emitTypedData(plan: ProviderPlan, definePath: string): string {
  const head = ["// @ts-nocheck", `import type { ProviderData } from ${quote(definePath)};`, ""].join("\n");
  return head + dataModule(plan, "export const data: ProviderData = {");
}

function dataModule(plan: ProviderPlan, declaration: string): string {
  const constants = new Constants();
  const models = plan.modelFacts.map((model) => modelLine(model, constants));
  return [
    ...constants.lines(),
    declaration,
    `  provider: ${literal(plan.facts)},`,
    "  models: {",
    ...models.map((line) => `    ${line}`),
    "  },",
    "};",
    "",
  ].join("\n");
}

function modelLine({ id, shape, own }: PlannedFacts, constants: Constants): string {
  return `${propertyKey(id)}: [${constants.shape(shape)}, ${objectLiteral(own.map(([key, value]) => [key, literal(value)]))}],`;
}

/** Members of a shape that models of different shapes have in common; all of them can be long. */
const shared = ["features", "media", "modes", "params", "reasoning", "rules"];

/** The constants that models share: shapes, and the parts that shapes share. */
class Constants {
  private readonly names = new ContentNames();
  private readonly parts = new Map<string, string>();
  private readonly shapes = new Map<string, string>();

  shape(entries: Entries): string {
    const members = entries.map(([key, value]): [string, string] => [
      key,
      shared.includes(key) ? this.constant(key, literal(value)) : literal(value),
    ]);
    const text = objectLiteral(members);
    const name = this.names.name("shape", text);
    this.shapes.set(name, text);
    return name;
  }

  private constant(label: string, text: string): string {
    // Shorter than the name would be: `{}`.
    if (text.length < label.length) return text;
    const name = this.names.name(label, text);
    this.parts.set(name, text);
    return name;
  }

  /** One constant per line, in the order of their names; parts come before the shapes that use them. */
  lines(): string[] {
    return [this.parts, this.shapes].flatMap((constants) =>
      [...constants.keys()].sort().map((name) => `const ${name} = ${constants.get(name)};`),
    );
  }
}

/** The body of `<provider>.data.d.ts`: the same for every provider. */
export function emitDataTypes(definePath: string): string {
  return [
    `import type { ProviderData } from ${quote(definePath)};`,
    "export declare const data: ProviderData;",
    "",
  ].join("\n");
}
