/** A ledger in PostgreSQL, for many processes: rows of accounts are locked while a hold looks for room. */
import type { Pool, PoolClient, PoolConfig } from "pg";
import { isModelwrightError, ModelwrightError } from "../../errors.js";
import type { HoldOutcome, Ledger, Spend } from "../ledger.js";

export interface PostgresLedgerOptions {
  /** As in `postgres://user:password@host/database`. Absent: the usual `PG…` environment variables. */
  readonly connectionString?: string;
  /** What `Pool` of `pg` takes besides: TLS, time-outs. */
  readonly config?: { readonly [option: string]: unknown };
}

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

interface Row {
  readonly [column: string]: string;
}

/** Needs the package `pg`, and the tables of `postgresLedgerSchema`. */
export function postgresLedger(options: PostgresLedgerOptions = {}): Ledger {
  const config: PoolConfig = {
    max: 10,
    connectionTimeoutMillis: 30_000,
    allowExitOnIdle: true,
    ...(options.connectionString === undefined ? {} : { connectionString: options.connectionString }),
    ...options.config,
  };
  let pool: Promise<Pool> | undefined;
  const connected = (): Promise<Pool> => {
    pool ??= loadDriver().then((pg) => {
      const opened = new pg.Pool(config);
      // An idle connection that breaks is replaced by the next query.
      opened.on("error", () => {});
      return opened;
    });
    return pool;
  };
  const query = async (text: string, values: readonly unknown[]): Promise<readonly Row[]> => {
    try {
      return (await (await connected()).query<Row>(text, [...values])).rows;
    } catch (cause) {
      throw failure(cause);
    }
  };
  const transaction = async <Value>(work: (client: PoolClient) => Promise<Value>): Promise<Value> => {
    let client: PoolClient | undefined;
    try {
      client = await (await connected()).connect();
      await client.query("BEGIN");
      const value = await work(client);
      await client.query("COMMIT");
      client.release();
      return value;
    } catch (cause) {
      // A connection that failed is thrown away, and its transaction with it.
      client?.release(true);
      throw failure(cause);
    }
  };
  return {
    name: "postgres",
    hold: ({ id, amount, accounts, at, lost }) =>
      transaction(async (client): Promise<HoldOutcome> => {
        const keys = accounts.map(({ key }) => key).sort();
        await client.query("INSERT INTO modelwright_account (key) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING", [
          keys,
        ]);
        // Everybody locks in the same order: nobody waits for each other.
        await client.query("SELECT 1 FROM modelwright_account WHERE key = ANY($1) ORDER BY key FOR UPDATE", [keys]);
        const { rows } = await client.query<Row>(`${usedQuery} WHERE key = ANY($2)`, [at, keys]);
        const used = new Map(rows.map((row) => [row.key ?? "", BigInt(row.spent ?? 0) + BigInt(row.held ?? 0)]));
        for (const { key, limit } of accounts) {
          const sum = used.get(key) ?? 0n;
          if (sum + amount > limit) return { granted: false, account: key, used: sum };
        }
        await client.query(
          `INSERT INTO modelwright_hold (id, account, amount, lost_after, keep)
           SELECT $1, account, $2, $3, $4 FROM unnest($5::text[]) AS account`,
          [id, amount.toString(), lost.after, lost.outcome === "charge", keys],
        );
        return { granted: true };
      }),
    settle: (spend) =>
      transaction(async (client) => {
        const inserted = await client.query(
          `INSERT INTO modelwright_spend VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
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
        if (inserted.rowCount === 0) return [];
        const { rows: held } = await client.query<Row>(
          "SELECT account FROM modelwright_hold WHERE id = $1 ORDER BY account",
          [spend.id],
        );
        const keys = held.map(({ account }) => account);
        await client.query("SELECT 1 FROM modelwright_account WHERE key = ANY($1) ORDER BY key FOR UPDATE", [keys]);
        await client.query("DELETE FROM modelwright_hold WHERE id = $1", [spend.id]);
        const { rows } = await client.query<Row>(
          "UPDATE modelwright_account SET spent = spent + $1 WHERE key = ANY($2) RETURNING key, spent",
          [spend.amount.toString(), keys],
        );
        return rows.map(({ key = "", spent = "0" }) => {
          const after = BigInt(spent);
          return { account: key, before: after - spend.amount, after };
        });
      }),
    async release(id) {
      await query("DELETE FROM modelwright_hold WHERE id = $1", [id]);
    },
    async used(account, at) {
      const [row] = await query(`${usedQuery} WHERE key = $2`, [at, account]);
      return { spent: BigInt(row?.spent ?? 0), held: BigInt(row?.held ?? 0) };
    },
    async *spends({ from, until, tags = {} } = {}) {
      let after: readonly [string, string] = ["-1", ""];
      for (;;) {
        const rows = await query(
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
    async close() {
      const open = pool;
      pool = undefined;
      await (await open)?.end();
    },
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

/** Messages of the driver may name hosts and users: only its code is told. */
function failure(cause: unknown): ModelwrightError {
  if (isModelwrightError(cause)) return cause;
  const { code } = cause as { code?: unknown };
  const told = typeof code === "string" ? ` (${code})` : "";
  if (code === "42P01")
    return new ModelwrightError(
      "invalid-configuration",
      "postgres ledger: tables are missing; run postgresLedgerSchema",
    );
  if (code === "28P01" || code === "28000" || code === "42501")
    return new ModelwrightError("permission", `postgres ledger: refused the credentials or the right${told}`);
  return new ModelwrightError("network", `postgres ledger: cannot be reached${told}`);
}

async function loadDriver(): Promise<typeof import("pg")> {
  try {
    return await import("pg");
  } catch {
    throw new ModelwrightError("invalid-configuration", "the ledger in PostgreSQL needs a package: npm install pg");
  }
}
