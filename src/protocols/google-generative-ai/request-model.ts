/** The resource path of a model. */
import type { ModelFacts } from "../../catalog/facts.js";

/** `/models/{id}`, or what the catalog states for this model (`/tunedModels/{id}`). Operations follow after a colon. */
export function resourcePath({ model, modelId }: { readonly model: ModelFacts; readonly modelId: string }): string {
  return model.transport?.path ?? `/models/${encodeURIComponent(model.wireId ?? modelId)}`;
}
