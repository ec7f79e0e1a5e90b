/** Looks for a key that was not passed as it is: functions, credentials, a header of the caller's own, the environment. */
import type { GoogleAuth, ProviderFacts } from "../catalog/facts.js";
import type { ModelwrightError } from "../errors.js";
import { authHeader, type Credentials, type KeyAuth } from "../transport/auth.js";
import { type Environment, firstSet } from "./environment.js";
import {
  type Found,
  type FoundCredentials,
  type FoundKey,
  failed,
  type Headers,
  type KeyScope,
  keyFor,
  type Scheme,
  unfit,
} from "./found-key.js";

/** A key for any provider. It never takes a provider's own key to another place. */
const genericKey = "AI_API_KEY";

/** Where no key was passed as it is. */
export async function findFurther(
  scope: KeyScope,
  schemes: readonly Scheme[],
  headers: Headers,
): Promise<Found | undefined> {
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
