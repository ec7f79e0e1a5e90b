/** The providers of a dev server: real where a key exists, the simulator where none does, each said plainly. */
import type { Auth, ProviderFacts } from "../catalog/facts.js";
import type { ClientOptions } from "../client/client-options.js";
import { defineProvider } from "../client/define-provider.js";
import { type Environment, firstSet } from "../client/environment.js";
import { aws } from "../define.js";
import { anthropicMessages } from "../protocols/anthropic-messages/index.js";
import { bedrockConverse } from "../protocols/bedrock-converse/index.js";
import { cohereV2 } from "../protocols/cohere-v2/index.js";
import { googleGenerativeAi } from "../protocols/google-generative-ai/index.js";
import { ollama } from "../protocols/ollama/index.js";
import { openaiChat } from "../protocols/openai-chat/index.js";
import { openaiResponses } from "../protocols/openai-responses/index.js";
import type { GatewayModels } from "../server/gateway-options.js";
import { createSimulator } from "../testing.js";

const protocols = [
  openaiChat,
  openaiResponses,
  anthropicMessages,
  googleGenerativeAi,
  ollama,
  cohereV2,
  bedrockConverse,
] as const;

/** What keeps a real key where it is: a simulated provider gets these. */
const nobody = {
  apiKey: "simulated",
  credentials: { accessKeyId: "simulated", secretAccessKey: "simulated" },
  env: {},
} as const;

/** Lets people see that a simulated stream is one. */
const eventMs = 8;

export interface DevModelOptions {
  readonly env: Environment;
  /** Simulate providers with a key, too. */
  readonly simulateAll: boolean;
  /** Names this set of models in answers. */
  readonly generation: string;
  /** Outlive generations: what they know of a provider stays true when its catalog changes. */
  readonly shared: Pick<ClientOptions, "circuitBreaker" | "telemetry">;
}

/** A provider with the keys of the environment. */
export function realProvider(facts: ProviderFacts) {
  return defineProvider({ protocols, facts, cloud: aws });
}

/** Providers are made anew for each generation; calls in flight keep the ones that they began with. */
export function devModels(facts: readonly ProviderFacts[], options: DevModelOptions): GatewayModels {
  const { env, simulateAll, generation, shared } = options;
  const made = facts.filter((provider) => simulateAll || !hasKey(provider, env));
  const simulated = new Set(made.map(({ id }) => id));
  const simulator = createSimulator({ providers: made, latencyMs: { event: eventMs } });
  const providers = facts.map((provider) => {
    const definition = { protocols, facts: provider, cloud: aws };
    if (!simulated.has(provider.id)) return defineProvider(definition, { ...shared, env });
    const baseURL = simulator.baseURL(provider.id);
    const vars = placeholders(provider);
    return defineProvider(definition, { ...shared, ...nobody, baseURL, fetch: simulator.fetch, vars });
  });
  return { providers, simulated, generation };
}

/** Providers that take requests without a key are real, too. */
export function hasKey(provider: ProviderFacts, env: Environment): boolean {
  return needsNoKey(provider) || provider.auth.some((way) => way.type !== "none" && isGiven(way, env));
}

/** Servers of one's own, mostly. */
export function needsNoKey({ auth }: ProviderFacts): boolean {
  return auth.some((way) => way.type === "none" || way.optional === true);
}

function isGiven(way: Exclude<Auth, { readonly type: "none" }>, env: Environment): boolean {
  if (way.type !== "aws-sigv4") return firstSet(env, way.env) !== undefined;
  const [id, secret] = way.env;
  return firstSet(env, [id]) !== undefined && firstSet(env, [secret]) !== undefined;
}

/** Requests are signed for a region also where nobody checks it. */
function placeholders({ vars = {} }: ProviderFacts): Record<string, string> {
  return Object.fromEntries(Object.entries(vars).map(([name, { default: usual }]) => [name, usual ?? name]));
}
