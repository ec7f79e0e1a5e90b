/** Encodes a chat request as `POST /messages`. https://docs.claude.com/en/api/messages */

import { CapabilityError } from "../../errors.js";
import { extraHeaders, type WireBody, withExtraBody, writeParams } from "../body.js";
import { builtinTools, withoutBuiltinTools } from "../builtin-tools.js";
import { objectOf } from "../lenient.js";
import type { ChatCall, WireRequest } from "../protocol.js";
import { type Conversation, encodeMessages } from "./request-messages.js";
import { encodeReasoning } from "./request-reasoning.js";
import { encodeTools } from "./request-tools.js";
import { builtinToolNames, protocolId, versionHeaders, type WireText } from "./wire.js";

/** Canonical parameters with another name on the wire. */
const paths: { readonly [name: string]: string } = {
  topP: "top_p",
  topK: "top_k",
  stop: "stop_sequences",
  serviceTier: "service_tier",
  user: "metadata.user_id",
};

const betaHeader = "anthropic-beta";

/** Most blocks that may carry a cache mark. https://docs.claude.com/en/docs/build-with-claude/prompt-caching */
const maxCacheMarks = 4;

/** For models whose limit is unknown: every model of the protocol can give this much. */
const unknownOutputLimit = 4096;

/** Throws `CapabilityError` for media the API does not take and for cache marks it refuses. */
export function encodeChat(call: ChatCall): WireRequest {
  const { model, modelId } = call;
  const { maxOutputTokens, stop, ...params } = withoutBuiltinTools(call.request.params);
  const conversation = encodeMessages(call);
  checkCacheMarks(conversation);
  const { thinking, effort } = encodeReasoning(call, conversation.messages);
  const thinks = thinking === undefined ? model.reasoning?.mode === "always" : thinking.type !== "disabled";
  const { tools, toolChoice, format, instruction } = encodeTools(call, thinks);
  const system: readonly WireText[] =
    instruction === undefined ? conversation.system : [...conversation.system, { type: "text", text: instruction }];

  const name = model.wireId ?? modelId;
  const { modelInPath } = { ...call.provider.dialect?.[protocolId], ...model.dialect?.[protocolId] };
  const body: WireBody = {
    ...(modelInPath ? {} : { model: name }),
    max_tokens: maxOutputTokens ?? outputLimit(call),
  };
  if (call.stream) body.stream = true;
  if (tools !== undefined) body.tools = tools;
  if (toolChoice !== undefined) body.tool_choice = toolChoice;
  if (system.length > 0) body.system = system;
  body.messages = conversation.messages;
  if (thinking !== undefined) body.thinking = thinking;
  if (effort !== undefined || format !== undefined)
    body.output_config = { ...(effort === undefined ? {} : { effort }), ...(format === undefined ? {} : { format }) };
  writeParams(body, { ...params, stop: typeof stop === "string" ? [stop] : stop }, { model, paths });
  return {
    method: "POST",
    path: model.transport?.path ?? (modelInPath ? pathOf(name, call.stream) : "/messages"),
    // Features in preview are asked for by words in this header, which add up. Vertex takes the version in the body.
    headers: { ...(modelInPath ? {} : versionHeaders), ...withBetas(call) },
    body: withExtraBody(body, call),
  };
}

/** Vertex publishes models as resources, with a method each for answers and for streams. */
function pathOf(model: string, stream: boolean): string {
  return `/models/${encodeURIComponent(model).replaceAll("%40", "@")}:${stream ? "streamRawPredict" : "rawPredict"}`;
}

/** Words that built-in tools ask for, beside those of the catalog and the caller. */
function withBetas(call: ChatCall): { [name: string]: string } {
  const headers = extraHeaders(call, [betaHeader]);
  const asked = headers[betaHeader]?.split(",") ?? [];
  const needed = builtinTools(call).flatMap(({ type, version }) =>
    // Who names a version knows what it needs.
    version === undefined && Object.hasOwn(builtinToolNames, type) ? (builtinToolNames[type]?.beta ?? []) : [],
  );
  const words = [...new Set([...asked, ...needed])];
  return words.length === 0 ? headers : { ...headers, [betaHeader]: words.join(",") };
}

/** `max_tokens` is required: without a wish it is what the model can give at most. */
function outputLimit({ model, adjust }: ChatCall): number {
  const limit = model.limits.output ?? unknownOutputLimit;
  adjust({ path: "maxOutputTokens", action: "added", reason: "the Messages API requires a limit", to: limit });
  return limit;
}

function checkCacheMarks({ system, messages }: Conversation): void {
  const blocks = [...system, ...messages.flatMap((message) => message.content)];
  const marks = blocks.flatMap((block) => ("cache_control" in block ? [objectOf(block.cache_control)?.ttl] : []));
  const path = "messages";
  if (marks.length > maxCacheMarks)
    throw new CapabilityError("unsupported", `messages: at most ${maxCacheMarks} cache marks, not ${marks.length}`, {
      path,
    });
  if (marks.lastIndexOf("1h") > marks.findIndex((ttl) => ttl !== "1h") && marks.some((ttl) => ttl !== "1h"))
    throw new CapabilityError("invalid-request", "messages: a cache mark of 1h cannot follow one of 5m", { path });
}
