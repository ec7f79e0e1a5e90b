/** Ids of tool calls as the Responses API takes them: unique in the history and at most 64 characters. */
import type { ChatCall } from "../protocol.js";

/** https://platform.openai.com/docs/api-reference/responses/create: `call_id` of a function call. */
const maxLength = 64;

/** Ids made by other providers are rewritten, each time to the same: it depends on what came before only. */
export class ToolCallIds {
  private readonly adjust: ChatCall["adjust"];
  /** Wire id of the latest call with a history id: some providers count from zero in every answer. */
  private readonly latest = new Map<string, string>();
  private readonly used = new Set<string>();

  constructor(adjust: ChatCall["adjust"]) {
    this.adjust = adjust;
  }

  /** The id for a call of the assistant. */
  call(id: string, path: string): string {
    const fits = id !== "" && id.length <= maxLength && !this.used.has(id);
    const wire = fits ? id : `call_${this.used.size}_${id.slice(-32)}`;
    this.used.add(wire);
    this.latest.set(id, wire);
    if (wire !== id)
      this.adjust({
        path,
        action: "rewritten",
        reason: `ids of tool calls are unique and of 1 to ${maxLength} characters`,
        from: id,
        to: wire,
      });
    return wire;
  }

  /** The id for a result: that of the latest call with this id, or a call that the provider keeps. */
  result(id: string): string {
    return this.latest.get(id) ?? id;
  }
}
