/** An audit trail in PostgreSQL: writers take turns, so that many processes make one chain. */
import type { PostgresConnection } from "../../storage/connections.js";
import { PostgresPool, type Row } from "../../storage/postgres.js";
import { type ChainEnd, emptyChain, linked } from "../chain.js";
import type { AuditEvent, AuditRecord, AuditSink } from "../record.js";

/**
 * What must be there before the trail is kept. Run it once. The service needs INSERT and SELECT only: without UPDATE
 * and DELETE it cannot rewrite the past.
 */
export const postgresAuditSchema = `
CREATE TABLE IF NOT EXISTS modelwright_audit (
  seq bigint PRIMARY KEY, at timestamptz NOT NULL, event text NOT NULL, prev text NOT NULL, hash text NOT NULL);
CREATE INDEX IF NOT EXISTS modelwright_audit_at ON modelwright_audit (at);
`;

/** Any number that nobody else locks. */
const turn = 4_862_108_231;

/** Needs the package `pg`, and the table of `postgresAuditSchema`. */
export function postgresAuditSink(options: PostgresConnection = {}): AuditSink {
  const missingTable = "the table is missing; run postgresAuditSchema";
  const pool = new PostgresPool({ name: "postgres audit sink", max: 2, missingTable }, options);
  return {
    name: "postgres",
    append: (events) =>
      pool.transaction(async (query) => {
        await query("SELECT pg_advisory_xact_lock($1)", [turn]);
        const [last] = await query("SELECT seq, hash FROM modelwright_audit ORDER BY seq DESC LIMIT 1");
        let end: ChainEnd = last === undefined ? emptyChain : { seq: Number(last.seq), hash: last.hash ?? "" };
        const records = events.map((event) => {
          const record = linked(end, event);
          end = record;
          return record;
        });
        await query(
          `INSERT INTO modelwright_audit (seq, at, event, prev, hash)
           SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::text[])`,
          [
            records.map(({ seq }) => seq),
            records.map(({ event }) => event.at),
            records.map(({ event }) => JSON.stringify(event)),
            records.map(({ prev }) => prev),
            records.map(({ hash }) => hash),
          ],
        );
      }),
    async *records() {
      for (let after = 0; ; ) {
        const text = "SELECT seq, event, prev, hash FROM modelwright_audit WHERE seq > $1 ORDER BY seq LIMIT 1000";
        const rows = await pool.query(text, [after]);
        for (const row of rows) yield recordOf(row);
        if (rows.length === 0) return;
        after = Number(rows.at(-1)?.seq);
      }
    },
    close: () => pool.close(),
  };
}

function recordOf({ seq, event, prev, hash }: Row): AuditRecord {
  return { seq: Number(seq), event: JSON.parse(event ?? "") as AuditEvent, prev: prev ?? "", hash: hash ?? "" };
}
