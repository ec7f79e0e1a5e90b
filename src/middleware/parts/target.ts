/** What policies keep apart: one model at one place, asked with one key. */
import type { ModelCall } from "../../client/handler.js";

export interface TargetKey {
  /** `provider/model`. */
  readonly target: string;
  /** A name for the key that does not tell it. */
  readonly credential: string;
  /** Where the requests go, and so the region too. */
  readonly origin: string;
}

/** @internal */
export function targetOf({ provider, modelId, model, connection }: ModelCall): TargetKey {
  return {
    target: `${provider.id}/${modelId}`,
    credential: connection.credential(),
    origin: connection.baseURL(model.transport?.baseURL).origin,
  };
}

/** @internal */
export function textOf({ target, credential, origin }: TargetKey): string {
  return `${target} ${credential} ${origin}`;
}
