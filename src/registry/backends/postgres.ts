/** A configuration store in a PostgreSQL table: LISTEN tells of changes, versions from a sequence guard writes. */
import type { Client, Pool, PoolConfig } from "pg";
import { isModelwrightError, ModelwrightError } from "../../errors.js";
import { type ConfigBackend, checkEntry, conflict, stopped, type WriteOptions } from "../backend.js";

export interface PostgresOptions {
  /** As in `postgres://user:password@host/database`. Absent: the usual `PG…` environment variables. */
  readonly connectionString?: string;
  /** What `Pool` of `pg` takes besides: TLS, time-outs. */
  readonly config?: { readonly [option: string]: unknown };
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
  const config: PoolConfig = {
    max: 2,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    query_timeout: 10_000,
    idleTimeoutMillis: 10_000,
    allowExitOnIdle: true,
    ...(options.connectionString === undefined ? {} : { connectionString: options.connectionString }),
    ...options.config,
  };
  let pool: Promise<Pool> | undefined;
  let listener: Promise<Listener> | undefined;

  const query = async (text: string, values: readonly unknown[], signal?: AbortSignal) => {
    if (signal?.aborted || closing.signal.aborted) throw stopped("postgres");
    pool ??= loadDriver().then((pg) => {
      const opened = new pg.Pool(config);
      // An idle connection that breaks is replaced by the next query.
      opened.on("error", () => {});
      return opened;
    });
    try {
      const { rows } = await (await pool).query<{ readonly [column: string]: string | null }>(text, [...values]);
      return rows;
    } catch (cause) {
      throw failure(cause);
    }
  };
  const listen = async (): Promise<Listener> => {
    listener ??= openListener(config, table);
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
      throw failure(cause);
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
      const { broken, next: notice } = await listen();
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
      await (await pool)?.end();
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
  close(): Promise<void>;
}

async function openListener(config: PoolConfig, channel: string): Promise<Listener> {
  const pg = await loadDriver();
  const client: Client = new pg.Client(config);
  const waiting = new Set<() => void>();
  const broken = new Promise<never>((_resolve, reject) => {
    const lost = () => reject(new ModelwrightError("network", "postgres: the connection that listens was lost"));
    client.on("error", lost);
    client.on("end", lost);
  });
  // Told to whoever waits then; nobody may be waiting.
  broken.catch(() => {});
  client.on("notification", () => {
    for (const wake of waiting) wake();
    waiting.clear();
  });
  await client.connect();
  await client.query(`LISTEN ${channel}`);
  return {
    next: () => new Promise((resolve) => waiting.add(resolve)),
    broken,
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

/** Messages of the driver may name hosts and users: only its code is told. */
function failure(cause: unknown): ModelwrightError {
  if (isModelwrightError(cause)) return cause;
  const { code, message } = cause as { code?: unknown; message?: unknown };
  const told = typeof code === "string" ? ` (${code})` : "";
  if (code === "42P01") {
    return new ModelwrightError(
      "invalid-configuration",
      "postgres: the table is missing; create it with postgresSchema()",
    );
  }
  if (code === "28P01" || code === "28000" || code === "42501")
    return new ModelwrightError("permission", `postgres: the store refused the credentials or the right${told}`);
  if (typeof code === "string" && code.startsWith("22"))
    return new ModelwrightError("invalid-configuration", `postgres: the store cannot hold this text${told}`);
  if (typeof message === "string" && /timeout/i.test(message))
    return new ModelwrightError("timeout", "postgres: the store did not answer in time");
  return new ModelwrightError("network", `postgres: the store cannot be reached${told}`);
}

async function loadDriver(): Promise<typeof import("pg")> {
  try {
    return await import("pg");
  } catch {
    throw new ModelwrightError("invalid-configuration", "the store postgres needs a package: npm install pg");
  }
}
