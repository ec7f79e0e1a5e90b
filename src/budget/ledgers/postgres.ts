/** A ledger in PostgreSQL, for many processes: rows of accounts are locked while a hold looks for room. */
import type { PostgresConnection } from "../../storage/connections.js";
import { PostgresPool, type Row } from "../../storage/postgres.js";
import type { HoldOutcome, Ledger, Spend } from "../ledger.js";

/** What must be there before the ledger is used. Run it once. */
export const postgresLedgerSchema = `
CREATE TABLE IF NOT EXISTS modelwright_account (key text PRIMARY KEY, spent bigint NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS modelwright_hold (
  id text NOT NULL, account text NOT NULL REFERENCES modelwright_account, amount bigint NOT NULL,
  lost_after bigint NOT NULL, keep boolean NOT NULL, PRIMARY KEY (id, account));
CREATE INDEX IF NOT EXISTS modelwright_hold_account ON modelwright_hold (account);
CREATE TABLE IF NOT EXISTS modelwright_spend (
  id text PRIMARY KEY, at bigint NOT NULL, provider text NOT NULL, model text NOT NULL, tags jsonb NOT NULL,
  amount bigint NOT NULL, currency text NOT NULL, certainty text NOT NULL,
  input_tokens bigint NOT NULL, output_tokens bigint NOT NULL);
CREATE INDEX IF NOT EXISTS modelwright_spend_at ON modelwright_spend (at);
`;

/** Needs the package `pg`, and the tables of `postgresLedgerSchema`. */
export function postgresLedger(options: PostgresConnection = {}): Ledger {
  const missingTable = "tables are missing; run postgresLedgerSchema";
  const pool = new PostgresPool({ name: "postgres ledger", max: 10, missingTable }, options);
  return {
    name: "postgres",
    hold: ({ id, amount, accounts, at, lost }) =>
      pool.transaction(async (query): Promise<HoldOutcome> => {
        const keys = accounts.map(({ key }) => key).sort();
        await query("INSERT INTO modelwright_account (key) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING", [keys]);
        // Everybody locks in the same order: nobody waits for each other.
        await query("SELECT 1 FROM modelwright_account WHERE key = ANY($1) ORDER BY key FOR UPDATE", [keys]);
        const rows = await query(`${usedQuery} WHERE key = ANY($2)`, [at, keys]);
        const used = new Map(rows.map((row) => [row.key ?? "", BigInt(row.spent ?? 0) + BigInt(row.held ?? 0)]));
        for (const { key, limit } of accounts) {
          const sum = used.get(key) ?? 0n;
          if (sum + amount > limit) return { granted: false, account: key, used: sum };
        }
        await query(
          `INSERT INTO modelwright_hold (id, account, amount, lost_after, keep)
           SELECT $1, account, $2, $3, $4 FROM unnest($5::text[]) AS account`,
          [id, amount.toString(), lost.after, lost.outcome === "charge", keys],
        );
        return { granted: true };
      }),
    settle: (spend) =>
      pool.transaction(async (query) => {
        const inserted = await query(
          `INSERT INTO modelwright_spend VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING id`,
          [
            spend.id,
            spend.at,
            spend.provider,
            spend.model,
            spend.tags,
            spend.amount.toString(),
            spend.currency,
            spend.certainty,
            spend.inputTokens,
            spend.outputTokens,
          ],
        );
        if (inserted.length === 0) return [];
        const held = await query("SELECT account FROM modelwright_hold WHERE id = $1 ORDER BY account", [spend.id]);
        const keys = held.map(({ account }) => account);
        await query("SELECT 1 FROM modelwright_account WHERE key = ANY($1) ORDER BY key FOR UPDATE", [keys]);
        await query("DELETE FROM modelwright_hold WHERE id = $1", [spend.id]);
        const rows = await query(
          "UPDATE modelwright_account SET spent = spent + $1 WHERE key = ANY($2) RETURNING key, spent",
          [spend.amount.toString(), keys],
        );
        return rows.map(({ key, spent }) => {
          const after = BigInt(spent ?? 0);
          return { account: key ?? "", before: after - spend.amount, after };
        });
      }),
    async release(id) {
      await pool.query("DELETE FROM modelwright_hold WHERE id = $1", [id]);
    },
    async used(account, at) {
      const [row] = await pool.query(`${usedQuery} WHERE key = $2`, [at, account]);
      return { spent: BigInt(row?.spent ?? 0), held: BigInt(row?.held ?? 0) };
    },
    async *spends({ from, until, tags = {} } = {}) {
      let after: readonly [string, string] = ["-1", ""];
      for (;;) {
        const rows = await pool.query(
          `SELECT * FROM modelwright_spend WHERE (at, id) > ($1, $2) AND at >= $3 AND at < $4 AND tags @> $5
           ORDER BY at, id LIMIT 1000`,
          [after[0], after[1], from ?? 0, until ?? Number.MAX_SAFE_INTEGER, tags],
        );
        for (const row of rows) yield spendOf(row);
        const last = rows.at(-1);
        if (last === undefined) return;
        after = [last.at ?? "", last.id ?? ""];
      }
    },
    close: () => pool.close(),
  };
}

const usedQuery = `
SELECT key, spent, (SELECT coalesce(sum(amount), 0) FROM modelwright_hold
                    WHERE account = key AND (keep OR lost_after > $1)) AS held
FROM modelwright_account`;

function spendOf(row: Row): Spend {
  return {
    id: row.id ?? "",
    at: Number(row.at),
    provider: row.provider ?? "",
    model: row.model ?? "",
    // The driver parses JSON columns.
    tags: row.tags as unknown as Spend["tags"],
    amount: BigInt(row.amount ?? 0),
    currency: row.currency ?? "",
    certainty: row.certainty === "known" ? "known" : "estimated",
    inputTokens: Number(row.input_tokens),
    outputTokens: Number(row.output_tokens),
  };
}
