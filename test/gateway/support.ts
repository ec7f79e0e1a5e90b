/** A gateway over real catalog providers, behind which the simulator stands. */
import { anthropic } from "../../generated/anthropic.js";
import { google } from "../../generated/google.js";
import { groq } from "../../generated/groq.js";
import { openai } from "../../generated/openai.js";
import { failover } from "../../src/index.js";
import { createGateway } from "../../src/server/gateway.js";
import type { GatewayExchange, GatewayOptions } from "../../src/server/gateway-options.js";
import { createSimulator } from "../../src/testing.js";

export const token = "test-token-0123456789";

/** What an upstream key looks like; it must never come out of a gateway. */
export const upstreamKey = "sk-upstream-key-that-must-stay-inside";

export type Json = ReturnType<typeof JSON.parse>;

/** Listens at once: upstream is real HTTP. */
export async function startUpstream(options: Partial<GatewayOptions> = {}) {
  const simulator = createSimulator({ providers: [openai.facts, anthropic.facts, google.facts, groq.facts] });
  await simulator.listen();
  const client = (provider: string) => ({
    apiKey: upstreamKey,
    baseURL: simulator.baseURL(provider),
    timeouts: { firstByte: 400, idle: 400 },
  });
  const exchanges: GatewayExchange[] = [];
  const providers = {
    openai: openai.create(client("openai")),
    anthropic: anthropic.create(client("anthropic")),
    google: google.create(client("google")),
    groq: groq.create(client("groq")),
  };
  const members = [providers.openai("gpt-4.1"), providers.groq("llama-3.3-70b-versatile")] as const;
  const models = {
    providers: Object.values(providers),
    routes: { steady: failover(members, { midStream: "auto" }), first: failover(members) },
    aliases: { "house-model": "google/gemini-2.5-flash" },
    generation: "7",
    simulated: new Set(Object.keys(providers)),
  };
  const gateway = createGateway({
    models,
    onExchange: (exchange) => exchanges.push(exchange),
    ...options,
  });
  return { simulator, gateway, exchanges, models };
}

export function jsonRequest(path: string, body: unknown, headers: Record<string, string> = {}): Request {
  return new Request(`http://gateway.test/v1${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

/** The JSON of every `data:` line. */
export function dataOf(stream: string): Json[] {
  return stream
    .split("\n")
    .filter((line) => line.startsWith("data: {"))
    .map((line) => JSON.parse(line.slice(6)));
}
