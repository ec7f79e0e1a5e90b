/** Claude's rule for thinking while tools run: the turn that results continue must have begun with thinking. */
import type { ChatCall } from "./protocol.js";

export type BlockKind = "thinking" | "call" | "result" | "other";

export interface KindsOfMessage {
  readonly role: "user" | "assistant";
  readonly kinds: readonly BlockKind[];
}

/**
 * True when thinking by a budget would be refused: a loop of calls and results is one turn, which thinks from its first
 * message or not at all. That message lacks its thinking when another model made it, or when this one did not think.
 * https://platform.claude.com/docs/en/build-with-claude/extended-thinking
 */
export function cannotThink({ model }: Pick<ChatCall, "model">, messages: readonly KindsOfMessage[]): boolean {
  if (model.reasoning?.replay !== "required") return false;
  const asked = messages.findLastIndex(({ role, kinds }) => role === "user" && !kinds.includes("result"));
  const turn = messages.slice(asked + 1);
  return turn.some(({ kinds }) => kinds.includes("call")) && turn[0]?.kinds[0] !== "thinking";
}

/** Lists that the call goes without the thinking that was asked for. */
export function adjustThinking({ request, adjust }: ChatCall): void {
  adjust({
    path: "reasoning",
    action: "replaced",
    reason: "the turn in progress began without thinking of this model, so it goes on without",
    from: request.reasoning,
    to: { enabled: false },
  });
}
