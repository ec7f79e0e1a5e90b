/** Requests to a configuration store over HTTP: bounded, without redirects, failing with errors that hold no credentials. */
import { ModelwrightError } from "../../errors.js";
import { stopped } from "../backend.js";

/** Where the store is and what opens it. */
export interface HttpStore {
  readonly name: string;
  /** Without a trailing slash. */
  readonly address: string;
  /** Ends every request when the backend is closed. */
  readonly closing: AbortSignal;
}

export interface StoreRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: { readonly [name: string]: string };
  /** Text goes out as `text/plain`, bytes without a content type. */
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal | undefined;
  /** 0: none, for requests that wait. */
  readonly timeoutMs?: number;
}

export interface StoreAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const requestTimeoutMs = 10_000;

/** A whole catalog in one answer stays far below. */
const answerBytes = 64 * 1024 * 1024;

/** The address of a store, checked. Throws "invalid-configuration". */
export function storeAddress(name: string, address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:"))
    throw new ModelwrightError("invalid-configuration", `${name}: address must be an http or https URL`);
  if (url.username !== "" || url.password !== "")
    throw new ModelwrightError("invalid-configuration", `${name}: credentials do not belong in the address`);
  return url.href.replace(/\/+$/, "");
}

/** The answer's stream. Throws what the contract of `ConfigBackend` names. */
export async function openStore(store: HttpStore, request: StoreRequest): Promise<Response> {
  const timeout = AbortSignal.timeout(request.timeoutMs === 0 ? 2 ** 31 - 1 : (request.timeoutMs ?? requestTimeoutMs));
  const given = [store.closing, ...(request.signal === undefined ? [] : [request.signal])];
  try {
    const response = await fetch(store.address + request.path, {
      method: request.method ?? "GET",
      redirect: "error",
      signal: AbortSignal.any([...given, timeout]),
      ...(request.headers === undefined ? {} : { headers: request.headers }),
      ...(request.body === undefined ? {} : { body: request.body as BodyInit }),
    });
    return response;
  } catch (cause) {
    throw storeFailure(store, given, timeout, cause);
  }
}

/** The answer, read whole. Throws "permission" for 401 and 403; other statuses are the caller's. */
export async function askStore(store: HttpStore, request: StoreRequest): Promise<StoreAnswer> {
  const response = await openStore(store, request);
  const { status, headers } = response;
  try {
    const text = await boundedText(store, response);
    if (status === 401 || status === 403)
      throw new ModelwrightError("permission", `${store.name}: the store refused the credentials (${status})`);
    return { status, headers, text };
  } catch (cause) {
    if (cause instanceof ModelwrightError) throw cause;
    throw storeFailure(
      store,
      request.signal === undefined ? [store.closing] : [store.closing, request.signal],
      undefined,
      cause,
    );
  }
}

/** The error of an answer nobody expected. Its text is not repeated: a proxy may quote the request. */
export function unexpected(store: HttpStore, status: number): ModelwrightError {
  const code = status >= 500 ? "network" : "invalid-response";
  return new ModelwrightError(code, `${store.name}: the store answered ${status}`);
}

/** JSON of an answer; throws "invalid-response". */
export function storeJson(store: HttpStore, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ModelwrightError("invalid-response", `${store.name}: the store's answer is not JSON`);
  }
}

function storeFailure(
  store: HttpStore,
  given: readonly AbortSignal[],
  timeout: AbortSignal | undefined,
  cause: unknown,
): ModelwrightError {
  if (given.some((signal) => signal.aborted)) return stopped(store.name);
  if (timeout?.aborted) return new ModelwrightError("timeout", `${store.name}: the store did not answer in time`);
  const code = (cause as { cause?: { code?: unknown } }).cause?.code;
  const why = typeof code === "string" ? ` (${code})` : "";
  return new ModelwrightError("network", `${store.name}: the store cannot be reached${why}`);
}

async function boundedText(store: HttpStore, response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > answerBytes) throw new ModelwrightError("invalid-response", `${store.name}: the answer is too large`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
