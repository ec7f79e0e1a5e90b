/** The words of the simulator's second opinion: what is inspected, and what a refusal says. */
import type { OpenaiChatDialect } from "../catalog/dialects/openai-chat.js";
import type { ChatProtocolId, ModelFacts, ProviderFacts } from "../catalog/facts.js";
import type { ErrorCode } from "../errors.js";
import type { ServedChat } from "../protocols/server.js";
import type { StoredTurn } from "./stored-turns.js";

/** A chat request under inspection. */
export interface Inspection {
  readonly protocol: ChatProtocolId;
  readonly provider: ProviderFacts;
  readonly modelId: string;
  readonly model: ModelFacts;
  readonly served: ServedChat;
  /** The kept answer that the request goes on from. */
  readonly previous?: StoredTurn | undefined;
}

/** Why a request is refused, in the words of its wire. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  /** The member at fault. */
  readonly param?: string | undefined;
}

export type Check = (inspection: Inspection) => Refusal | undefined;

/** A member that the model does not take. */
export function unsupported(param: string, why = "is not supported with this model"): Refusal {
  return { code: "unsupported", message: `Unsupported parameter: '${param}' ${why}.`, param };
}

/** A value that the model does not take. */
export function badValue(param: string, problem: string): Refusal {
  return { code: "invalid-request", message: `Invalid value for '${param}': ${problem}.`, param };
}

/** Whether an absent fact counts as accepted. */
export function assumesYes({ provider, model }: Pick<Inspection, "provider" | "model">): boolean {
  return (model.assume ?? provider.assume) === "permissive";
}

/** The OpenAI switches in force: a model's own over its provider's. */
export function chatDialect(provider: ProviderFacts, model: ModelFacts): OpenaiChatDialect {
  return { ...provider.dialect?.["openai-chat"], ...model.dialect?.["openai-chat"] };
}
