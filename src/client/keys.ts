/** Finds the key or the credentials of a call: what the caller passed, a header of the caller's own, the environment. */
import type { GoogleAuth, ProviderFacts, SignedAuth } from "../catalog/facts.js";
import { ModelwrightError } from "../errors.js";
import type { Soon } from "../feature.js";
import { authHeader, type Credentials, type KeyAuth, type Signing } from "../transport/auth.js";
import type { ClientOptions } from "./client-options.js";
import { type Environment, firstSet } from "./environment.js";

/** A key for any provider. It never takes a provider's own key to another place. */
const genericKey = "AI_API_KEY";

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
type Scheme = KeyAuth | SignedAuth;

type Headers = { readonly [name: string]: string };

/**
 * Undefined when the request needs none. Throws "authentication" when it needs one and there is none. At once where the
 * key was passed as it is.
 */
export function findKey(scope: KeyScope, callKey: string | undefined, headers: Headers): Soon<Found | undefined> {
  const schemes = scope.provider.auth.filter((auth) => auth.type !== "none");
  if (schemes.length === 0) return undefined;
  const key = callKey ?? scope.options.apiKey;
  return typeof key === "string" ? keyFor(scope, schemes, key) : findFurther(scope, schemes, headers);
}

async function findFurther(scope: KeyScope, schemes: readonly Scheme[], headers: Headers): Promise<Found | undefined> {
  const { provider, environment } = scope;
  const explicit = await explicitSecret(scope, schemes);
  if (explicit !== undefined) return explicit;
  // A header of the caller's own stands for the key.
  if (schemes.some((auth) => Object.hasOwn(headers, authHeader(auth) ?? ""))) return undefined;
  for (const auth of scope.onlyGeneric ? [] : schemes) {
    const found = secretIn(environment, auth);
    if (found !== undefined) return found;
  }
  const keyed = schemes.find(isKeyed);
  const key = firstSet(environment, [genericKey]);
  if (key !== undefined && keyed !== undefined) return { auth: keyed, key };
  const account = schemes.find((auth) => auth.type === "google-oauth");
  if (account !== undefined && !scope.onlyGeneric) return { auth: account, keyFile: undefined };
  if (provider.auth.some((auth) => auth.type === "none" || auth.optional === true)) return undefined;
  throw noKey(scope, schemes);
}

/** A key of its own can stand for it, from any name. */
function isKeyed(auth: Scheme): auth is Exclude<KeyAuth, GoogleAuth> {
  return auth.type !== "aws-sigv4" && auth.type !== "google-oauth";
}

/** What the client's functions give. */
async function explicitSecret(
  scope: KeyScope,
  schemes: readonly Scheme[],
): Promise<FoundKey | FoundCredentials | undefined> {
  const { apiKey } = scope.options;
  const give = typeof apiKey === "object" ? () => apiKey.take() : apiKey;
  const key: unknown = typeof give === "function" ? await given(scope.provider, "apiKey", give) : undefined;
  if (key !== undefined) return keyFor(scope, schemes, key);
  const credentials = await explicitCredentials(scope);
  if (credentials === undefined) return undefined;
  const auth = schemes.find((scheme) => scheme.type === "aws-sigv4");
  if (auth === undefined) throw unfit(scope, "takes an API key, not credentials");
  return { auth, credentials };
}

function keyFor(scope: KeyScope, schemes: readonly Scheme[], key: unknown): FoundKey {
  if (typeof key !== "string" || key === "") throw failed(scope.provider, "the given API key is empty");
  const auth = schemes.find((scheme) => scheme.type !== "aws-sigv4");
  if (auth === undefined) throw unfit(scope, "takes credentials, not an API key");
  return { auth, key };
}

async function explicitCredentials({ provider, options }: KeyScope): Promise<Credentials | undefined> {
  const { credentials } = options;
  const found = typeof credentials === "function" ? await given(provider, "credentials", credentials) : credentials;
  if (found !== undefined && !(found.accessKeyId && found.secretAccessKey))
    throw failed(provider, "the given credentials have no accessKeyId or no secretAccessKey");
  return found;
}

async function given<Value>(provider: ProviderFacts, name: string, give: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await give();
  } catch {
    // Its message may hold what it failed to hand over.
    throw failed(provider, `the ${name} function failed`);
  }
}

function secretIn(environment: Environment, auth: Scheme): Found | undefined {
  if (auth.type === "google-oauth") {
    const keyFile = firstSet(environment, auth.env);
    return keyFile === undefined ? undefined : { auth, keyFile };
  }
  if (auth.type !== "aws-sigv4") {
    const key = firstSet(environment, auth.env);
    return key === undefined ? undefined : { auth, key };
  }
  const [accessKeyId, secretAccessKey, sessionToken] = auth.env.map((name) => firstSet(environment, [name]));
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { auth, credentials: { accessKeyId, secretAccessKey, sessionToken } };
}

/** How the request is signed. Throws "invalid-configuration" when nobody states the region. */
export function signingOf({ auth, credentials }: FoundCredentials, { provider, options, variable }: KeyScope): Signing {
  const region = variable(auth.region);
  if (region === undefined)
    throw new ModelwrightError("invalid-configuration", `${provider.id}: signing needs a value for '${auth.region}'`);
  return { credentials, service: auth.service, region, at: (options.now ?? Date.now)() };
}

function noKey({ provider, onlyGeneric }: KeyScope, schemes: readonly Scheme[]): ModelwrightError {
  const own = onlyGeneric ? [] : schemes.flatMap((auth) => namesOf(auth));
  const keyed = schemes.some(isKeyed);
  const names = [...own, ...(keyed ? [genericKey] : [])];
  const options = [
    ...(schemes.some((auth) => auth.type !== "aws-sigv4") ? ["apiKey"] : []),
    ...(schemes.some((auth) => auth.type === "aws-sigv4") ? ["credentials"] : []),
  ];
  const place = onlyGeneric ? "; the key of a provider does not go to AI_BASE_URL" : "";
  return failed(provider, `no API key: set ${names.join(" or ")}, or pass ${options.join(" or ")}${place}`);
}

function namesOf(auth: Scheme): readonly string[] {
  return auth.type === "aws-sigv4" ? [`${auth.env[0]} and ${auth.env[1]}`] : auth.env;
}

function failed(provider: ProviderFacts, problem: string): ModelwrightError {
  return new ModelwrightError("authentication", `${provider.id}: ${problem}`, { provider: provider.id });
}

function unfit({ provider }: KeyScope, problem: string): ModelwrightError {
  return new ModelwrightError("invalid-configuration", `${provider.id} ${problem}`, { provider: provider.id });
}
