/** Verifies what models demand back: signatures of thinking and of calls, reasoning text beside calls. */
import { openReplay } from "../protocols/served-answer.js";
import { badValue, type Check, type Inspection, type Refusal } from "./inspection.js";
import { converseReasoning } from "./refuse-converse.js";
import { reasons } from "./refuse-reasoning.js";
import { verifies } from "./signature.js";

type Members = { readonly [name: string]: unknown };

export const signatureChecks: readonly Check[] = [
  anthropicThinking,
  geminiThoughts,
  openaiReasoning,
  encryptedReasoning,
  converseReasoning,
];

function listOf(value: unknown): readonly Members[] {
  return Array.isArray(value) ? (value as readonly Members[]) : [];
}

function signerOf({ provider, modelId }: Inspection): { readonly provider: string; readonly model: string } {
  return { provider: provider.id, model: modelId };
}

/** https://docs.claude.com/en/docs/build-with-claude/extended-thinking#preserving-thinking-blocks */
function anthropicThinking(inspection: Inspection): Refusal | undefined {
  const { protocol, model, served } = inspection;
  if (protocol !== "anthropic-messages") return undefined;
  const messages = listOf(served.wire.messages);
  for (const [i, message] of messages.entries()) {
    if (message.role !== "assistant") continue;
    for (const [j, block] of listOf(message.content).entries())
      if (block.type === "thinking" && !verifies(block.signature, String(block.thinking), signerOf(inspection)))
        return badValue(`messages[${i}].content[${j}]`, "invalid 'signature' in 'thinking' block");
  }
  // Adaptive thinking asks for no thinking before earlier calls, a budget does.
  if (model.reasoning?.replay !== "required" || (served.wire.thinking as Members | undefined)?.type !== "enabled")
    return undefined;
  const has = (message: Members, type: string): boolean => listOf(message.content).some((block) => block.type === type);
  // Calls and their results are one turn with its first message.
  const asked = messages.findLastIndex((message) => message.role === "user" && !has(message, "tool_result"));
  const begin = messages[asked + 1]?.role === "system" ? asked + 2 : asked + 1;
  const first = listOf(messages[begin]?.content)[0]?.type;
  if (first === "thinking" || first === "redacted_thinking") return undefined;
  if (!messages.slice(begin).some((message) => has(message, "tool_use"))) return undefined;
  return badValue(
    `messages[${begin}].content[0].type`,
    `expected 'thinking' or 'redacted_thinking', but found '${String(first)}'`,
  );
}

/** Accepted instead of a signature, for calls that the model did not make. https://ai.google.dev/gemini-api/docs/thought-signatures */
const dummySignatures = ["skip_thought_signature_validator", "context_engineering_is_the_way_to_go"];

function geminiThoughts(inspection: Inspection): Refusal | undefined {
  const { protocol, model, served } = inspection;
  if (protocol !== "google-generative-ai") return undefined;
  const contents = listOf(served.wire.contents);
  const lastAsked = contents.findLastIndex(
    ({ role, parts }) => role !== "model" && listOf(parts).every((part) => part.functionResponse === undefined),
  );
  for (const [i, content] of contents.entries()) {
    let first = true;
    for (const [j, part] of listOf(content.parts).entries()) {
      const call = part.functionCall as Members | undefined;
      const path = `contents[${i}].parts[${j}]`;
      const signature = part.thoughtSignature;
      if (call === undefined) continue;
      if (signature !== undefined && !isSigned(call, signature, inspection))
        return badValue(path, "thought signature is not valid");
      if (first && signature === undefined && i > lastAsked && model.reasoning?.replay === "required")
        return badValue(
          path,
          `function call '${String(call.name)}' is missing a thought_signature in functionCall parts`,
        );
      first = false;
    }
  }
  return undefined;
}

function isSigned(call: Members, signature: unknown, inspection: Inspection): boolean {
  if (dummySignatures.includes(String(signature))) return true;
  return verifies(signature, callContent(String(call.name), call.args ?? {}), signerOf(inspection));
}

/** What a call's signature covers. */
export function callContent(name: string, input: unknown): string {
  return `${name} ${JSON.stringify(input)}`;
}

/** DeepSeek's rules for `reasoning_content`, OpenRouter's for signed details. https://api-docs.deepseek.com/guides/thinking_mode */
function openaiReasoning(inspection: Inspection): Refusal | undefined {
  const { protocol, model, served } = inspection;
  if (protocol !== "openai-chat") return undefined;
  const messages = listOf(served.wire.messages);
  const lastUser = messages.findLastIndex(({ role }) => role === "user");
  const { replay } = model.reasoning ?? {};
  for (const [i, message] of messages.entries()) {
    const has = typeof message.reasoning_content === "string";
    if (has && replay === "forbidden")
      return badValue(`messages[${i}].reasoning_content`, "reasoning_content must not be part of the input messages");
    const called = listOf(message.tool_calls).length > 0;
    const echoed = model.reasoning?.field === "reasoning_content" && i > lastUser;
    if (called && !has && replay === "required" && echoed && reasons(inspection))
      return badValue(`messages[${i}].reasoning_content`, "is missing beside tool calls while reasoning");
    const refusal = details(listOf(message.reasoning_details), `messages[${i}].reasoning_details`, inspection);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/**
 * Reasoning of a turn that the provider did not keep comes back encrypted, by the model that made it.
 * https://platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items
 */
function encryptedReasoning({ protocol, provider, modelId, served }: Inspection): Refusal | undefined {
  if (protocol !== "openai-responses") return undefined;
  for (const [i, item] of listOf(served.wire.input).entries()) {
    if (item.type !== "reasoning") continue;
    const encrypted = item.encrypted_content;
    if (typeof encrypted !== "string") {
      if (served.wire.store !== false || listOf(item.content).length > 0) continue;
      return badValue(`input[${i}]`, "items are not kept when 'store' is false: reasoning needs its encrypted_content");
    }
    const replay = openReplay(encrypted);
    if (replay?.provider !== provider.id || replay.model !== modelId)
      return badValue(`input[${i}].encrypted_content`, "the encrypted content could not be verified");
  }
  return undefined;
}

function details(list: readonly Members[], path: string, inspection: Inspection): Refusal | undefined {
  const signed = list.findIndex(
    ({ type, signature, text }) =>
      type === "reasoning.text" && signature !== undefined && !verifies(signature, String(text), signerOf(inspection)),
  );
  return signed < 0 ? undefined : badValue(`${path}[${signed}].signature`, "is not a signature of this model");
}
