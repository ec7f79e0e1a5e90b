/** Turns what the caller passed into the neutral request. */
import type { AnyMessage } from "../chat/message.js";
import type { NeutralRequest } from "../chat/request.js";
import { feature } from "../feature.js";
import { type ChatOptions, chatParamNames } from "./options.js";
import type { ReadOptions } from "./read-options.js";
import type { ModelTarget } from "./target.js";

const schemas = /*#__PURE__*/ feature(() => import("./prepare-schemas.js"));

export async function prepareRequest(read: ReadOptions, target: ModelTarget): Promise<NeutralRequest> {
  const { options } = read;
  return {
    messages: messagesOf(options.messages),
    tools: options.tools === undefined ? [] : await (await schemas()).toolsOf(options.tools),
    toolChoice: options.toolChoice,
    parallelTools: options.parallelTools,
    output: options.output === undefined ? undefined : await (await schemas()).outputOf(read, target),
    reasoning: options.reasoning,
    params: paramsOf(options),
    extraBody: options.extraBody,
    extraHeaders: options.extraHeaders,
  };
}

function messagesOf(messages: ChatOptions["messages"]): readonly AnyMessage[] {
  return typeof messages === "string" ? [{ role: "user", content: messages }] : messages;
}

function paramsOf(options: ChatOptions): NeutralRequest["params"] {
  const params: { [name: string]: unknown } = {};
  for (const name in options) {
    const value = options[name as keyof ChatOptions];
    if (value !== undefined && chatParamNames.has(name)) params[name] = value;
  }
  if (options.builtinTools !== undefined)
    params.builtinTools = options.builtinTools.map((tool) => (typeof tool === "string" ? { type: tool } : tool));
  for (const [name, value] of Object.entries(options.options ?? {})) if (value !== undefined) params[name] = value;
  return params;
}
