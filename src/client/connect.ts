/** Where a client sends and with which key: options over environment over catalog, resolved once per client. */
import { createPlatformTransport } from "#transport";
import type { ProviderFacts } from "../catalog/facts.js";
import { ModelwrightError } from "../errors.js";
import type { Soon } from "../feature.js";
import { applyAuth, type RequestSigner, type SignableRequest } from "../transport/auth.js";
import type { Cloud, TokenSource } from "../transport/cloud.js";
import { createFetchTransport } from "../transport/fetch.js";
import type { Timeouts, Transport } from "../transport/transport.js";
import { parseBaseURL, resolveBaseURL } from "../transport/url.js";
import type { ClientOptions } from "./client-options.js";
import { type Connection, withTimeouts } from "./connection.js";
import { credentialOfClient, credentialOfKey } from "./credential.js";
import { type Environment, firstSet, processEnvironment } from "./environment.js";
import type { Found, FoundAccount, FoundCredentials, KeyScope } from "./found-key.js";
import { findKey, signingOf } from "./keys.js";

/** Used for what neither the call, nor the client, nor the catalog states. A whole answer of a reasoning model may take minutes to begin. */
const defaultTimeouts: Timeouts = { connect: 5_000, firstByte: 300_000, idle: 120_000 };

/** Generic names, for any provider. */
const genericBaseURL = "AI_BASE_URL";
const genericProxy = "AI_PROXY_URL";
const genericTimeout = "AI_TIMEOUT_SECS";

export function connect(provider: ProviderFacts, options: ClientOptions, cloud: Cloud | undefined): Connection {
  const environment = options.env ?? processEnvironment();
  const headers = lowerCase({ ...provider.headers, ...options.headers });
  const given = options.baseURL ?? firstSet(environment, provider.baseURLEnv);
  const generic = given === undefined ? firstSet(environment, [genericBaseURL]) : undefined;
  const stated = (name: string) => variable(name, provider, { options, environment });
  const usual = (name: string) => usualValue(provider, name, stated);
  const ownVariable = (name: string) => stated(name) ?? usual(name);
  const keys: KeyScope = { provider, options, environment, onlyGeneric: generic !== undefined, variable: ownVariable };
  const override = given ?? generic;
  const urls = new Map<string, URL>();
  const credential = typeof options.apiKey === "string" ? credentialOfKey(options.apiKey) : credentialOfClient();
  const apply = (found: Found | undefined, request: SignableRequest): Soon<readonly string[]> => {
    if (found === undefined) return [];
    if (!("key" in found)) return applyCloud(found, request);
    applyAuth(found.auth, found.key, request);
    return [found.key];
  };
  const applyCloud = async (found: FoundAccount | FoundCredentials, request: SignableRequest): Promise<string[]> => {
    if ("keyFile" in found) {
      const token = await tokenOf(cloud, provider)(found.keyFile);
      applyAuth(found.auth, token, request);
      return [token];
    }
    await signWith(cloud, provider)(request, signingOf(found, keys));
    return [found.credentials.secretAccessKey];
  };
  return {
    send: transportOf(options, environment),
    timeouts: timeoutsOf(provider, options, environment),
    headers: () => headers,
    baseURL(ownURL) {
      const template = override ?? ownURL ?? provider.baseURL;
      let url = urls.get(template);
      if (url === undefined) {
        url = override === undefined ? resolveBaseURL(template, stated, usual) : parseBaseURL(override, "the base URL");
        addQuery(url, provider, ownVariable);
        urls.set(template, url);
      }
      return url;
    },
    region({ region, transport }) {
      if (options.region !== undefined) return options.region;
      // What the catalog states is of the base URLs in it.
      if (override !== undefined) return undefined;
      const own = region ?? (transport?.baseURL === undefined ? provider.region : undefined);
      const name = own === undefined ? undefined : /^\$\{(\w+)\}$/.exec(own)?.[1];
      return name === undefined ? own : ownVariable(name);
    },
    authorize(request, callKey) {
      const found = findKey(keys, callKey, request.headers);
      return found instanceof Promise ? found.then((late) => apply(late, request)) : apply(found, request);
    },
    credential: () => credential,
    frameReaderOf: (framing) => (cloud?.framing === framing ? cloud.createFrameReader : undefined),
  };
}

function signWith(cloud: Cloud | undefined, provider: ProviderFacts): RequestSigner {
  return cloud?.sign ?? lacksCloud(provider, "signing requests");
}

function tokenOf(cloud: Cloud | undefined, provider: ProviderFacts): TokenSource {
  return cloud?.accessToken ?? lacksCloud(provider, "fetching access tokens");
}

function lacksCloud(provider: ProviderFacts, what: string): never {
  throw new ModelwrightError(
    "invalid-configuration",
    `${provider.id}: ${what} needs \`cloud\` in the provider's definition`,
  );
}

/** The query of the catalog; what the base URL already says stays. */
function addQuery(url: URL, { query = {} }: ProviderFacts, value: (name: string) => string | undefined): void {
  for (const [name, template] of Object.entries(query)) {
    const variable = /^\$\{(\w+)\}$/.exec(template)?.[1];
    const text = variable === undefined ? template : value(variable);
    if (text !== undefined && !url.searchParams.has(name)) url.searchParams.set(name, text);
  }
}

function transportOf(options: ClientOptions, environment: Environment): Transport {
  if (options.transport !== undefined) return options.transport;
  if (options.fetch !== undefined) return createFetchTransport(options.fetch);
  const { dispatcher } = options;
  const proxy = options.proxy ?? (dispatcher === undefined ? firstSet(environment, [genericProxy]) : undefined);
  return createPlatformTransport({ dispatcher, proxy });
}

function timeoutsOf(provider: ProviderFacts, options: ClientOptions, environment: Environment): Timeouts {
  const seconds = firstSet(environment, [genericTimeout]);
  const total = seconds === undefined ? undefined : Number(seconds) * 1000;
  if (total !== undefined && !(total > 0))
    throw new ModelwrightError("invalid-configuration", `${genericTimeout} must be a number of seconds above 0`);
  const stated = { ...defaultTimeouts, ...provider.timeouts, ...(total === undefined ? {} : { total }) };
  return withTimeouts(stated, options.timeouts);
}

/** What client or environment state. */
function variable(
  name: string,
  provider: ProviderFacts,
  { options, environment }: { readonly options: ClientOptions; readonly environment: Environment },
): string | undefined {
  const facts = provider.vars?.[name];
  const given = options.vars !== undefined && Object.hasOwn(options.vars, name) ? options.vars[name] : undefined;
  return given ?? firstSet(environment, facts?.env);
}

/** The catalog's value for a variable that nobody states; it may depend on another variable's. */
function usualValue(
  { vars }: ProviderFacts,
  name: string,
  stated: (name: string) => string | undefined,
): string | undefined {
  const { when = {}, default: otherwise } = vars?.[name] ?? {};
  for (const [variable, values] of Object.entries(when)) {
    const value = stated(variable) ?? vars?.[variable]?.default ?? "";
    if (Object.hasOwn(values, value)) return values[value];
  }
  return otherwise;
}

export function lowerCase(headers: { readonly [name: string]: string | undefined }): Record<string, string> {
  const lower: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) lower[name.toLowerCase()] = value;
  }
  return lower;
}
