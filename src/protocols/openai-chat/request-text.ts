/** Encodes chats of nothing but text, and the frame that all requests have in common. */
import type { OpenaiChatDialect } from "../../catalog/dialects/openai-chat.js";
import { extraHeaders, type WireBody, withExtraBody } from "../body.js";
import type { ChatCall, WireRequest } from "../protocol.js";
import { dialectOf } from "./wire.js";

/** Plain text stays a string: not every server takes parts. */
export function encodeText(call: ChatCall): WireRequest {
  const dialect = dialectOf(call);
  const messages = call.request.messages.map(({ role, content }) => ({
    role: role === "system" ? (dialect.systemRole ?? role) : role,
    content,
  }));
  return wireRequest(call, bodyOf(call, dialect, messages));
}

/** Model, messages and stream. */
export function bodyOf({ model, modelId, stream }: ChatCall, dialect: OpenaiChatDialect, messages: unknown): WireBody {
  const body: WireBody = { model: model.wireId ?? modelId, messages };
  if (stream) {
    body.stream = true;
    if (dialect.streamOptions !== false) body.stream_options = { include_usage: true };
  }
  return body;
}

/** The request around a body that is complete but for what catalog and caller add as it is. */
export function wireRequest(call: ChatCall, body: WireBody): WireRequest {
  return {
    method: "POST",
    path: call.model.transport?.path ?? "/chat/completions",
    headers: extraHeaders(call),
    body: withExtraBody(body, call),
  };
}
