/** Ids of tool calls for wires that take only letters, digits, _ and -, each once in the history. */
import type { ChatCall } from "./protocol.js";

const allowed = /^[a-zA-Z0-9_-]+$/;

/** Ids made by other providers are rewritten, each time to the same: it depends on what came before only. */
export class ToolCallIds {
  private readonly adjust: ChatCall["adjust"];
  private readonly maxLength: number;
  /** Wire id of the latest call with a history id: some providers count from zero in every answer. */
  private readonly latest = new Map<string, string>();
  private readonly used = new Set<string>();

  constructor(adjust: ChatCall["adjust"], maxLength = Number.POSITIVE_INFINITY) {
    this.adjust = adjust;
    this.maxLength = maxLength;
  }

  /** The id for a call of the assistant. */
  call(id: string, path: string): string {
    const plain = allowed.test(id) ? id : id.replace(/[^a-zA-Z0-9_-]/g, "_") || "call";
    let wire = plain.slice(0, this.maxLength);
    for (let n = 1; this.used.has(wire); n++) {
      const suffix = "_".repeat(n);
      wire = plain.slice(0, this.maxLength - n) + suffix;
    }
    this.used.add(wire);
    this.latest.set(id, wire);
    if (wire !== id)
      this.adjust({
        path: `${path}.id`,
        action: "rewritten",
        reason: `ids of tool calls are unique and of ${this.lengthWords}letters, digits, _ and -`,
        from: id,
        to: wire,
      });
    return wire;
  }

  private get lengthWords(): string {
    return Number.isFinite(this.maxLength) ? `at most ${this.maxLength} ` : "";
  }

  /** The id for a result: that of the latest call with this id. */
  result(id: string, path: string): string {
    return this.latest.get(id) ?? this.call(id, path);
  }
}
