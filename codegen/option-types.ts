/** Parameters of the catalog as options of a request: which a model has, and the types of their values. */
import { type Assume, accepted, paramConstraint } from "../src/catalog/capabilities.js";
import type { ModelFacts, ParamBounds } from "../src/catalog/facts.js";
import { quote } from "./text.js";

/** An option of a profile and the type of its values. */
export interface OptionType {
  readonly name: string;
  readonly type: string;
}

/** Those of the options that the model has, with the values that it takes. */
export function enumTypes(model: ModelFacts, names: readonly string[], assume: Assume): OptionType[] {
  return names.flatMap((name) => optionType(name, enumType(model, name, assume)));
}

/** Options of the provider's own: parameters that have no neutral name. */
export function ownOptionTypes(model: ModelFacts, known: readonly string[]): OptionType[] {
  const own = Object.keys(model.params).filter((name) => !known.includes(name) && model.params[name] !== false);
  return own.sort().flatMap((name) => optionType(name, valueType(paramConstraint(model, name))));
}

function optionType(name: string, type: string | undefined): OptionType[] {
  return type === undefined ? [] : [{ name, type }];
}

function enumType(model: ModelFacts, name: string, assume: Assume): string | undefined {
  const constraint = paramConstraint(model, name);
  if (constraint === undefined) return accepted("unknown", assume) ? "string" : undefined;
  return constraint === false ? undefined : valueType(constraint);
}

function valueType(constraint: boolean | ParamBounds | undefined): string {
  if (typeof constraint !== "object") return "unknown";
  if (constraint.const !== undefined) return literalType(constraint.const);
  if (constraint.enum !== undefined) {
    const values = constraint.enum.map(literalType).join(" | ");
    return constraint.open === true || constraint.size !== undefined ? `${values} | OpenString` : values;
  }
  const types: { readonly [type: string]: string } = {
    integer: "number",
    array: "readonly unknown[]",
    object: "object",
  };
  const type = constraint.type ?? (constraint.min === undefined && constraint.max === undefined ? "unknown" : "number");
  return types[type] ?? type;
}

function literalType(value: string | number | boolean): string {
  return typeof value === "string" ? quote(value) : String(value);
}
