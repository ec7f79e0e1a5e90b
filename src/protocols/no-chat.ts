/** What rooms of providers without chat put where chat would be. */
import type { ProtocolId } from "../catalog/facts.js";
import { ModelwrightError } from "../errors.js";
import type { Protocol } from "./protocol.js";

type Chat = Pick<Protocol, "id" | "framing" | "encodeChat" | "decodeChat" | "createStreamDecoder">;

export function withoutChat(id: ProtocolId): Chat {
  const refuse = (): never => {
    throw new ModelwrightError("invalid-configuration", `${id} has no chat models`);
  };
  return { id, framing: "sse", encodeChat: refuse, decodeChat: refuse, createStreamDecoder: refuse };
}
