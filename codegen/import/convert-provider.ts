/** Converts one entry of a provider facts file into the connection part of a provider file. */
import { compact, type Json } from "./object.js";

/** What is read of an entry; the rest is for people. */
export interface ProviderRow {
  readonly id: string;
  readonly name: string;
  readonly tier?: string;
  readonly category?: string;
  readonly protocols?: readonly string[];
  readonly baseUrl?: string | null;
  readonly docUrl?: string | null;
  readonly auth?: AuthRow & { readonly alternative?: AuthRow; readonly baseUrlEnvs?: readonly string[] };
  /** Environment names of what the base URL needs. */
  readonly connectionVars?: readonly string[];
  readonly endpoints?: { readonly models?: { readonly path?: string; readonly format?: string } | null };
  readonly reasoning?: { readonly responseField?: string | null } | null;
  readonly reasoningControls?: readonly ReasoningControlRow[] | null;
  readonly defaultModels?: { readonly large?: string; readonly small?: string } | null;
  readonly probeModel?: string | null;
  /** Providers under which the model facts hold models of this one. */
  readonly modelFactIds?: readonly string[];
  readonly sampleModels?: readonly SampleRow[];
}

interface AuthRow {
  readonly scheme?: string | null;
  readonly header?: string;
  readonly prefix?: string;
  readonly param?: string;
  readonly envs?: readonly string[];
  readonly optional?: boolean;
  readonly extraHeaders?: { readonly [name: string]: string } | readonly string[];
}

/** The body members that control reasoning on one protocol. */
export interface ReasoningControlRow {
  readonly protocol: string;
  readonly toggle?: { readonly field: string };
  readonly effort?: { readonly field: string };
  readonly budget?: { readonly field: string };
}

/** A model of a provider that the model facts do not cover. */
export interface SampleRow {
  readonly id: string;
  readonly context?: number | null;
  readonly maxOutput?: number | null;
  readonly abilities: readonly string[];
}

const roles: { readonly [category: string]: string } = {
  lab: "lab",
  cloud: "cloud",
  gateway: "gateway",
  local: "local",
  subscription: "plan",
  generic: "host",
  "inference-host": "host",
  embedding: "host",
  media: "host",
  audio: "host",
};

const adapters: { readonly [format: string]: string } = {
  "openai-models": "openai",
  "anthropic-models": "anthropic",
  "google-models": "google",
  "ollama-models": "ollama-tags",
};

/** The connection as far as the entry states it; a person's overrides complete it. */
export function convertProvider(row: ProviderRow): Json {
  const { auth = {}, endpoints } = row;
  const adapter = adapters[endpoints?.models?.format ?? ""];
  const path = endpoints?.models?.path;
  const stated = (auth.envs ?? []).filter((name) => /^[A-Za-z_]\w*$/.test(name));
  const env = stated.length > 0 ? stated : [`${envName(row.id)}_API_KEY`];
  const auths = [convertAuth({ ...auth, envs: stated }, env), convertAuth(auth.alternative, stated)];
  return compact({
    id: row.id,
    name: row.name,
    role: roles[row.category ?? ""],
    ...convertBaseURL(row),
    baseURLEnv: auth.baseUrlEnvs?.length ? auth.baseUrlEnvs : undefined,
    auth: auths.filter((item) => item !== undefined),
    // A list only names the headers.
    headers: Array.isArray(auth.extraHeaders) ? undefined : auth.extraHeaders,
    discover: adapter && path?.startsWith("/") ? { path, adapter } : undefined,
    defaultModel: row.defaultModels?.large,
    docs: row.docUrl ?? undefined,
  });
}

function convertAuth(auth: AuthRow | undefined, usual: readonly string[]): Json | undefined {
  if (auth === undefined) return undefined;
  const env = auth.envs?.length ? auth.envs : usual;
  const optional = auth.optional === true ? true : undefined;
  if (auth.scheme === "none" || env.length === 0) return { type: "none" };
  if (auth.scheme === "header" || auth.scheme === "key") {
    return compact({ type: "header", header: auth.header, prefix: auth.prefix || undefined, env, optional });
  }
  if (auth.scheme === "query") return compact({ type: "query", param: auth.param, env, optional });
  return compact({ type: "bearer", env, optional });
}

/** `{account_id}` becomes a variable `accountId`; a provider without a fixed address takes all of it from one. */
function convertBaseURL({ id, baseUrl, connectionVars = [] }: ProviderRow): Json {
  if (!baseUrl) {
    const env = connectionVars.length > 0 ? connectionVars : [`${envName(id)}_BASE_URL`];
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the catalog's own template syntax
    return { baseURL: "${baseURL}", vars: { baseURL: { env, required: true } } };
  }
  const vars: Json = {};
  const baseURL = baseUrl.replace(/\/+$/, "").replace(/\{(\w+)\}/g, (_place, name: string) => {
    const own = connectionVars.filter((env) => env.endsWith(name.toUpperCase()));
    const variable = camelCase(name);
    vars[variable] = { env: own.length > 0 ? own : [`${envName(id)}_${name.toUpperCase()}`], required: true };
    return `\${${variable}}`;
  });
  return compact({ baseURL, vars });
}

const camelCase = (name: string) => name.toLowerCase().replace(/_(\w)/g, (_match, next: string) => next.toUpperCase());

const envName = (id: string) => {
  const name = id.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
  // No environment name begins with a digit.
  return /^\d/.test(name) ? `_${name}` : name;
};
