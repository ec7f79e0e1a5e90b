/** Puts a key on a request, the way the catalog says; and what signing a request needs. */
import type { Auth, SignedAuth } from "../catalog/facts.js";
import { checkValue } from "./headers.js";

/**
 * A scheme that carries a key.
 * @internal
 */
export type KeyAuth = Exclude<Auth, { readonly type: "none" } | SignedAuth>;

/**
 * Name of the header that the scheme writes, in lower case; undefined for a query parameter.
 * @internal
 */
export function authHeader(auth: KeyAuth | SignedAuth): string | undefined {
  if (auth.type === "query") return undefined;
  return auth.type === "header" ? auth.header.toLowerCase() : "authorization";
}

/**
 * Writes `key` into `headers` or `url`. A key that no header can hold throws "invalid-configuration" with the position
 * of the bad character. Keys are used as they are: trimming is done only where they come from the environment.
 * @internal
 */
export function applyAuth(auth: KeyAuth, key: string, request: { headers: Record<string, string>; url: URL }): void {
  checkValue(key, "the API key");
  const header = authHeader(auth);
  if (auth.type === "query") request.url.searchParams.set(auth.param, key);
  else if (header !== undefined) request.headers[header] = prefixOf(auth) + key;
}

function prefixOf(auth: KeyAuth): string {
  if (auth.type === "bearer" || auth.type === "google-oauth") return "Bearer ";
  return auth.type === "header" ? (auth.prefix ?? "") : "";
}

/** What signs requests and never goes on the wire. The shape of the AWS SDK's credentials, so that its providers fit. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string | undefined;
}

/** A request as it will be sent: a signature covers all of it. */
export interface SignableRequest {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case; the signature is added here. */
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array | undefined;
}

/** How a request is signed. */
export interface Signing {
  readonly credentials: Credentials;
  readonly service: string;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export type RequestSigner = (request: SignableRequest, signing: Signing) => Promise<void>;
