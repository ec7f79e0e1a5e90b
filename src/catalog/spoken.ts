/** Which protocols a model is spoken to by. */
import type { ModelFacts, ProtocolId, ProviderFacts } from "./facts.js";

/** Its own, and that of requests with built-in tools, where it is another. */
export function protocolsOf(
  provider: Pick<ProviderFacts, "protocol">,
  { transport }: Pick<ModelFacts, "transport">,
): readonly ProtocolId[] {
  const own = transport?.protocol ?? provider.protocol;
  return transport?.builtinTools === undefined ? [own] : [own, transport.builtinTools];
}
