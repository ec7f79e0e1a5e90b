/** How shared stores are reached. Apart from the connections, whose declarations need the packages of the drivers. */

/** How PostgreSQL is reached. */
export interface PostgresConnection {
  /** As in `postgres://user:password@host/database`. Absent: the usual `PG…` environment variables. */
  readonly connectionString?: string;
  /** What `Pool` of `pg` takes besides: TLS, time-outs. */
  readonly config?: { readonly [option: string]: unknown };
}

/** How Redis is reached. */
export interface RedisConnection {
  /** As in `redis://user:password@host:6379/0`. Default: `redis://127.0.0.1:6379`. */
  readonly url?: string;
  /** What `createClient` of `redis` takes besides: TLS, time-outs. */
  readonly config?: { readonly [option: string]: unknown };
}
