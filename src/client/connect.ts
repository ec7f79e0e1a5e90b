/** Where a client sends and with which key: options over environment over catalog, resolved once per client. */
import { createPlatformTransport } from "#transport";
import type { ProviderFacts } from "../catalog/facts.js";
import { ModelwrightError } from "../errors.js";
import { applyAuth, type RequestSigner } from "../transport/auth.js";
import type { Cloud } from "../transport/cloud.js";
import { createFetchTransport } from "../transport/fetch.js";
import { secretsIn } from "../transport/redact.js";
import type { Timeouts, Transport } from "../transport/transport.js";
import { parseBaseURL, resolveBaseURL } from "../transport/url.js";
import type { Connection } from "./connection.js";
import { credentialOfClient, credentialOfKey } from "./credential.js";
import { type Environment, firstSet, processEnvironment } from "./environment.js";
import { findKey, type KeyScope, signingOf } from "./keys.js";
import type { ClientOptions } from "./options.js";

/** Used for what neither the call nor the client states. A whole answer of a reasoning model may take minutes to begin. */
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
  const ownVariable = (name: string) => variable(name, provider, { options, environment });
  const keys: KeyScope = { provider, options, environment, onlyGeneric: generic !== undefined, variable: ownVariable };
  const override = given ?? generic;
  const urls = new Map<string, URL>();
  const credential = typeof options.apiKey === "string" ? credentialOfKey(options.apiKey) : credentialOfClient();
  return {
    send: transportOf(options, environment),
    timeouts: timeoutsOf(options, environment),
    headers: () => headers,
    baseURL(ownURL) {
      const template = override ?? ownURL ?? provider.baseURL;
      let url = urls.get(template);
      if (url === undefined) {
        url = override === undefined ? resolveBaseURL(template, ownVariable) : parseBaseURL(override, "the base URL");
        urls.set(template, url);
      }
      return url;
    },
    async authorize(request, callKey) {
      const found = await findKey(keys, callKey, request.headers);
      if (found === undefined) return secretsIn(request.headers);
      if ("key" in found) {
        applyAuth(found.auth, found.key, request);
        return [found.key, ...secretsIn(request.headers)];
      }
      await signWith(cloud, provider)(request, signingOf(found, keys));
      return [found.credentials.secretAccessKey, ...secretsIn(request.headers)];
    },
    credential: () => credential,
    frameReaderOf: (framing) => (cloud?.framing === framing ? cloud.createFrameReader : undefined),
  };
}

function signWith(cloud: Cloud | undefined, provider: ProviderFacts): RequestSigner {
  if (cloud === undefined)
    throw new ModelwrightError(
      "invalid-configuration",
      `${provider.id}: signing requests needs \`cloud\` in the provider's definition`,
    );
  return cloud.sign;
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

export function lowerCase(headers: { readonly [name: string]: string | undefined }): Record<string, string> {
  const lower: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) lower[name.toLowerCase()] = value;
  }
  return lower;
}
