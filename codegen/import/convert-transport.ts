/** Converts a row's own connection: the protocol that its model is spoken to by, and its base URL. */
import { compactOrNothing, type Json } from "./object.js";
import type { Row } from "./row.js";
import type { Settings } from "./settings.js";

/** Packages of the sources by the protocol they speak. */
const protocols: { readonly [npm: string]: string } = {
  "@ai-sdk/anthropic": "anthropic-messages",
  "@ai-sdk/openai": "openai-responses",
  "@ai-sdk/google": "google-generative-ai",
  "@ai-sdk/openai-compatible": "openai-chat",
};

/** Nothing where the model is reached like its provider's others. */
export function convertTransport({ transport }: Row, { provider }: Settings): Json | undefined {
  const { npm = "", api, shape } = transport ?? {};
  const protocol = protocols[npm] ?? (shape === "responses" ? "openai-responses" : undefined);
  const baseURL = api === undefined ? undefined : withVariables(api.replace(/\/+$/, ""), provider.vars);
  const headers = protocol === "anthropic-messages" ? { "anthropic-version": "2023-06-01" } : undefined;
  return compactOrNothing({
    protocol: protocol === provider.protocol ? undefined : protocol,
    baseURL: baseURL === provider.baseURL ? undefined : baseURL,
    headers: protocol === provider.protocol ? undefined : headers,
  });
}

/** `${ENVIRONMENT_NAME}` becomes the provider's variable that is read from there. */
function withVariables(url: string, vars: unknown): string {
  const known = Object.entries((vars ?? {}) as { readonly [name: string]: { readonly env?: readonly string[] } });
  return url.replace(/\$\{(\w+)\}/g, (place, env: string) => {
    const variable = known.find(([, { env: names = [] }]) => names.includes(env));
    return variable === undefined ? place : `\${${variable[0]}}`;
  });
}
