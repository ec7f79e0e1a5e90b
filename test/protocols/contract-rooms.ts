/** Every chat protocol as the contract sees it: a model that may do all its wire can say, and what the wire cannot. */
import type { ChatProtocolId, ModelFacts, ProviderFacts, Reasoning } from "../../src/catalog/facts.js";
import type { FinishReason } from "../../src/chat/events.js";
import type { ReasoningOptions } from "../../src/client/options.js";
import { anthropicMessages } from "../../src/protocols/anthropic-messages/index.js";
import { anthropicMessagesServer } from "../../src/protocols/anthropic-messages/server.js";
import { bedrockConverse } from "../../src/protocols/bedrock-converse/index.js";
import { bedrockConverseServer } from "../../src/protocols/bedrock-converse/server.js";
import { cohereV2 } from "../../src/protocols/cohere-v2/index.js";
import { cohereV2Server } from "../../src/protocols/cohere-v2/server.js";
import { googleGenerativeAi } from "../../src/protocols/google-generative-ai/index.js";
import { googleGenerativeAiServer } from "../../src/protocols/google-generative-ai/server.js";
import { ollama } from "../../src/protocols/ollama/index.js";
import { ollamaServer } from "../../src/protocols/ollama/server.js";
import { openaiChat } from "../../src/protocols/openai-chat/index.js";
import { openaiChatServer } from "../../src/protocols/openai-chat/server.js";
import { openaiResponses } from "../../src/protocols/openai-responses/index.js";
import { openaiResponsesServer } from "../../src/protocols/openai-responses/server.js";
import type { Protocol, ProtocolDoor } from "../../src/protocols/protocol.js";
import type { ServerProtocol } from "../../src/protocols/server.js";

/** What a wire may be unable to say. */
export type Ability =
  | "image"
  | "pdf"
  | "audio"
  | "video"
  | "parallelTools"
  | "toolChoice none"
  | "toolChoice required"
  | "toolChoice named"
  /** Reasoning that has to come back unchanged. */
  | "signed reasoning"
  /** A token count of reasoning of its own. */
  | "reasoning tokens"
  | "cached tokens";

export interface Room {
  readonly id: ChatProtocolId;
  readonly client: Protocol | ProtocolDoor;
  readonly server: ServerProtocol;
  readonly reasoning: Reasoning;
  /** The option that switches the reasoning on. */
  readonly think: ReasoningOptions;
  readonly facts?: Partial<ProviderFacts>;
  /** A request that needs one of these is refused before anything is sent, or its change is listed. */
  readonly lacks: readonly Ability[];
  /** Finish reasons that the wire has no word for, and what they become. */
  readonly finish?: { readonly [R in FinishReason]?: FinishReason | "failure" };
}

export const rooms: readonly Room[] = [
  {
    id: "openai-chat",
    client: openaiChat,
    server: openaiChatServer,
    reasoning: {
      mode: "optional",
      default: "off",
      effort: { levels: ["low", "high"] },
      field: "reasoning",
      wire: "openrouter",
    },
    think: { effort: "low" },
    facts: { dialect: { "openai-chat": { reasoningEcho: "reasoning_details" } } },
    lacks: [],
  },
  {
    id: "openai-responses",
    client: openaiResponses,
    server: openaiResponsesServer,
    reasoning: { mode: "optional", default: "off", effort: { levels: ["low", "high"] }, wire: "openai-effort" },
    think: { effort: "low", summary: "auto" },
    lacks: ["video"],
  },
  {
    id: "anthropic-messages",
    client: anthropicMessages,
    server: anthropicMessagesServer,
    reasoning: {
      mode: "optional",
      default: "off",
      budget: { min: 1024, below: "maxOutputTokens" },
      replay: "required",
      wire: "anthropic-thinking",
    },
    think: { budget: 1024 },
    lacks: ["audio", "video", "reasoning tokens"],
    finish: { "content-filter": "refusal" },
  },
  {
    id: "google-generative-ai",
    client: googleGenerativeAi,
    server: googleGenerativeAiServer,
    reasoning: {
      mode: "optional",
      default: "off",
      budget: { min: 128, max: 1024, off: 0, auto: -1 },
      wire: "gemini-budget",
    },
    think: { budget: 256, summary: "auto" },
    lacks: ["parallelTools"],
    finish: { refusal: "content-filter" },
  },
  {
    id: "ollama",
    client: ollama,
    server: ollamaServer,
    reasoning: { mode: "optional", default: "off", toggle: true },
    think: { enabled: true },
    lacks: [
      "pdf",
      "audio",
      "video",
      "parallelTools",
      "toolChoice none",
      "toolChoice required",
      "toolChoice named",
      "signed reasoning",
      "reasoning tokens",
      "cached tokens",
    ],
    finish: { "content-filter": "other", refusal: "stop" },
  },
  {
    id: "cohere-v2",
    client: cohereV2,
    server: cohereV2Server,
    reasoning: {
      mode: "optional",
      default: "off",
      toggle: true,
      budget: { min: 1, below: "maxOutputTokens" },
      wire: "cohere-thinking",
    },
    think: { budget: 256 },
    lacks: ["pdf", "audio", "video", "parallelTools", "toolChoice named", "cached tokens"],
    finish: { "content-filter": "failure", refusal: "stop" },
  },
  {
    id: "bedrock-converse",
    client: bedrockConverse,
    server: bedrockConverseServer,
    reasoning: {
      mode: "optional",
      default: "off",
      budget: { min: 1024, below: "maxOutputTokens" },
      replay: "required",
      wire: "bedrock-thinking",
    },
    think: { budget: 1024 },
    lacks: ["parallelTools", "toolChoice none", "reasoning tokens"],
    finish: { refusal: "content-filter" },
  },
];

/** Everything but what tests of one ability change. */
const able: ModelFacts = {
  kind: "chat",
  input: ["text", "image", "pdf", "audio", "video"],
  output: ["text"],
  features: {
    tools: true,
    toolChoice: ["auto", "none", "required", "named"],
    parallelTools: true,
    structuredOutput: "schema",
  },
  params: { temperature: { min: 0, max: 1 }, stop: true },
  limits: { context: 100_000, output: 4_000 },
};

/** The provider of a room: `plain` does not reason, `thinker` can. */
export function providerOf({ id, facts, reasoning }: Room): ProviderFacts {
  return {
    id: `maker-${id}`,
    name: "Maker",
    role: "lab",
    protocol: id,
    baseURL: "https://maker.example/v1",
    auth: [{ type: "none" }],
    assume: "strict",
    unknownModels: "reject",
    ...facts,
    models: { plain: able, thinker: { ...able, reasoning } },
  };
}
