/** Encodes chats of nothing but text, and what all requests have in common: whether the provider keeps the turn. */

import type { Reasoning } from "../../catalog/facts.js";
import { extraHeaders, type WireBody, withExtraBody } from "../body.js";
import { listOf } from "../lenient.js";
import type { ChatCall, WireRequest } from "../protocol.js";
import { encryptedReasoning } from "./wire.js";

export function encodeText(call: ChatCall): WireRequest {
  const { model, modelId, request, stream } = call;
  const body: WireBody = { model: model.wireId ?? modelId };
  if (stream) body.stream = true;
  return wireRequest(call, withExtraBody(body, call), () =>
    request.messages.map(({ role, content }) => ({ role, content })),
  );
}

/** The request around a body that is complete but for its state and its input, which the caller's extra body may hold. */
export function wireRequest(call: ChatCall, body: WireBody, encodeInput: (stateless: boolean) => unknown): WireRequest {
  const { model } = call;
  setState(body, reasons(model.reasoning));
  if (!Object.hasOwn(body, "input")) body.input = encodeInput(body.store === false);
  return { method: "POST", path: model.transport?.path ?? "/responses", headers: extraHeaders(call), body };
}

/** Fixed defaults of this room, see `encodeChat` of the whole room. A stored turn needs no encrypted reasoning: the provider has it. */
function setState(body: WireBody, reasons: boolean): void {
  const kept = body.store === true || given(body.previous_response_id) || given(body.conversation);
  if (!reasons || kept) return;
  body.store = false;
  const include = listOf(body.include);
  if (!include.includes(encryptedReasoning)) body.include = [...include, encryptedReasoning];
}

// Models that do not reason refuse to be asked for encrypted reasoning.
function reasons(reasoning: Reasoning | undefined): boolean {
  return reasoning?.mode === "always" || reasoning?.mode === "optional";
}

function given(value: unknown): boolean {
  return value !== undefined && value !== null;
}
