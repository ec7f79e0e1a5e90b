/** What an audit trail keeps: who called which model when, with what outcome, and every change of the catalog. */

/** Who stands behind a call, from its tags. */
export interface AuditActor {
  readonly tenant?: string;
  readonly user?: string;
  /** Name of a gateway key, never the key. */
  readonly key?: string;
}

interface AuditEventBase {
  /** Unique. The records of one call share it. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly actor: AuditActor;
}

/** A call is about to be sent. Written first where calls without a trail are refused. */
export interface CallStarted extends AuditEventBase {
  readonly type: "call-started";
  readonly provider: string;
  readonly model: string;
  readonly generation?: string;
  readonly tags: { readonly [name: string]: string };
  /** Parameters that are numbers, switches or words. */
  readonly params: { readonly [name: string]: string | number | boolean };
  /** Only where content is kept. */
  readonly input?: unknown;
}

/** A call that ended, well or not. */
export interface CallEnded extends Omit<CallStarted, "type"> {
  readonly type: "call-ended";
  /** `cancelled`: nobody read the answer to its end. */
  readonly outcome: "completed" | "failed" | "cancelled";
  /** Of a failure. */
  readonly code?: string;
  readonly ms: number;
  readonly requestId?: string;
  readonly attempts: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Absent when unknown. */
  readonly cost?: { readonly amount: number; readonly currency: string };
  /** Only where content is kept. */
  readonly output?: unknown;
}

/** A change of the catalog that programs use. */
export interface CatalogChanged extends AuditEventBase {
  readonly type: "catalog-changed";
  readonly generation: string;
  /** Why it changed, as far as that was said. */
  readonly summary: string;
  /** What differs: `acme/large pricing.tokens.input: 2 -> 3`. */
  readonly changes?: readonly string[];
}

/** Somebody was not let in by a gateway. No model was asked. */
export interface EntryRefused extends AuditEventBase {
  readonly type: "entry-refused";
  readonly code: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Beginning of the SHA-256 hash of the key that was shown. Absent: none was. */
  readonly shown?: string;
  /** How many refusals before this one were not written down: strangers must not fill the trail. */
  readonly unwritten?: number;
}

/** What is written down. */
export type AuditEvent = CallStarted | CallEnded | CatalogChanged | EntryRefused;

/** An event in its place in a chain: changing, removing or reordering any line breaks the hashes after it. */
export interface AuditRecord {
  /** From 1, without gaps. */
  readonly seq: number;
  readonly event: AuditEvent;
  /** Of the record before; of the first one, 64 zeros. */
  readonly prev: string;
  /** SHA-256 over `prev`, `seq` and the event's JSON, in hexadecimal. */
  readonly hash: string;
}

/** Where a trail is kept. `append` resolves when the events are safe; throws a `ModelwrightError`. */
export interface AuditSink {
  /** For messages. No address, no credentials. */
  readonly name: string;
  append(events: readonly AuditEvent[]): Promise<void>;
  records(): AsyncIterable<AuditRecord>;
  close(): Promise<void>;
}
