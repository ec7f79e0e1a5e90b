/** Neutral reasoning controls as `thinkingConfig`. https://ai.google.dev/gemini-api/docs/thinking */
import type { Effort } from "../../catalog/facts.js";
import type { NeutralReasoning } from "../../chat/request.js";
import type { ChatCall } from "../protocol.js";
import type { WireThinkingConfig } from "./wire.js";

/** Undefined when the request leaves thinking to the model. */
export function encodeThinking(call: ChatCall): WireThinkingConfig | undefined {
  const { reasoning } = call.request;
  if (reasoning === undefined) return undefined;
  const config = {
    ...amountOf(reasoning, call),
    ...(reasoning.summary === undefined ? {} : { includeThoughts: reasoning.summary !== "none" }),
  };
  return Object.keys(config).length === 0 ? undefined : config;
}

function amountOf(reasoning: NeutralReasoning, call: ChatCall): WireThinkingConfig {
  switch (call.model.reasoning?.wire) {
    case "gemini-budget":
      return budgetOf(reasoning, call);
    case "gemini-level":
      return levelOf(reasoning, call);
    default:
      return unsupported(["effort", "budget", "enabled"], reasoning, call);
  }
}

function budgetOf(reasoning: NeutralReasoning, call: ChatCall): WireThinkingConfig {
  const bounds = call.model.reasoning?.budget;
  const { budget, enabled, effort } = reasoning;
  if (enabled === false || effort === "none") return { thinkingBudget: bounds?.off ?? 0 };
  unsupported(["effort"], reasoning, call);
  if (typeof budget === "number") return { thinkingBudget: budget };
  return budget === "auto" || enabled === true ? { thinkingBudget: bounds?.auto ?? -1 } : {};
}

function levelOf(reasoning: NeutralReasoning, call: ChatCall): WireThinkingConfig {
  const facts = call.model.reasoning?.effort;
  unsupported(["budget"], reasoning, call);
  const asked = reasoning.enabled === false ? "none" : reasoning.effort;
  if (asked === undefined || asked === "default") return {};
  const level: Effort = facts?.alias?.[asked] ?? (asked === "none" ? (facts?.off ?? asked) : asked);
  if (level === "none") return unsupported(["effort", "enabled"], reasoning, call);
  return { thinkingLevel: level };
}

function unsupported(
  controls: readonly ("effort" | "budget" | "enabled")[],
  reasoning: NeutralReasoning,
  call: ChatCall,
): Record<string, never> {
  for (const control of controls) {
    const from = reasoning[control];
    if (from === undefined || from === "default") continue;
    call.adjust({ path: `reasoning.${control}`, action: "dropped", reason: "the model has no such control", from });
  }
  return {};
}
