/** Connections to PostgreSQL through the optional package `pg`, failing with errors that hold no addresses and no credentials. */
import type { Client, Pool, PoolClient, PoolConfig } from "pg";
import { isModelwrightError, ModelwrightError } from "../errors.js";
import type { PostgresConnection } from "./connections.js";

/** Columns as the driver gives them: text, but for JSON. */
export interface Row {
  readonly [column: string]: string | null;
}

export type Query = (text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/** For whom it connects, in messages; how many connections at most; what to say when a table is missing. */
export interface PostgresUse {
  readonly name: string;
  readonly max: number;
  readonly missingTable: string;
}

/** A pool that is opened with the first query. */
export class PostgresPool {
  private readonly use: PostgresUse;
  private readonly config: PoolConfig;
  private pool: Promise<Pool> | undefined;

  constructor(use: PostgresUse, { connectionString, config }: PostgresConnection) {
    this.use = use;
    this.config = {
      max: use.max,
      keepAlive: true,
      connectionTimeoutMillis: 30_000,
      idleTimeoutMillis: 10_000,
      allowExitOnIdle: true,
      ...(connectionString === undefined ? {} : { connectionString }),
      ...config,
    };
  }

  async query(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    try {
      return (await (await this.opened()).query<Row>(text, [...values])).rows;
    } catch (cause) {
      throw this.failure(cause);
    }
  }

  /** Commits what `work` did when it resolves. */
  async transaction<Value>(work: (query: Query) => Promise<Value>): Promise<Value> {
    let client: PoolClient | undefined;
    try {
      const pool = await this.opened();
      const own: PoolClient = await pool.connect();
      client = own;
      await own.query("BEGIN");
      const value = await work(async (text, values = []) => (await own.query<Row>(text, [...values])).rows);
      await own.query("COMMIT");
      own.release();
      return value;
    } catch (cause) {
      // A connection that failed is thrown away, and its transaction with it.
      client?.release(true);
      throw this.failure(cause);
    }
  }

  /** A connection of its own, outside the pool. */
  async connect(): Promise<Client> {
    const { Client } = await this.driver();
    const client = new Client(this.config);
    // Told through `error` and `end` to whoever listens.
    client.on("error", () => {});
    try {
      await client.connect();
    } catch (cause) {
      throw this.failure(cause);
    }
    return client;
  }

  async close(): Promise<void> {
    const open = this.pool;
    this.pool = undefined;
    await (await open?.catch(() => undefined))?.end();
  }

  private opened(): Promise<Pool> {
    this.pool ??= this.driver().then(({ Pool }) => {
      const pool = new Pool(this.config);
      // An idle connection that breaks is replaced by the next query.
      pool.on("error", () => {});
      return pool;
    });
    return this.pool;
  }

  private async driver(): Promise<typeof import("pg")> {
    try {
      return await import("pg");
    } catch {
      throw new ModelwrightError("invalid-configuration", `${this.use.name} needs a package: npm install pg`);
    }
  }

  /** The driver's messages may name hosts and users: only its code is told. Codes: PostgreSQL, appendix A. */
  private failure(cause: unknown): ModelwrightError {
    if (isModelwrightError(cause)) return cause;
    const { name, missingTable } = this.use;
    const { code, message } = cause as { code?: unknown; message?: unknown };
    const told = typeof code === "string" ? ` (${code})` : "";
    if (code === "42P01") return new ModelwrightError("invalid-configuration", `${name}: ${missingTable}`);
    if (code === "28P01" || code === "28000" || code === "42501")
      return new ModelwrightError("permission", `${name}: the database refused the credentials or the right${told}`);
    if (typeof code === "string" && code.startsWith("22"))
      return new ModelwrightError("invalid-configuration", `${name}: the database cannot hold this text${told}`);
    if (typeof message === "string" && /timeout/i.test(message))
      return new ModelwrightError("timeout", `${name}: the database did not answer in time`);
    return new ModelwrightError("network", `${name}: the database cannot be reached${told}`);
  }
}
