/** Turns what the caller passed into the neutral request. */
import type { AnyMessage } from "../chat/message.js";
import type { NeutralRequest } from "../chat/request.js";
import { feature, type Soon } from "../feature.js";
import { type ChatOptions, chatParamNames } from "./options.js";
import type { ReadOptions } from "./read-options.js";
import type { ModelTarget } from "./target.js";

const schemas = /*#__PURE__*/ feature(() => import("./prepare-schemas.js"));

/** At once where no schema has to be written out. */
export function prepareRequest(read: ReadOptions, target: ModelTarget): Soon<NeutralRequest> {
  const { tools, output } = read.options;
  return tools === undefined && output === undefined
    ? requestOf(read.options, { tools: [], output })
    : withSchemas(read, target);
}

async function withSchemas(read: ReadOptions, target: ModelTarget): Promise<NeutralRequest> {
  const { tools, output } = read.options;
  const { toolsOf, outputOf } = await schemas();
  return requestOf(read.options, {
    tools: tools === undefined ? [] : await toolsOf(tools),
    output: output === undefined ? undefined : await outputOf(read, target),
  });
}

function requestOf(options: ChatOptions, { tools, output }: Pick<NeutralRequest, "tools" | "output">): NeutralRequest {
  return {
    messages: messagesOf(options.messages),
    tools,
    toolChoice: options.toolChoice,
    parallelTools: options.parallelTools,
    output,
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
  if (options.options !== undefined)
    for (const [name, value] of Object.entries(options.options)) if (value !== undefined) params[name] = value;
  return params;
}
