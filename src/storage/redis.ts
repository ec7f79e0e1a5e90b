/** Connections to Redis through the optional package `redis`, failing with errors that hold no addresses and no credentials. */
import { isModelwrightError, ModelwrightError } from "../errors.js";
import type { RedisConnection } from "./connections.js";

type Driver = typeof import("redis");
export type RedisClient = ReturnType<Driver["createClient"]>;

/** A line that goes silent is noticed by nobody else: the driver waits for ever. */
const answerLimitMs = 5_000;

/**
 * A connection that is opened with the first command and opened again by itself; what is asked meanwhile fails. One that
 * does not answer in time is given up.
 */
export class RedisStore {
  private readonly name: string;
  private readonly options: RedisConnection;
  private client: Promise<RedisClient> | undefined;

  /** `name` stands in messages. */
  constructor(name: string, options: RedisConnection) {
    this.name = name;
    this.options = options;
  }

  async ask<Value>(what: (client: RedisClient) => Promise<Value>): Promise<Value> {
    this.client ??= this.open();
    const connecting = this.client;
    const forget = (): void => {
      if (this.client === connecting) this.client = undefined;
    };
    connecting.catch(forget);
    let asked: RedisClient | undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      const answer = connecting.then((client) => {
        asked = client;
        return what(client);
      });
      const silent = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => {
          // One that still connects goes on trying by itself.
          if (asked !== undefined) forget();
          asked?.destroy();
          reject(new ModelwrightError("timeout", `${this.name}: Redis did not answer in time`));
        }, answerLimitMs);
      });
      return await Promise.race([answer, silent]);
    } catch (cause) {
      throw this.failure(cause);
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    const open = this.client;
    this.client = undefined;
    (await open?.catch(() => undefined))?.destroy();
  }

  private async open(): Promise<RedisClient> {
    const { createClient } = await this.driver();
    const { url = "redis://127.0.0.1:6379", config } = this.options;
    const client = createClient({ url, disableOfflineQueue: true, ...config });
    // Told by the commands that fail.
    client.on("error", () => {});
    await client.connect();
    return client as RedisClient;
  }

  private async driver(): Promise<Driver> {
    try {
      return await import("redis");
    } catch {
      throw new ModelwrightError("invalid-configuration", `${this.name} needs a package: npm install redis`);
    }
  }

  /** The driver's messages may name hosts: only its code is told. */
  private failure(cause: unknown): ModelwrightError {
    if (isModelwrightError(cause)) return cause;
    const { message, code } = cause as { message?: unknown; code?: unknown };
    if (typeof message === "string" && /^(NOAUTH|WRONGPASS|NOPERM)/.test(message))
      return new ModelwrightError("permission", `${this.name}: Redis refused the credentials or the right`);
    const told = typeof code === "string" ? ` (${code})` : "";
    return new ModelwrightError("network", `${this.name}: Redis cannot be reached${told}`);
  }
}
