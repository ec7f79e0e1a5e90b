/** Refuses Converse histories that do not fit together, and reasoning whose signature is not the model's. */
import { badValue, type Inspection, type Refusal } from "./inspection.js";
import { verifies } from "./signature.js";

type Members = { readonly [name: string]: unknown };

const callId = /^[a-zA-Z0-9_-]{1,64}$/;

/** Turns alternate and begin with the user; results stand in the turn right after their calls. Text is never blank. */
export function converseHistory({ served }: Inspection): Refusal | undefined {
  let open: readonly string[] = [];
  let toolsUsed = false;
  let role: unknown = "assistant";
  for (const [i, message] of listOf(served.wire.messages).entries()) {
    const path = `messages[${i}].content`;
    const blocks = listOf(message.content);
    if (i === 0 && message.role !== "user")
      return badValue("messages", "a conversation must start with a user message");
    if (message.role === role) return badValue("messages", "roles must alternate between 'user' and 'assistant'");
    const refusal = findBlank(blocks, path) ?? unfitResults(blocks, open, path);
    if (refusal !== undefined) return refusal;
    role = message.role;
    open = idsOf(blocks, "toolUse");
    toolsUsed ||= open.length > 0;
    const misfit = open.find((id, at) => !callId.test(id) || open.indexOf(id) < at);
    if (misfit !== undefined) return badValue(path, `'toolUseId' must be unique and match '${callId.source}'`);
  }
  if (open.length > 0) return badValue("messages", `expected toolResult blocks for: ${open.join(", ")}`);
  if (toolsUsed && served.request.tools.length === 0)
    return badValue("toolConfig", "must be defined when using toolUse and toolResult content blocks");
  return undefined;
}

function findBlank(blocks: readonly Members[], path: string): Refusal | undefined {
  if (blocks.length === 0) return badValue(path, "the content field is empty");
  const blank = blocks.findIndex(({ text }) => typeof text === "string" && text.trim() === "");
  return blank < 0 ? undefined : badValue(`${path}[${blank}].text`, "the text field is blank");
}

function unfitResults(blocks: readonly Members[], open: readonly string[], path: string): Refusal | undefined {
  const results = idsOf(blocks, "toolResult");
  const missing = open.find((id) => !results.includes(id));
  if (missing !== undefined) return badValue(path, `expected toolResult blocks for: ${missing}`);
  const stray = results.find((id) => !open.includes(id));
  return stray === undefined ? undefined : badValue(path, `unexpected toolResult block: ${stray}`);
}

/** Ids of calls or results; those of tools that the provider runs stand in one turn together. */
function idsOf(blocks: readonly Members[], member: "toolUse" | "toolResult"): readonly string[] {
  return blocks.flatMap((block) => {
    const value = block[member] as Members | undefined;
    return value === undefined || value.type !== undefined ? [] : [String(value.toolUseId)];
  });
}

/** https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html */
export function converseReasoning(inspection: Inspection): Refusal | undefined {
  const { protocol, provider, modelId, served } = inspection;
  if (protocol !== "bedrock-converse") return undefined;
  const signer = { provider: provider.id, model: modelId };
  for (const [i, message] of listOf(served.wire.messages).entries()) {
    for (const [j, block] of listOf(message.content).entries()) {
      const said = (block.reasoningContent as Members | undefined)?.reasoningText as Members | undefined;
      if (said !== undefined && !verifies(said.signature, String(said.text), signer))
        return badValue(`messages[${i}].content[${j}]`, "invalid 'signature' in 'reasoningContent' block");
    }
  }
  return unthoughtTurn(inspection);
}

/** A budget asks that the turn in progress, calls and results together, begins with its thinking. */
function unthoughtTurn({ model, served }: Inspection): Refusal | undefined {
  const fields = served.wire.additionalModelRequestFields as Members | undefined;
  const thinking = fields?.thinking as Members | undefined;
  if (model.reasoning?.replay !== "required" || thinking?.type !== "enabled") return undefined;
  const messages = listOf(served.wire.messages);
  const has = (message: Members, member: string): boolean =>
    listOf(message.content).some((block) => block[member] !== undefined);
  const begin = messages.findLastIndex((message) => message.role === "user" && !has(message, "toolResult")) + 1;
  const [first] = listOf(messages[begin]?.content);
  if (first === undefined || first.reasoningContent !== undefined) return undefined;
  if (!messages.slice(begin).some((message) => has(message, "toolUse"))) return undefined;
  return badValue(
    `messages.${begin}.content.0.type`,
    "Expected `thinking` or `redacted_thinking`, but found `tool_use`",
  );
}

function listOf(value: unknown): readonly Members[] {
  return Array.isArray(value) ? (value as readonly Members[]) : [];
}
