/** An audit trail in memory, for tests and for forwarding by hand. */
import { emptyChain, linked } from "../chain.js";
import type { AuditRecord, AuditSink } from "../record.js";

/** A trail of this process alone: for tests. */
export function memoryAuditSink(): AuditSink {
  const records: AuditRecord[] = [];
  return {
    name: "memory",
    async append(events) {
      for (const event of events) records.push(linked(records.at(-1) ?? emptyChain, event));
    },
    async *records() {
      yield* [...records];
    },
    close: async () => {},
  };
}
