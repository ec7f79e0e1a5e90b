/**
 * Two opinions on the shipped catalog. The client checks a request by the catalog before it sends; the simulator
 * checks the bytes by the catalog on its own. What the client sends, the simulator must take.
 */
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadCatalog } from "../../src/catalog/load.js";
import { defineProvider } from "../../src/client/define-provider.js";
import { isModelwrightError } from "../../src/errors.js";
import { anthropicMessagesRoom as anthropicMessages } from "../../src/protocols/anthropic-messages/room.js";
import { bedrockConverseRoom as bedrockConverse } from "../../src/protocols/bedrock-converse/room.js";
import { cohereV2Room as cohereV2 } from "../../src/protocols/cohere-v2/room.js";
import { googleGenerativeAiRoom as googleGenerativeAi } from "../../src/protocols/google-generative-ai/room.js";
import { ollamaRoom as ollama } from "../../src/protocols/ollama/room.js";
import { openaiChatRoom as openaiChat } from "../../src/protocols/openai-chat/room.js";
import { openaiResponsesRoom as openaiResponses } from "../../src/protocols/openai-responses/room.js";
import type { ChatCall, Protocol, WireRequest } from "../../src/protocols/protocol.js";
import { createRandom, hash } from "../../src/simulator/random.js";
import { createSimulator } from "../../src/testing.js";
import { denied } from "./denied-request.js";
import { randomRequest } from "./random-request.js";

/** Requests per model: some 19,000 in all. More look longer for a disagreement. */
const rounds = Number(process.env.ORACLE_ROUNDS ?? 3);

/** Thousands of requests on a machine that may be busy. */
const oracleLimitMs = 300_000 * rounds;

const { providers } = await loadCatalog(fileURLToPath(new URL("../../catalog", import.meta.url)));
const facts = [...providers.values()];
const protocols = [
  openaiChat,
  openaiResponses,
  anthropicMessages,
  googleGenerativeAi,
  ollama,
  cohereV2,
  bedrockConverse,
] as const;
const simulator = createSimulator({ providers: facts });
const chatModels = facts.flatMap((provider) =>
  Object.entries(provider.models)
    .filter(([, { kind, status }]) => kind === "chat" && status !== "retired")
    .map(([modelId, model]) => ({ provider, modelId, model })),
);

it(
  "takes every request that the client's own check lets pass, for every chat model of the catalog",
  async () => {
    const refused: string[] = [];
    let sent = 0;
    let held = 0;
    for (const { provider, modelId, model } of chatModels) {
      const options = { fetch: simulator.fetch, baseURL: simulator.baseURL(provider.id), apiKey: "k" };
      const handle = defineProvider({ protocols, facts: provider }, options).model(modelId);
      if (!("chat" in handle)) throw new Error(`${modelId} has no chat`);
      for (let round = 0; round < rounds; round++) {
        const random = createRandom(hash(`${provider.id}/${modelId}`, round));
        const request = randomRequest({ provider, model, random });
        try {
          await (random.next() < 0.5 ? handle.chat(request) : handle.stream(request).reply);
          sent++;
        } catch (error) {
          if (!isModelwrightError(error)) throw error;
          if (error.status === undefined) held++;
          else
            refused.push(
              `${provider.id}/${modelId}: ${error.status} ${error.providerMessage} ${JSON.stringify(request)}`,
            );
        }
      }
    }
    expect(refused.slice(0, 20)).toEqual([]);
    // The generator stays mostly within the rules, else this would prove nothing.
    expect(held).toBeLessThan(sent / 4);
  },
  oracleLimitMs,
);

describe("what the catalog denies is refused on the wire", () => {
  it.each(Object.keys(denied))("%s", async (name) => {
    const misuse = denied[name]!;
    const taken: string[] = [];
    let tried = 0;
    for (const { provider, modelId, model } of chatModels) {
      const request = misuse({ provider, model });
      const protocol = protocols.find(({ id }) => id === (model.transport?.protocol ?? provider.protocol));
      if (request === undefined || protocol === undefined) continue;
      const wire = encodeUnchecked(protocol, { provider, modelId, model, request });
      if (wire === undefined) continue;
      tried++;
      const url = simulator.baseURL(provider.id) + wire.path;
      const response = await simulator.fetch(url, { method: wire.method, body: JSON.stringify(wire.body) });
      if (response.ok) taken.push(`${provider.id}/${modelId}`);
      await response.text();
    }
    expect(taken.slice(0, 20)).toEqual([]);
    expect(tried).toBeGreaterThan(0);
  });
});

/** The request as the room sends it, without the client's check. Undefined when the room itself cannot or will not say it. */
function encodeUnchecked(
  protocol: Protocol,
  call: Pick<ChatCall, "provider" | "modelId" | "model" | "request">,
): WireRequest | undefined {
  let whole = true;
  try {
    const wire = protocol.encodeChat({
      ...call,
      stream: call.model.features.streaming === "required",
      adjust: ({ action }) => {
        if (action !== "added") whole = false;
      },
    });
    return whole ? wire : undefined;
  } catch (error) {
    if (isModelwrightError(error)) return undefined;
    throw error;
  }
}
