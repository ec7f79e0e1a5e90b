/** Ids of tool calls as the Messages API takes them: unique in the history, of a limited alphabet. */
import type { ChatCall } from "../protocol.js";

const allowed = /^[a-zA-Z0-9_-]+$/;

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
    let wire = allowed.test(id) ? id : id.replace(/[^a-zA-Z0-9_-]/g, "_") || "call";
    while (this.used.has(wire)) wire += "_";
    this.used.add(wire);
    this.latest.set(id, wire);
    if (wire !== id)
      this.adjust({
        path: `${path}.id`,
        action: "rewritten",
        reason: "ids of tool calls are unique and of letters, digits, _ and -",
        from: id,
        to: wire,
      });
    return wire;
  }

  /** The id for a result: that of the latest call with this id. */
  result(id: string, path: string): string {
    return this.latest.get(id) ?? this.call(id, path);
  }
}
