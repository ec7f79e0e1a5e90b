/** Encodes the reasoning controls: members of the models' own requests, by the catalog's `reasoning.wire`. */

import type { ReasoningWire } from "../../catalog/facts.js";
import type { NeutralReasoning } from "../../chat/request.js";
import { objectOf } from "../lenient.js";
import type { ChatCall } from "../protocol.js";
import { adjustThinking, type BlockKind, cannotThink, type KindsOfMessage } from "../thinking-turn.js";
import type { WireBlock, WireMessage, WireObject } from "./wire.js";

export interface EncodedReasoning {
  /** Members of `additionalModelRequestFields`, by dotted path. */
  readonly fields: WireObject;
  /** The model will reason. */
  readonly on: boolean;
}

/** A request without reasoning controls sends none: the model's own default holds. */
export function encodeReasoning(call: ChatCall, messages: readonly WireMessage[]): EncodedReasoning {
  const { request, model } = call;
  const { mode, default: byDefault, wire } = model.reasoning ?? {};
  const always = mode === "always" || byDefault === "on";
  if (request.reasoning === undefined) return { fields: {}, on: always };
  const wanted = wish(request.reasoning);
  const on = wanted ?? (always ? true : undefined);
  const encode = (wire === undefined ? undefined : encoders[wire]) ?? anthropicThinking;
  const fields = encode(request.reasoning, { call, on });
  if (objectOf(fields.thinking)?.type !== "enabled" || !cannotThink(call, messages.map(kindsOf)))
    return { fields, on: on === true };
  adjustThinking(call);
  return { fields: { ...fields, thinking: { type: "disabled" } }, on: false };
}

function kindsOf({ role, content }: WireMessage): KindsOfMessage {
  return { role, kinds: content.map(kindOf) };
}

function kindOf(block: WireBlock): BlockKind {
  if ("reasoningContent" in block) return "thinking";
  if ("toolUse" in block) return "call";
  return "toolResult" in block ? "result" : "other";
}

/** What the request says about on and off; undefined when it does not. */
function wish({ enabled, effort, budget }: NeutralReasoning): boolean | undefined {
  if (enabled !== undefined) return enabled;
  if (effort !== undefined) return effort !== "none";
  return budget === undefined ? undefined : budget !== 0;
}

interface Context {
  readonly call: ChatCall;
  readonly on: boolean | undefined;
}

type Encoder = (reasoning: NeutralReasoning, context: Context) => WireObject;

const encoders: { readonly [W in ReasoningWire]?: Encoder } = {
  "bedrock-thinking": anthropicThinking,
  "bedrock-adaptive": anthropicThinking,
  "bedrock-nova": novaReasoning,
  "bedrock-effort": plainEffort,
};

/** Claude's own minimum. https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html */
const smallestBudget = 1024;

function anthropicThinking({ effort, budget, summary }: NeutralReasoning, { call, on }: Context): WireObject {
  const facts = call.model.reasoning;
  const level = effort === undefined || effort === "none" || effort === "default" ? undefined : effort;
  const config = level === undefined ? {} : { "output_config.effort": level };
  if (on === undefined) {
    if (summary !== undefined) drop(call, "reasoning.summary", "reasoning is not switched on");
    return config;
  }
  if (!on) return { ...config, thinking: { type: "disabled" } };
  const shown = summary === undefined ? {} : { display: summary === "none" ? "omitted" : "summarized" };
  if (typeof budget === "number") return { ...config, thinking: { type: "enabled", budget_tokens: budget, ...shown } };
  if (budget === "auto" || facts?.wire === "bedrock-adaptive" || facts?.adaptive === true)
    return { ...config, thinking: { type: "adaptive", ...shown } };
  const least = facts?.budget?.default ?? facts?.budget?.min ?? smallestBudget;
  call.adjust({ path: "reasoning.budget", action: "added", reason: "thinking needs a budget", to: least });
  return { ...config, thinking: { type: "enabled", budget_tokens: least, ...shown } };
}

/** https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html */
function novaReasoning({ effort, summary }: NeutralReasoning, { call, on }: Context): WireObject {
  if (summary !== undefined) drop(call, "reasoning.summary", "the model has no choice of what it shows");
  if (on === undefined) return {};
  if (!on) return { reasoningConfig: { type: "disabled" } };
  const level = effort === undefined || effort === "default" ? {} : { maxReasoningEffort: effort };
  return { reasoningConfig: { type: "enabled", ...level } };
}

/** gpt-oss and other models with OpenAI's own member. */
function plainEffort({ effort, summary }: NeutralReasoning, { call }: Context): WireObject {
  if (summary !== undefined) drop(call, "reasoning.summary", "the model has no choice of what it shows");
  return effort === undefined || effort === "default" ? {} : { reasoning_effort: effort };
}

function drop(call: ChatCall, path: string, reason: string): void {
  call.adjust({ path, action: "dropped", reason });
}
