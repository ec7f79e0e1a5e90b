/** What the checks of a request share: the context, and how they read the request. */
import type { Answer } from "../catalog/capabilities.js";
import { type RuleSubject, reasoningState } from "../catalog/conditions.js";
import type { ToolChoiceMode } from "../catalog/facts.js";
import type { NeutralRequest, ToolChoice } from "../chat/request.js";
import type { ChatCall } from "../protocols/protocol.js";
import type { ClientOptions } from "./client-options.js";

/** What every check needs. */
export interface Check {
  readonly call: ChatCall;
  /** The name that sentences use. */
  readonly model: string;
  readonly outOfRange: NonNullable<ClientOptions["outOfRange"]>;
  /** Throws the sentence, unless the path was marked `unverified`. */
  readonly refuse: (sentence: string, path: string) => void;
  /** Whether a capability may be used. */
  readonly takes: (answer: Answer) => boolean;
}

/** The name that the catalog has for a tool choice. */
export function modeOf(choice: ToolChoice | undefined): ToolChoiceMode | undefined {
  return typeof choice === "object" ? "named" : choice;
}

/** What rules ask about. */
export function ruleSubject({ request, model, stream }: ChatCall): RuleSubject {
  const { reasoning } = request;
  return {
    reasoning: reasoningState(model, reasoning),
    effort: reasoning?.effort,
    stream,
    value: (name) => requestValue(request, name),
  };
}

/** A value of the request by the name that rules use for it. */
export function requestValue(request: NeutralRequest, name: string): unknown {
  if (Object.hasOwn(request.params, name)) return request.params[name];
  if (name === "effort" || name === "budget") return request.reasoning?.[name];
  if (name === "tools") return request.tools.length === 0 ? undefined : request.tools;
  if (name === "output" || name === "toolChoice" || name === "parallelTools" || name === "reasoning")
    return request[name];
  return undefined;
}
