/** Creates simulators: every provider of a catalog, served on this machine without keys, network or models. */
import { didYouMean } from "../catalog/nearest.js";
import { type ErrorCode, errorCodes, ModelwrightError } from "../errors.js";
import type {
  FaultConditions,
  FaultName,
  ScriptedAnswer,
  ScriptedFailureOptions,
  SimulatedRequest,
  Simulator,
  SimulatorOptions,
} from "./contract.js";
import { Exchanger } from "./exchange.js";
import { isBinary } from "./form.js";
import type { ReceivedRequest } from "./plan.js";
import { playAsFetch } from "./serve-fetch.js";
import type { HttpServer } from "./serve-http.js";
import { State } from "./state.js";

/** `.invalid` never resolves (RFC 2606): a client that bypasses `fetch` reaches nothing. */
const originWithoutServer = "http://simulator.invalid";

/**
 * A simulator of the given providers. It refuses what the catalog says the real models refuse, answers everything else
 * deterministically by `seed`, and labels every answer as simulated. Throws `RangeError` from `baseURL` for a provider
 * that is not among `providers`.
 */
export function createSimulator(options: SimulatorOptions): Simulator {
  return new CatalogSimulator(options);
}

class CatalogSimulator implements Simulator {
  private readonly state: State;
  private readonly exchanger: Exchanger;
  private readonly closing = new AbortController();
  private server: HttpServer | undefined;

  constructor(options: SimulatorOptions) {
    this.state = new State(options);
    this.exchanger = new Exchanger(this.state);
    // Handed to clients as a plain function.
    this.fetch = this.fetch.bind(this);
  }

  async listen(port = 0): Promise<string> {
    // Loaded here, so that `fetch` works where there is no node:http.
    const { serveHttp } = await import("./serve-http.js");
    this.server ??= await serveHttp((request) => this.exchanger.answer(request), port);
    return this.server.origin;
  }

  baseURL(provider: string): string {
    return (this.server?.origin ?? originWithoutServer) + this.exchanger.basePath(provider);
  }

  async fetch(input: Request | URL | string, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    // Not the request's own: that one follows the caller's only until the request is garbage.
    const signal = init?.signal ?? (input instanceof Request ? input.signal : request.signal);
    signal.throwIfAborted();
    const plan = await this.exchanger.answer(await received(request));
    return playAsFetch(plan, { signal, closing: this.closing.signal });
  }

  get requests(): readonly SimulatedRequest[] {
    return this.state.requests;
  }

  reply(answer: ScriptedAnswer): void {
    this.state.answers.push(answer);
  }

  fail(code: ErrorCode, { times = 1, ...rest }: ScriptedFailureOptions = {}): void {
    if (!Object.hasOwn(errorCodes, code))
      throw new ModelwrightError(
        "invalid-configuration",
        `there is no error code ${JSON.stringify(code)}${didYouMean(code, Object.keys(errorCodes))}`,
      );
    for (let i = 0; i < times; i++) this.state.answers.push({ fail: code, ...rest });
  }

  fault(name: FaultName, conditions: FaultConditions = {}): void {
    this.state.faults.arm(name, conditions);
  }

  reset(): void {
    this.state.reset();
  }

  async close(): Promise<void> {
    this.closing.abort();
    const { server } = this;
    this.server = undefined;
    await server?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

async function received(request: Request): Promise<ReceivedRequest> {
  return {
    method: request.method,
    path: new URL(request.url).pathname,
    query: new URL(request.url).search.slice(1),
    headers: Object.fromEntries(request.headers),
    ...(isBinary(request.headers.get("content-type") ?? "")
      ? { body: "", raw: new Uint8Array(await request.arrayBuffer()) }
      : { body: await request.text() }),
  };
}
