/** `defineProvider` for people: a provider written in code, typed from the literal. */
import type { LiteralModels, TypedProviderLiteral } from "../model/literal.js";
import type { Protocol, ProtocolDoor } from "../protocols/protocol.js";
import type { Cloud } from "../transport/cloud.js";
import type { ClientOptions } from "./client-options.js";
import { defineProvider as createProvider } from "./define-provider.js";
import type { Provider } from "./provider.js";

/** A provider written in code: facts as in a catalog file, and the rooms of the protocols they name. */
export interface TypedDefinition<Facts extends TypedProviderLiteral> {
  /** The first is the default. */
  readonly protocols: readonly [Protocol | ProtocolDoor, ...(Protocol | ProtocolDoor)[]];
  readonly facts: Facts;
  /** `aws` from `modelwright/define`, for providers that want signed requests or send its binary streams. */
  readonly cloud?: Cloud | undefined;
}

/**
 * A typed provider without generation. What the literal leaves out is unknown, and allowed unless it says
 * `assume: "strict"`.
 */
export function defineProvider<const Facts extends TypedProviderLiteral>(
  definition: TypedDefinition<Facts>,
  options: ClientOptions = {},
): Provider<LiteralModels<Facts>> {
  return createProvider(definition, options) as unknown as Provider<LiteralModels<Facts>>;
}
