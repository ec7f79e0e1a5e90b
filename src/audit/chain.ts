/** The chain of hashes that makes a trail tamper-evident: how it is made, and how it is checked. */
import { createHash } from "node:crypto";
import type { AuditEvent, AuditRecord } from "./record.js";

/** The end of a trail so far. */
export interface ChainEnd {
  readonly seq: number;
  readonly hash: string;
}

export const emptyChain: ChainEnd = { seq: 0, hash: "0".repeat(64) };

export function linked({ seq, hash }: ChainEnd, event: AuditEvent): AuditRecord {
  return { seq: seq + 1, event, prev: hash, hash: hashOf(hash, seq + 1, JSON.stringify(event)) };
}

function hashOf(prev: string, seq: number, event: string): string {
  return createHash("sha256").update(`${prev}\n${seq}\n${event}`).digest("hex");
}

/** Whether a trail is whole; if not, where it breaks. */
export type Verdict =
  | { readonly intact: true; readonly end: ChainEnd }
  | { readonly intact: false; readonly seq: number; readonly reason: string };

/**
 * Walks a trail to its first fault. A trail that was cut at its end is intact by itself: compare `end` with one that
 * was noted elsewhere, or give that as `expected`.
 */
export async function verifyTrail(
  records: AsyncIterable<AuditRecord> | Iterable<AuditRecord>,
  expected?: ChainEnd,
): Promise<Verdict> {
  let end = emptyChain;
  for await (const record of records) {
    const reason = faultOf(record, end);
    if (reason !== undefined) return { intact: false, seq: end.seq + 1, reason };
    end = { seq: record.seq, hash: record.hash };
    if (expected?.seq === end.seq && expected.hash !== end.hash)
      return { intact: false, seq: end.seq, reason: "the record is not the one that was noted" };
  }
  if (expected !== undefined && expected.seq > end.seq)
    return { intact: false, seq: end.seq + 1, reason: `records up to ${expected.seq} are missing at the end` };
  return { intact: true, end };
}

function faultOf(record: AuditRecord, before: ChainEnd): string | undefined {
  if (record.seq !== before.seq + 1) return `a record is missing, added or moved: found number ${record.seq}`;
  if (record.prev !== before.hash) return "the record does not follow the one before it";
  if (record.hash !== hashOf(record.prev, record.seq, JSON.stringify(record.event))) return "the record was changed";
  return undefined;
}
