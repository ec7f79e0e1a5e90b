/** Encodes a chat request as `POST /v2/chat`. https://docs.cohere.com/reference/chat */
import type { NeutralReasoning } from "../../chat/request.js";
import { extraHeaders, type WireBody, withExtraBody, writeParams } from "../body.js";
import { refuseBuiltinTools } from "../builtin-tools.js";
import type { ChatCall, WireRequest } from "../protocol.js";
import { encodeMessages } from "./request-messages.js";
import { encodeTools } from "./request-tools.js";
import type { WireObject } from "./wire.js";

/** Canonical parameters with another name on the wire. */
const paths: { readonly [name: string]: string } = {
  maxOutputTokens: "max_tokens",
  topP: "p",
  topK: "k",
  stop: "stop_sequences",
  frequencyPenalty: "frequency_penalty",
  presencePenalty: "presence_penalty",
};

/** Throws `CapabilityError` for media that the API does not take, and for a choice of tool that it has no word for. */
export function encodeChat(call: ChatCall): WireRequest {
  const { model, request } = call;
  refuseBuiltinTools(call);
  const { stop, ...params } = request.params;
  const body: WireBody = { model: model.wireId ?? call.modelId, messages: encodeMessages(call) };
  if (call.stream) body.stream = true;
  Object.assign(body, encodeTools(call));
  const format = encodeFormat(call);
  if (format !== undefined) body.response_format = format;
  const thinking = request.reasoning === undefined ? undefined : encodeThinking(request.reasoning, call);
  if (thinking !== undefined) body.thinking = thinking;
  writeParams(body, { ...params, stop: typeof stop === "string" ? [stop] : stop }, { model, paths });
  return {
    method: "POST",
    path: model.transport?.path ?? "/v2/chat",
    headers: extraHeaders(call),
    body: withExtraBody(body, call),
  };
}

/** The `json` path is completed by the instruction that `encodeMessages` adds. */
function encodeFormat({ request: { output } }: ChatCall): WireObject | undefined {
  if (output === undefined || output.path === "tool") return undefined;
  return output.path === "json" ? { type: "json_object" } : { type: "json_object", json_schema: output.schema };
}

/** https://docs.cohere.com/docs/reasoning */
function encodeThinking(
  { enabled, effort, budget, summary }: NeutralReasoning,
  call: ChatCall,
): WireObject | undefined {
  const drop = (path: string, reason: string, from: unknown): void =>
    call.adjust({ path, action: "dropped", reason, from });
  if (effort !== undefined && effort !== "none")
    drop("reasoning.effort", "the API has a budget, but no levels of effort", effort);
  if (summary !== undefined) drop("reasoning.summary", "thinking is always shown", summary);
  const off = enabled === false || (enabled === undefined && (effort === "none" || budget === 0));
  if (off) return { type: "disabled" };
  if (enabled === undefined && budget === undefined && (effort === undefined || effort === "default")) return undefined;
  return { type: "enabled", ...(typeof budget === "number" ? { token_budget: budget } : {}) };
}
