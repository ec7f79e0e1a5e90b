/** Encodes the reasoning controls: `thinking`, and `effort` of `output_config`. */
import type { NeutralReasoning } from "../../chat/request.js";
import type { ChatCall } from "../protocol.js";
import { adjustThinking, type BlockKind, cannotThink, type KindsOfMessage } from "../thinking-turn.js";
import type { WireMessage, WireThinkingConfig, WireThinkingDisplay } from "./wire.js";

/** The API's own minimum. https://docs.claude.com/en/docs/build-with-claude/extended-thinking */
const smallestBudget = 1024;

export interface EncodedReasoning {
  readonly thinking?: WireThinkingConfig | undefined;
  readonly effort?: string | undefined;
}

/** A request without reasoning controls sends none: the model's own default holds. */
export function encodeReasoning(call: ChatCall, messages: readonly WireMessage[]): EncodedReasoning {
  const { reasoning } = call.request;
  if (reasoning === undefined) return {};
  const { effort } = reasoning;
  const thinking = thinkingConfig(reasoning, call);
  const impossible = thinking?.type === "enabled" && cannotThink(call, messages.flatMap(kindsOf));
  if (impossible) adjustThinking(call);
  return {
    thinking: impossible ? { type: "disabled" } : thinking,
    effort: effort === "none" || effort === "default" ? undefined : effort,
  };
}

const kinds: { readonly [type: string]: BlockKind } = {
  thinking: "thinking",
  redacted_thinking: "thinking",
  tool_use: "call",
  tool_result: "result",
};

function kindsOf({ role, content }: WireMessage): readonly KindsOfMessage[] {
  if (role === "system") return [];
  return [{ role, kinds: content.map(({ type }) => (Object.hasOwn(kinds, type) ? kinds[type]! : "other")) }];
}

function thinkingConfig(reasoning: NeutralReasoning, call: ChatCall): WireThinkingConfig | undefined {
  const on = wanted(reasoning) ?? alwaysOn(call);
  if (on === false) return { type: "disabled" };
  const display = displayOf(reasoning, call);
  if (on === undefined) {
    if (display !== undefined) drop(call, "reasoning.summary", "reasoning is not switched on");
    return undefined;
  }
  const shown = display === undefined ? {} : { display };
  if (typeof reasoning.budget === "number") return { type: "enabled", budget_tokens: reasoning.budget, ...shown };
  const facts = call.model.reasoning;
  if (reasoning.budget === "auto" || facts?.wire === "anthropic-adaptive" || facts?.adaptive === true)
    return { type: "adaptive", ...shown };
  const budget = facts?.budget?.default ?? facts?.budget?.min ?? smallestBudget;
  call.adjust({ path: "reasoning.budget", action: "added", reason: "thinking needs a budget", to: budget });
  return { type: "enabled", budget_tokens: budget, ...shown };
}

/** What the request says about on and off; undefined when it does not. */
function wanted({ enabled, effort, budget }: NeutralReasoning): boolean | undefined {
  if (enabled !== undefined) return enabled;
  if (effort !== undefined) return effort !== "none";
  return budget === undefined ? undefined : budget !== 0;
}

function alwaysOn({ model }: ChatCall): true | undefined {
  const { mode, default: byDefault } = model.reasoning ?? {};
  return mode === "always" || byDefault === "on" ? true : undefined;
}

function displayOf({ summary }: NeutralReasoning, call: ChatCall): WireThinkingDisplay | undefined {
  if (summary === undefined) return undefined;
  if (summary === "none") return "omitted";
  if (summary !== "auto")
    call.adjust({
      path: "reasoning.summary",
      action: "replaced",
      reason: "the Messages API has one length of summary",
      from: summary,
      to: "auto",
    });
  return "summarized";
}

function drop(call: ChatCall, path: string, reason: string): void {
  call.adjust({ path, action: "dropped", reason });
}
