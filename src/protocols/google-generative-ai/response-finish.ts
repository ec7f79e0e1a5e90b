/** Gemini's finish reasons in neutral words. */
import type { FinishReason } from "../../chat/events.js";
import { present } from "./wire-read.js";

/** Why an answer ended: the neutral word beside the provider's own. */
export interface Finish {
  readonly reason: FinishReason;
  readonly raw: string;
}

/** https://ai.google.dev/api/generate-content#FinishReason and Vertex AI's MODEL_ARMOR. */
const reasons: { readonly [word: string]: FinishReason } = {
  STOP: "stop",
  MAX_TOKENS: "length",
  SAFETY: "content-filter",
  RECITATION: "content-filter",
  BLOCKLIST: "content-filter",
  PROHIBITED_CONTENT: "content-filter",
  SPII: "content-filter",
  MODEL_ARMOR: "content-filter",
  IMAGE_SAFETY: "content-filter",
  IMAGE_PROHIBITED_CONTENT: "content-filter",
  IMAGE_RECITATION: "content-filter",
  MALFORMED_FUNCTION_CALL: "error",
  MALFORMED_RESPONSE: "error",
  UNEXPECTED_TOOL_CALL: "error",
  TOO_MANY_TOOL_CALLS: "error",
  MISSING_THOUGHT_SIGNATURE: "error",
};

/** Numbers that the Gemini API and Vertex AI give the same meaning (`$alt=json;enum-encoding=int`); above they differ. */
const words = ["FINISH_REASON_UNSPECIFIED", "STOP", "MAX_TOKENS", "SAFETY", "RECITATION", "OTHER"];

/** The finish that a candidate states; undefined while it goes on. Words not in the table are `other`: the list grows. */
export function finishOf(value: unknown): Finish | undefined {
  if (!present(value) || value === "" || value === 0 || value === words[0]) return undefined;
  const raw = typeof value === "string" ? value : JSON.stringify(value);
  const word = typeof value === "number" ? (words[value] ?? raw) : raw.toUpperCase();
  return { reason: Object.hasOwn(reasons, word) ? reasons[word]! : "other", raw };
}
