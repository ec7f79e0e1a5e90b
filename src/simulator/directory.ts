/** Finds the provider, the endpoint and the model that a request means. */

import type { ModelFacts, ProtocolId, ProviderFacts } from "../catalog/facts.js";
import { findModel } from "../catalog/find-model.js";
import { protocolsOf } from "../catalog/spoken.js";
import { anthropicMessagesServer } from "../protocols/anthropic-messages/server.js";
import { bedrockConverseServer } from "../protocols/bedrock-converse/server.js";
import { bflFluxServer } from "../protocols/bfl-flux/server.js";
import { cohereV2Server } from "../protocols/cohere-v2/server.js";
import { dashscopeServer } from "../protocols/dashscope/server.js";
import { deepgramSpeechServer } from "../protocols/deepgram-speech/server.js";
import { elevenlabsSpeechServer } from "../protocols/elevenlabs-speech/server.js";
import { falQueueServer } from "../protocols/fal-queue/server.js";
import { googleGenerativeAiServer } from "../protocols/google-generative-ai/server.js";
import { minimaxMediaServer } from "../protocols/minimax-media/server.js";
import { ollamaServer } from "../protocols/ollama/server.js";
import { openaiChatServer } from "../protocols/openai-chat/server.js";
import { openaiResponsesServer } from "../protocols/openai-responses/server.js";
import { replicatePredictionsServer } from "../protocols/replicate-predictions/server.js";
import type { Route, ServerProtocol } from "../protocols/server.js";

const servers: readonly ServerProtocol[] = [
  openaiChatServer,
  openaiResponsesServer,
  anthropicMessagesServer,
  googleGenerativeAiServer,
  ollamaServer,
  cohereV2Server,
  bedrockConverseServer,
  bflFluxServer,
  dashscopeServer,
  deepgramSpeechServer,
  elevenlabsSpeechServer,
  falQueueServer,
  minimaxMediaServer,
  replicatePredictionsServer,
];

/** A provider with the base paths its clients may use. */
interface Entry {
  readonly facts: ProviderFacts;
  /** Longest first, so that `/v1/beta` is not taken for `/v1`. */
  readonly basePaths: readonly string[];
  readonly byWireId: ReadonlyMap<string, string>;
  readonly speaks: ReadonlySet<ProtocolId>;
}

/** A request whose endpoint is known. */
export interface Destination {
  readonly provider: ProviderFacts;
  readonly protocol: ServerProtocol;
  readonly route: Route;
  /** Below the provider's base URL. */
  readonly path: string;
}

export interface Directory {
  /** Path of a provider's base URL on the simulator. Throws for an unknown provider. */
  basePath(provider: string): string;
  /** Undefined when nothing is served there. `provider` is known whenever the first segment names one. */
  find(
    method: string,
    path: string,
  ): Destination | { readonly provider: ProviderFacts | undefined; readonly path: string };
  /** The model by what stands on the wire: catalog id, wire id, alias or pattern. */
  model(provider: ProviderFacts, name: string): { readonly id: string; readonly model: ModelFacts } | undefined;
}

export function createDirectory(providers: readonly ProviderFacts[]): Directory {
  const entries = new Map(providers.map((facts) => [facts.id, entryOf(facts)]));
  return {
    basePath(provider) {
      const entry = entries.get(provider);
      if (entry === undefined) throw new RangeError(`the simulator has no provider ${JSON.stringify(provider)}`);
      return `/${encodeURIComponent(provider)}${basePathOf(entry.facts.baseURL, entry.facts)}`;
    },
    find(method, path) {
      const [, first = ""] = path.split("/", 2);
      const entry = entries.get(decodeSegment(first));
      const rest = path.slice(first.length + 1);
      if (entry === undefined) return { provider: undefined, path };
      return destinationOf(entry, method, rest) ?? { provider: entry.facts, path: rest };
    },
    model(provider, name) {
      const wired = entries.get(provider.id)?.byWireId.get(name);
      return findModel(provider, wired ?? name);
    },
  };
}

function entryOf(facts: ProviderFacts): Entry {
  const models = Object.entries(facts.models);
  const bases = [facts.baseURL, ...models.flatMap(([, { transport }]) => transport?.baseURL ?? [])];
  const paths = new Set(bases.map((base) => basePathOf(base, facts)));
  return {
    facts,
    basePaths: [...paths].sort((a, b) => b.length - a.length),
    speaks: new Set([facts.protocol, ...models.flatMap(([, model]) => protocolsOf(facts, model))]),
    byWireId: new Map(models.flatMap(([id, { wireId }]) => (wireId === undefined ? [] : [[wireId, id] as const]))),
  };
}

/** The path part of a base URL, its templates filled with defaults. */
function basePathOf(baseURL: string, { vars }: ProviderFacts): string {
  const filled = baseURL.replace(/\$\{(\w+)\}/g, (_, name: string) => vars?.[name]?.default ?? name);
  // A template may stand for the whole origin.
  return filled.replace(/^(?:[a-z][a-z0-9+.-]*:\/\/)?[^/]*/i, "").replace(/\/+$/, "");
}

function destinationOf(entry: Entry, method: string, path: string): Destination | undefined {
  const { facts } = entry;
  const own = (protocol: ServerProtocol) => (protocol.id === facts.protocol ? 0 : 1);
  const spoken = servers.filter(({ id, tasksOnly }) => tasksOnly !== true || entry.speaks.has(id));
  const inOrder = spoken.sort((a, b) => own(a) - own(b));
  for (const base of entry.basePaths) {
    if (!path.startsWith(`${base}/`)) continue;
    const below = path.slice(base.length);
    for (const protocol of inOrder) {
      const route = protocol.route(method, below);
      if (route !== undefined) return { provider: facts, protocol, route, path: below };
    }
  }
  return undefined;
}

/** Malformed escapes name no provider. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
