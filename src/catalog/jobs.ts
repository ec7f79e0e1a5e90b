/** Which models are asked by jobs: submitted, and asked again until they are done. Pure. */
import type { ModelFacts, ProtocolId, ProviderFacts } from "./facts.js";

const jobProtocols: ReadonlySet<ProtocolId> = /*#__PURE__*/ new Set<ProtocolId>([
  "bfl-flux",
  "dashscope",
  "fal-queue",
  "replicate-predictions",
]);

/** True for films everywhere, and for every model of a protocol that knows nothing else. */
export function worksByJobs(provider: Pick<ProviderFacts, "protocol">, model: ModelFacts): boolean {
  return model.kind === "video" || jobProtocols.has(model.transport?.protocol ?? provider.protocol);
}
