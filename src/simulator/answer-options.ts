/** How a model's answer looks by its facts: visible thoughts, tags, signatures, ids, limits. */
import type { ChatProtocolId } from "../catalog/facts.js";
import type { Replay } from "../chat/message.js";
import { type UsageBuckets, usageOf } from "../chat/usage.js";
import type { AnswerContext } from "../protocols/server.js";
import type { EventOptions } from "./events.js";
import { chatDialect, type Inspection } from "./inspection.js";
import { reasons } from "./refuse-reasoning.js";
import { callContent } from "./refuse-signatures.js";
import { makeReasoning } from "./reply.js";
import { sign } from "./signature.js";

const callPrefixes: { readonly [P in ChatProtocolId]: string } = {
  "openai-chat": "call_",
  "openai-responses": "call_",
  "anthropic-messages": "toolu_",
  "google-generative-ai": "",
  ollama: "call_",
  "cohere-v2": "",
  "bedrock-converse": "tooluse_",
};

const answerPrefixes: { readonly [P in ChatProtocolId]: string } = {
  "openai-chat": "chatcmpl-",
  "openai-responses": "resp_",
  "anthropic-messages": "msg_",
  "google-generative-ai": "",
  ollama: "",
  "cohere-v2": "",
  "bedrock-converse": "",
};

export function answerOptions(inspection: Inspection): Omit<EventOptions, "answerId" | "random" | "inputBuckets"> {
  const { served, model, modelId, protocol } = inspection;
  const { maxOutputTokens, stop } = served.request.params;
  const reasoning = reasons(inspection) ? makeReasoning(served.request) : undefined;
  return {
    modelId,
    reasoning,
    reasoningShown: showsReasoning(inspection),
    reasoningTags: protocol === "openai-chat" ? model.reasoning?.tags : undefined,
    maxOutputTokens: typeof maxOutputTokens === "number" ? maxOutputTokens : model.limits.output,
    stop: Array.isArray(stop) ? (stop as readonly string[]) : [],
    callPrefix: callPrefixes[protocol],
    callIdLength: chatDialect(inspection.provider, inspection.model).toolCallId,
    replays: reasoning === undefined ? {} : replaysOf(inspection),
  };
}

/** Their thoughts need no asking for. */
const alwaysShown: ReadonlySet<ChatProtocolId> = new Set([
  "anthropic-messages",
  "ollama",
  "cohere-v2",
  "bedrock-converse",
]);

/** Whether a reasoning model's thoughts can be read, or are only counted. */
function showsReasoning({ protocol, model, served }: Inspection): boolean {
  const { summary } = served.request.reasoning ?? {};
  const facts = model.reasoning;
  if (summary === "none" || facts?.output === "none") return false;
  // Both show summaries only to those who ask.
  if (protocol === "google-generative-ai" || protocol === "openai-responses") return summary !== undefined;
  if (alwaysShown.has(protocol)) return true;
  const ownMember = facts?.field !== undefined || facts?.tags !== undefined;
  return ownMember || (facts?.wire !== undefined && facts.wire !== "openai-effort");
}

function replaysOf(inspection: Inspection): EventOptions["replays"] {
  const { protocol, provider, modelId } = inspection;
  const signer = { provider: provider.id, model: modelId };
  const replay = (data: unknown): Replay => ({ protocol, provider: provider.id, model: modelId, data });
  switch (protocol) {
    case "anthropic-messages":
      return { reasoning: (text) => replay({ type: "thinking", signature: sign(text, signer) }) };
    case "google-generative-ai":
      return { call: (name, input) => replay({ thoughtSignature: sign(callContent(name, input), signer) }) };
    case "openai-responses":
      return { reasoning: (text) => replay({ type: "reasoning", summary: [], text }) };
    case "openai-chat":
      if (chatDialect(inspection.provider, inspection.model).reasoningEcho !== "reasoning_details") return {};
      return {
        reasoning: (text) =>
          replay({ reasoning_details: [{ type: "reasoning.text", text, signature: sign(text, signer), index: 0 }] }),
      };
    case "cohere-v2":
      return { reasoning: () => replay({ type: "thinking" }) };
    case "bedrock-converse":
      return { reasoning: (text) => replay({ type: "reasoning", signature: sign(text, signer) }) };
    default:
      return {};
  }
}

/** What the encoders of the protocols need beside the events. */
export function answerContext(
  inspection: Inspection,
  { answerId, created, prompt }: { readonly answerId: string; readonly created: number; readonly prompt: UsageBuckets },
): AnswerContext {
  const { served, model, protocol } = inspection;
  return {
    id: answerPrefixes[protocol] + answerId,
    modelId: served.modelId,
    created,
    served,
    promptUsage: usageOf(prompt),
    reasoningField: model.reasoning?.field,
    usageExcludes: chatDialect(inspection.provider, inspection.model).usageExcludes,
  };
}
