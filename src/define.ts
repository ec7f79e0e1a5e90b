/** The door for generated provider modules and for providers defined in code. */
export {
  type AnyProvider,
  defineProvider,
  type ProviderDefinition,
  type ProviderLiteral,
} from "./client/define-provider.js";
