/** How a model's answer looks by its facts: visible thoughts, tags, signatures, ids, limits. */
import type { ChatProtocolId } from "../catalog/facts.js";
import type { Source } from "../chat/events.js";
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
    replays: { ...(reasoning === undefined ? {} : replaysOf(inspection)), ...citationsOf(inspection) },
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

/** Citations in the provider's own form, where they go back with the text. */
function citationsOf({ protocol, provider, modelId }: Inspection): Pick<EventOptions["replays"], "citations"> {
  const replay = (data: unknown): Replay => ({ protocol, provider: provider.id, model: modelId, data });
  switch (protocol) {
    case "anthropic-messages":
      return { citations: (sources) => replay({ type: "text", citations: sources.map(messagesCitation) }) };
    case "bedrock-converse":
      return { citations: (sources) => replay({ type: "citations", citations: sources.map(converseCitation) }) };
    default:
      return {};
  }
}

/** Of a search, or, without an address, of a document. https://docs.claude.com/en/docs/build-with-claude/citations */
function messagesCitation({ url, title, text = "" }: Source): unknown {
  if (url !== undefined)
    return {
      type: "web_search_result_location",
      url,
      title: title ?? null,
      cited_text: text,
      encrypted_index: "simulated",
    };
  const place = { document_index: 0, document_title: title ?? null, start_char_index: 0, end_char_index: text.length };
  return { type: "char_location", cited_text: text, ...place };
}

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Citation.html */
function converseCitation({ url, title, text = "" }: Source): unknown {
  const location =
    url === undefined
      ? { documentChar: { documentIndex: 0, start: 0, end: text.length } }
      : { web: { url, ...(URL.canParse(url) ? { domain: new URL(url).hostname } : {}) } };
  return { ...(title === undefined ? {} : { title }), sourceContent: [{ text }], location };
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
