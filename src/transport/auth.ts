/** Puts a key on a request, the way the catalog says. */
import type { Auth } from "../catalog/facts.js";
import { checkValue } from "./headers.js";

/** A scheme that carries a key. */
export type KeyAuth = Exclude<Auth, { readonly type: "none" }>;

/** Name of the header that the scheme writes, in lower case; undefined for a query parameter. */
export function authHeader(auth: KeyAuth): string | undefined {
  if (auth.type === "query") return undefined;
  return auth.type === "bearer" ? "authorization" : auth.header.toLowerCase();
}

/**
 * Writes `key` into `headers` or `url`. A key that no header can hold throws "invalid-configuration" with the position
 * of the bad character. Keys are used as they are: trimming is done only where they come from the environment.
 */
export function applyAuth(auth: KeyAuth, key: string, request: { headers: Record<string, string>; url: URL }): void {
  checkValue(key, "the API key");
  const header = authHeader(auth);
  if (auth.type === "query") request.url.searchParams.set(auth.param, key);
  else if (header !== undefined)
    request.headers[header] = (auth.type === "bearer" ? "Bearer " : (auth.prefix ?? "")) + key;
}
