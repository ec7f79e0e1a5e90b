/** One simulated provider per wire protocol, and untyped handles of their only model. */
import type { ChatProtocolId, ModelFacts, ProviderFacts } from "../../src/catalog/facts.js";
import type { AnyReply } from "../../src/client/any-reply.js";
import type { ClientOptions } from "../../src/client/client-options.js";
import { defineProvider } from "../../src/client/define-provider.js";
import type { ChatHandle } from "../../src/client/handle.js";
import type { ChatOptions } from "../../src/client/options.js";
import type { ChatStream } from "../../src/client/stream.js";
import { anthropicMessages } from "../../src/protocols/anthropic-messages/index.js";
import { bedrockConverse } from "../../src/protocols/bedrock-converse/index.js";
import { cohereV2 } from "../../src/protocols/cohere-v2/index.js";
import { googleGenerativeAi } from "../../src/protocols/google-generative-ai/index.js";
import { ollama } from "../../src/protocols/ollama/index.js";
import { openaiChat } from "../../src/protocols/openai-chat/index.js";
import { openaiResponses } from "../../src/protocols/openai-responses/index.js";
import type { Protocol, ProtocolDoor } from "../../src/protocols/protocol.js";
import type { Simulator } from "../../src/testing.js";
import { aws } from "../../src/transport/cloud.js";

export const rooms: { readonly [Id in ChatProtocolId]: Protocol | ProtocolDoor } = {
  "openai-chat": openaiChat,
  "openai-responses": openaiResponses,
  "anthropic-messages": anthropicMessages,
  "google-generative-ai": googleGenerativeAi,
  ollama,
  "cohere-v2": cohereV2,
  "bedrock-converse": bedrockConverse,
};

export const protocolIds = Object.keys(rooms) as ChatProtocolId[];

const reasoning: { readonly [Id in ChatProtocolId]?: ModelFacts["reasoning"] } = {
  "openai-chat": { mode: "always", field: "reasoning_content", replay: "allowed" },
  "anthropic-messages": { mode: "always", replay: "required", wire: "anthropic-adaptive" },
  "google-generative-ai": { mode: "always", replay: "required" },
  "bedrock-converse": { mode: "always", replay: "required", wire: "bedrock-adaptive" },
};

/** `changed` facts of the model, by protocol. */
export function wireProviders(
  changed: (protocol: ChatProtocolId) => Partial<ModelFacts> = () => ({}),
): readonly ProviderFacts[] {
  return protocolIds.map((protocol) => ({
    id: `p-${protocol}`,
    name: protocol,
    role: "lab",
    protocol,
    baseURL: "https://api.example.com/v1",
    auth: [{ type: "none" }],
    assume: "strict",
    unknownModels: "reject",
    models: {
      [`m-${protocol}`]: {
        kind: "chat",
        input: ["text", "image"],
        output: ["text"],
        features: { tools: true, toolChoice: ["auto", "none"], parallelTools: true, prefill: true },
        params: {},
        limits: { context: 100_000, output: 10_000 },
        pricing: { currency: "USD", tokens: { input: 1, output: 2 } },
        ...(reasoning[protocol] === undefined ? {} : { reasoning: reasoning[protocol] }),
        ...changed(protocol),
      },
    },
  }));
}

export type WireHandle = ChatHandle & { readonly kind: "chat" };

/** Chat handles as programs without types have them. */
export function handlesOf(
  simulator: Simulator,
  providers: readonly ProviderFacts[],
  options: ClientOptions = {},
): { readonly [Id in ChatProtocolId]: WireHandle } {
  const handles = providers.map((facts) => {
    const provider = defineProvider(
      { protocols: [rooms[facts.protocol as ChatProtocolId]], cloud: aws, facts },
      { fetch: simulator.fetch, baseURL: simulator.baseURL(facts.id), retry: false, ...options },
    );
    return [facts.protocol, provider(`m-${facts.protocol}`) as ChatHandle];
  });
  return Object.fromEntries(handles) as { readonly [Id in ChatProtocolId]: WireHandle };
}

/** A group without its types. */
export interface AnyGroup {
  readonly kind: "chat";
  chat(options: ChatOptions): Promise<AnyReply>;
  stream(options: ChatOptions): ChatStream;
}
