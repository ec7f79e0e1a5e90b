/** Where a client sends and with which key: options over environment over catalog, resolved once per client. */
import { createPlatformTransport } from "#transport";
import type { ProviderFacts } from "../catalog/facts.js";
import { ModelwrightError } from "../errors.js";
import { applyAuth, authHeader, type KeyAuth } from "../transport/auth.js";
import { createFetchTransport } from "../transport/fetch.js";
import { secretsIn } from "../transport/redact.js";
import type { Timeouts, Transport } from "../transport/transport.js";
import { parseBaseURL, resolveBaseURL } from "../transport/url.js";
import type { Connection } from "./connection.js";
import { type Environment, firstSet, processEnvironment } from "./environment.js";
import type { ClientOptions } from "./options.js";

/** Used for what neither the call nor the client states. A whole answer of a reasoning model may take minutes to begin. */
const defaultTimeouts: Timeouts = { connect: 5_000, firstByte: 300_000, idle: 120_000 };

/** Generic names, for any provider. They never carry a provider's own key to another place. */
const genericKey = "AI_API_KEY";
const genericBaseURL = "AI_BASE_URL";
const genericProxy = "AI_PROXY_URL";
const genericTimeout = "AI_TIMEOUT_SECS";

export function connect(provider: ProviderFacts, options: ClientOptions): Connection {
  const environment = options.env ?? processEnvironment();
  const headers = lowerCase({ ...provider.headers, ...options.headers });
  const given = options.baseURL ?? firstSet(environment, provider.baseURLEnv);
  const generic = given === undefined ? firstSet(environment, [genericBaseURL]) : undefined;
  const keys: KeyScope = { provider, options, environment, onlyGeneric: generic !== undefined };
  const override = given ?? generic;
  const urls = new Map<string, URL>();
  return {
    send: transportOf(options, environment),
    timeouts: timeoutsOf(options, environment),
    headers: () => headers,
    baseURL(ownURL) {
      const template = override ?? ownURL ?? provider.baseURL;
      let url = urls.get(template);
      if (url === undefined) {
        url =
          override === undefined
            ? resolveBaseURL(template, (name) => variable(name, provider, { options, environment }))
            : parseBaseURL(override, "the base URL");
        urls.set(template, url);
      }
      return url;
    },
    async authorize(request, callKey) {
      const found = await findKey(keys, callKey, request.headers);
      if (found !== undefined) applyAuth(found.auth, found.key, request);
      return [...(found === undefined ? [] : [found.key]), ...secretsIn(request.headers)];
    },
  };
}

function transportOf(options: ClientOptions, environment: Environment): Transport {
  if (options.transport !== undefined) return options.transport;
  if (options.fetch !== undefined) return createFetchTransport(options.fetch);
  const { dispatcher } = options;
  const proxy = options.proxy ?? (dispatcher === undefined ? firstSet(environment, [genericProxy]) : undefined);
  return createPlatformTransport({ dispatcher, proxy });
}

function timeoutsOf(options: ClientOptions, environment: Environment): Timeouts {
  const seconds = firstSet(environment, [genericTimeout]);
  const total = seconds === undefined ? undefined : Number(seconds) * 1000;
  if (total !== undefined && !(total > 0))
    throw new ModelwrightError("invalid-configuration", `${genericTimeout} must be a number of seconds above 0`);
  return { ...defaultTimeouts, ...(total === undefined ? {} : { total }), ...options.timeouts };
}

function variable(
  name: string,
  provider: ProviderFacts,
  { options, environment }: { readonly options: ClientOptions; readonly environment: Environment },
): string | undefined {
  const facts = provider.vars?.[name];
  const given = options.vars !== undefined && Object.hasOwn(options.vars, name) ? options.vars[name] : undefined;
  return given ?? firstSet(environment, facts?.env) ?? facts?.default;
}

interface KeyScope {
  readonly provider: ProviderFacts;
  readonly options: ClientOptions;
  readonly environment: Environment;
  /** The base URL came from a generic name: a key of the provider's own must not go there. */
  readonly onlyGeneric: boolean;
}

async function findKey(
  scope: KeyScope,
  callKey: string | undefined,
  headers: { readonly [name: string]: string },
): Promise<{ readonly auth: KeyAuth; readonly key: string } | undefined> {
  const { provider, environment } = scope;
  const schemes = provider.auth.filter((auth): auth is KeyAuth => auth.type !== "none");
  const [first] = schemes;
  if (first === undefined) return undefined;
  const explicit = callKey ?? (await explicitKey(scope));
  if (explicit !== undefined) return { auth: first, key: explicit };
  // A header of the caller's own stands for the key.
  if (schemes.some((auth) => Object.hasOwn(headers, authHeader(auth) ?? ""))) return undefined;
  for (const auth of scope.onlyGeneric ? [] : schemes) {
    const key = firstSet(environment, auth.env);
    if (key !== undefined) return { auth, key };
  }
  const key = firstSet(environment, [genericKey]);
  if (key !== undefined) return { auth: first, key };
  if (provider.auth.some((auth) => auth.type === "none" || auth.optional === true)) return undefined;
  throw noKey(scope, schemes);
}

async function explicitKey({ provider, options }: KeyScope): Promise<string | undefined> {
  const { apiKey } = options;
  let key: unknown = apiKey;
  if (typeof apiKey === "function") {
    try {
      key = await apiKey();
    } catch {
      // Its message may hold what it failed to hand over.
      throw new ModelwrightError("authentication", `${provider.id}: the apiKey function failed`, {
        provider: provider.id,
      });
    }
  }
  if (key !== undefined && (typeof key !== "string" || key === ""))
    throw new ModelwrightError("authentication", `${provider.id}: the given API key is empty`, {
      provider: provider.id,
    });
  return key;
}

function noKey({ provider, onlyGeneric }: KeyScope, schemes: readonly KeyAuth[]): ModelwrightError {
  const names = onlyGeneric ? [genericKey] : [...schemes.flatMap((auth) => auth.env), genericKey];
  const place = onlyGeneric ? `; the key of a provider does not go to ${genericBaseURL}` : "";
  return new ModelwrightError(
    "authentication",
    `${provider.id}: no API key: set ${names.join(" or ")}, or pass apiKey${place}`,
    { provider: provider.id },
  );
}

export function lowerCase(headers: { readonly [name: string]: string | undefined }): Record<string, string> {
  const lower: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) lower[name.toLowerCase()] = value;
  }
  return lower;
}
