/** Finds records of a trail: by time, actor, model and outcome. */
import type { AuditRecord, AuditSink, CallEnded } from "./record.js";

/** Which records are exported. */
export interface AuditFilter {
  /** Milliseconds since the epoch, inclusive. */
  readonly from?: number | undefined;
  /** Exclusive. */
  readonly until?: number | undefined;
  /** `provider/model`. */
  readonly model?: string | undefined;
  readonly tenant?: string | undefined;
  readonly user?: string | undefined;
  readonly outcome?: CallEnded["outcome"] | undefined;
}

/** The records that match, in the order of the trail. They keep their hashes, so that each can be found again in it. */
export async function* exportTrail(
  sink: Pick<AuditSink, "records">,
  filter: AuditFilter = {},
): AsyncIterable<AuditRecord> {
  for await (const record of sink.records()) if (matches(record, filter)) yield record;
}

function matches({ event }: AuditRecord, { from, until, model, tenant, user, outcome }: AuditFilter): boolean {
  const at = Date.parse(event.at);
  if (from !== undefined && at < from) return false;
  if (until !== undefined && at >= until) return false;
  if (tenant !== undefined && event.actor.tenant !== tenant) return false;
  if (user !== undefined && event.actor.user !== user) return false;
  if (model !== undefined && (!("model" in event) || `${event.provider}/${event.model}` !== model)) return false;
  return outcome === undefined || (event.type === "call-ended" && event.outcome === outcome);
}
