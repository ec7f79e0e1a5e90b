/** Converts one entry of a provider facts file into the connection part of a provider file. */
import { compact, type Json } from "./object.js";

/** What is read of an entry; the rest is for people. */
export interface ProviderRow {
  readonly id: string;
  readonly name: string;
  readonly category?: string;
  readonly baseUrl?: string;
  readonly docUrl?: string;
  readonly auth?: AuthRow & { readonly alternative?: AuthRow; readonly baseUrlEnvs?: readonly string[] };
  readonly endpoints?: { readonly models?: { readonly path?: string; readonly format?: string } | null };
  readonly defaultModels?: { readonly large?: string; readonly small?: string } | null;
}

interface AuthRow {
  readonly scheme?: string;
  readonly header?: string;
  readonly prefix?: string;
  readonly param?: string;
  readonly envs?: readonly string[];
  readonly extraHeaders?: { readonly [name: string]: string };
}

const roles: { readonly [category: string]: string } = {
  lab: "lab",
  cloud: "cloud",
  gateway: "gateway",
  local: "local",
  "inference-host": "host",
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
  return compact({
    id: row.id,
    name: row.name,
    role: roles[row.category ?? ""],
    baseURL: row.baseUrl?.replace(/\/+$/, ""),
    baseURLEnv: auth.baseUrlEnvs?.length ? auth.baseUrlEnvs : undefined,
    auth: [convertAuth(auth, auth.envs), convertAuth(auth.alternative, auth.envs)].filter((item) => item !== undefined),
    headers: auth.extraHeaders,
    discover: adapter && endpoints?.models?.path ? { path: endpoints.models.path, adapter } : undefined,
    defaultModel: row.defaultModels?.large,
    docs: row.docUrl,
  });
}

function convertAuth(auth: AuthRow | undefined, fallbackEnv: readonly string[] = []): Json | undefined {
  if (auth?.scheme === undefined) return undefined;
  const env = auth.envs ?? fallbackEnv;
  if (auth.scheme === "none" || env.length === 0) return { type: "none" };
  if (auth.scheme === "header") {
    return compact({ type: "header", header: auth.header, prefix: auth.prefix || undefined, env });
  }
  if (auth.scheme === "query") return { type: "query", param: auth.param, env };
  return { type: "bearer", env };
}
