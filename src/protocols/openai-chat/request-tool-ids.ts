/** Fits ids of tool calls from other providers to what this one accepts. */
import type { OpenaiChatDialect } from "../../catalog/dialects/openai-chat.js";

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The id itself where it fits, else one derived from it: equal for the call and its result. */
export function fittedCallId(id: string, { toolCallId }: OpenaiChatDialect): string {
  if (toolCallId === undefined) return id;
  const { maxLength, exact = false, alphanumeric = false } = toolCallId;
  const fits = exact ? id.length === maxLength : id.length > 0 && id.length <= maxLength;
  if (fits && !(alphanumeric && /[^0-9A-Za-z]/.test(id))) return id;
  return derived(id, exact ? maxLength : Math.min(maxLength, 24));
}

function derived(id: string, length: number): string {
  let text = "";
  for (let i = 0; i < length; i++) text += digits[fnv1a(id, i) % digits.length]!;
  return text;
}

/** http://www.isthe.com/chongo/tech/comp/fnv/, with a seed, to draw several digits from one id. */
function fnv1a(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ Math.imul(seed + 1, 0x9e3779b1);
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x85ebca6b) >>> 0;
}
