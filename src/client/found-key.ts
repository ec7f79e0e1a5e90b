/** What is found when a key or credentials are looked for, and what is said when they do not fit. */
import type { GoogleAuth, ProviderFacts, SignedAuth } from "../catalog/facts.js";
import { ModelwrightError } from "../errors.js";
import type { Credentials, KeyAuth } from "../transport/auth.js";
import type { ClientOptions } from "./client-options.js";
import type { Environment } from "./environment.js";

export interface KeyScope {
  readonly provider: ProviderFacts;
  readonly options: ClientOptions;
  readonly environment: Environment;
  /** The base URL came from a generic name: a key of the provider's own must not go there. */
  readonly onlyGeneric: boolean;
  /** A value of the provider's `vars`. */
  readonly variable: (name: string) => string | undefined;
}

export interface FoundKey {
  readonly auth: KeyAuth;
  readonly key: string;
}

export interface FoundCredentials {
  readonly auth: SignedAuth;
  readonly credentials: Credentials;
}

/** An account whose access token is fetched for the request. */
export interface FoundAccount {
  readonly auth: GoogleAuth;
  /** Path of its credentials; undefined for the machine's own account. */
  readonly keyFile: string | undefined;
}

export type Found = FoundKey | FoundCredentials | FoundAccount;
export type Scheme = KeyAuth | SignedAuth;

export type Headers = { readonly [name: string]: string };

export function keyFor(scope: KeyScope, schemes: readonly Scheme[], key: unknown): FoundKey {
  if (typeof key !== "string" || key === "") throw failed(scope.provider, "the given API key is empty");
  const auth = schemes.find((scheme) => scheme.type !== "aws-sigv4");
  if (auth === undefined) throw unfit(scope, "takes credentials, not an API key");
  return { auth, key };
}

export function failed(provider: ProviderFacts, problem: string): ModelwrightError {
  return new ModelwrightError("authentication", `${provider.id}: ${problem}`, { provider: provider.id });
}

export function unfit({ provider }: KeyScope, problem: string): ModelwrightError {
  return new ModelwrightError("invalid-configuration", `${provider.id} ${problem}`, { provider: provider.id });
}
