/** Answers `supports(...)` from the facts. */
import { accepted, assumeOf, inputModality, param, structuredOutputPath, tools } from "../catalog/capabilities.js";
import type { ModelFacts, ProviderFacts } from "../catalog/facts.js";
import type { Capability } from "../model/profile.js";

/** True when a request may use the capability. Unknown ones follow the provider's `assume`. */
export function supports(provider: ProviderFacts, model: ModelFacts, capability: Capability): boolean {
  const assume = assumeOf(provider, model);
  switch (capability) {
    case "image":
    case "pdf":
    case "audio":
    case "video":
      return accepted(inputModality(model, capability), assume);
    case "tools":
      return accepted(tools(model), assume);
    case "output":
      return structuredOutputPath(model, assume) !== undefined;
    case "reasoning":
      return model.reasoning === undefined ? accepted("unknown", assume) : model.reasoning.mode !== "none";
    default:
      return accepted(param(model, capability), assume);
  }
}
