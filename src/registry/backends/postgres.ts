/** A configuration store in a PostgreSQL table: LISTEN tells of changes, versions from a sequence guard writes. */
import { ModelwrightError } from "../../errors.js";
import type { PostgresConnection } from "../../storage/connections.js";
import { PostgresPool } from "../../storage/postgres.js";
import { type ConfigBackend, checkEntry, conflict, stopped, type WriteOptions } from "../backend.js";

/** Where the table is. */
export interface PostgresOptions extends PostgresConnection {
  /** Default `modelwright_config`. Letters, digits and underscores. */
  readonly table?: string;
}

/**
 * What must be there before the store is used. Run it once with rights that the service itself does not need; the
 * service needs SELECT, INSERT and UPDATE on the table and USAGE on the sequence.
 */
export function postgresSchema(table = "modelwright_config"): string {
  const name = checkedTable(table);
  return [
    `CREATE SEQUENCE IF NOT EXISTS ${name}_version;`,
    // A deleted entry keeps its row without a value: its next version must be another one.
    `CREATE TABLE IF NOT EXISTS ${name} (key text PRIMARY KEY, value text, version bigint NOT NULL);`,
  ].join("\n");
}

/** One instance's connections: a pool of two and, while somebody waits, one that listens. Needs the package `pg`. */
export function postgresBackend(options: PostgresOptions = {}): ConfigBackend {
  const table = checkedTable(options.table ?? "modelwright_config");
  const closing = new AbortController();
  const use = { name: "postgres", max: 2, missingTable: "the table is missing; create it with postgresSchema()" };
  const pool = new PostgresPool(use, { ...options, config: { query_timeout: 10_000, ...options.config } });
  let listener: Promise<Listener> | undefined;

  const query = (text: string, values: readonly unknown[], signal?: AbortSignal) => {
    if (signal?.aborted || closing.signal.aborted) throw stopped("postgres");
    return pool.query(text, values);
  };
  const listen = async (): Promise<Listener> => {
    listener ??= openListener(pool, table);
    const opened = listener;
    const forget = () => {
      if (listener === opened) listener = undefined;
    };
    try {
      const found = await opened;
      found.broken.catch(forget);
      return found;
    } catch (cause) {
      forget();
      throw cause;
    }
  };
  const revision = async (prefix: string, signal?: AbortSignal): Promise<string> => {
    const [row] = await query(
      `SELECT ${revisionOf} AS revision FROM ${table} WHERE starts_with(key, $1)`,
      [prefix],
      signal,
    );
    return row?.revision ?? "";
  };
  const write = async (text: string, values: readonly unknown[], { signal }: WriteOptions) => {
    const notifying = `WITH written AS (${text} RETURNING version) SELECT version, pg_notify('${table}', '') FROM written`;
    const [row] = await query(notifying, values, signal);
    return row?.version ?? undefined;
  };
  const next = `nextval('${table}_version')`;
  return {
    name: "postgres",
    async list(prefix, signal) {
      // One statement sees one moment.
      const rows = await query(
        `SELECT key, value, version FROM ${table} WHERE starts_with(key, $1) AND value IS NOT NULL UNION ALL
         SELECT NULL, ${revisionOf}, NULL FROM ${table} WHERE starts_with(key, $1)`,
        [prefix],
        signal,
      );
      const entries = rows.flatMap(({ key, value, version }) =>
        typeof key === "string" ? [[key, { key, value: value ?? "", version: version ?? "" }] as const] : [],
      );
      return { entries: new Map(entries), revision: rows.find(({ key }) => key === null)?.value ?? "" };
    },
    async get(key, signal) {
      const [row] = await query(
        `SELECT value, version FROM ${table} WHERE key = $1 AND value IS NOT NULL`,
        [key],
        signal,
      );
      return row === undefined ? undefined : { key, value: row.value ?? "", version: row.version ?? "" };
    },
    async put(key, value, options = {}) {
      checkEntry(key, value);
      const { expected } = options;
      const set = `SET value = $2, version = ${next}`;
      const version =
        typeof expected === "string"
          ? await write(
              `UPDATE ${table} ${set} WHERE key = $1 AND version::text = $3 AND value IS NOT NULL`,
              [key, value, expected],
              options,
            )
          : await write(
              `INSERT INTO ${table} AS old (key, value, version) VALUES ($1, $2, ${next})
               ON CONFLICT (key) DO UPDATE ${set}${expected === null ? " WHERE old.value IS NULL" : ""}`,
              [key, value],
              options,
            );
      if (version === undefined) throw conflict("postgres", key);
      return { key, value, version };
    },
    async delete(key, options = {}) {
      const { expected } = options;
      const only = typeof expected === "string" ? " AND version::text = $2" : "";
      const values = typeof expected === "string" ? [key, expected] : [key];
      if (expected === null) {
        if ((await this.get(key, options.signal)) !== undefined) throw conflict("postgres", key);
        return false;
      }
      const version = await write(
        `UPDATE ${table} SET value = NULL, version = ${next} WHERE key = $1 AND value IS NOT NULL${only}`,
        values,
        options,
      );
      if (version === undefined && expected !== undefined) throw conflict("postgres", key);
      return version !== undefined;
    },
    async watch(prefix, before, signal) {
      const ended = AbortSignal.any([signal, closing.signal]);
      if (ended.aborted) throw stopped("postgres");
      const { broken, next: notice, probe } = await listen();
      probe();
      for (;;) {
        // Asked after the ear is open, so that nothing falls between: what was written while nobody listened shows here.
        const told = notice();
        if ((await revision(prefix, signal)) !== before) return;
        await settled([told, broken], ended);
      }
    },
    async close() {
      if (closing.signal.aborted) return;
      closing.abort();
      await (await listener?.catch(() => undefined))?.close();
      await pool.close();
    },
  };
}

/** Changes with every write and delete: versions are never given twice. */
const revisionOf = `md5(coalesce(string_agg(key || ' ' || version, chr(10) ORDER BY key COLLATE "C"), ''))`;

interface Listener {
  /** Resolves at the next notice. */
  next(): Promise<void>;
  /** Rejects when the connection is lost. Never resolves. */
  readonly broken: Promise<never>;
  /** Finds out, in the background, whether the line is dead without a word. */
  probe(): void;
  close(): Promise<void>;
}

async function openListener(pool: PostgresPool, channel: string): Promise<Listener> {
  const client = await pool.connect();
  const waiting = new Set<() => void>();
  let lost = (): void => {};
  let isProbing = false;
  const broken = new Promise<never>((_resolve, reject) => {
    lost = () => reject(new ModelwrightError("network", "postgres: the connection that listens was lost"));
    client.on("error", lost);
    client.on("end", lost);
  });
  // Told to whoever waits then; nobody may be waiting.
  broken.catch(() => {});
  client.on("notification", () => {
    for (const wake of waiting) wake();
    waiting.clear();
  });
  await client.query(`LISTEN ${channel}`);
  return {
    next: () => new Promise((resolve) => waiting.add(resolve)),
    broken,
    probe: () => {
      if (isProbing) return;
      isProbing = true;
      client.query("SELECT 1").then(
        () => {
          isProbing = false;
        },
        () => {
          lost();
          void client.end().catch(() => {});
        },
      );
    },
    close: () => client.end(),
  };
}

function settled(promises: readonly Promise<unknown>[], ended: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => reject(stopped("postgres"));
    if (ended.aborted) return end();
    ended.addEventListener("abort", end, { once: true });
    Promise.race(promises)
      .then(() => resolve(), reject)
      .finally(() => ended.removeEventListener("abort", end));
  });
}

function checkedTable(table: string): string {
  if (/^[a-z_][a-z0-9_]{0,40}$/.test(table)) return table;
  throw new ModelwrightError(
    "invalid-configuration",
    "postgres: table must be lower-case letters, digits and underscores",
  );
}
