/** Encodes a chat request as `POST /model/{id}/converse`. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
import { extraHeaders, type WireBody, withExtraBody, writeParams, writePath } from "../body.js";
import type { ChatCall, WireRequest } from "../protocol.js";
import { encodeMessages } from "./request-messages.js";
import { encodeReasoning } from "./request-reasoning.js";
import { encodeTools } from "./request-tools.js";

/** Canonical parameters by their path. `top_k` and reasoning are members of the models' own requests. */
const paths: { readonly [name: string]: string } = {
  maxOutputTokens: "inferenceConfig.maxTokens",
  temperature: "inferenceConfig.temperature",
  topP: "inferenceConfig.topP",
  stop: "inferenceConfig.stopSequences",
  topK: "additionalModelRequestFields.top_k",
  serviceTier: "serviceTier.type",
};

/** Throws `CapabilityError` for media that the API does not take, and where it has no word for the choice of tool. */
export function encodeChat(call: ChatCall): WireRequest {
  const { model, request } = call;
  const { stop, builtinTools: _inToolConfig, ...params } = request.params;
  const { system, messages } = encodeMessages(call);
  const reasoning = encodeReasoning(call, messages);
  const { toolConfig, outputConfig, instruction } = encodeTools(call, reasoning.on);
  const body: WireBody = { messages };
  if (instruction !== undefined) system.push({ text: instruction });
  if (system.length > 0) body.system = system;
  if (toolConfig !== undefined) body.toolConfig = toolConfig;
  if (outputConfig !== undefined) body.outputConfig = outputConfig;
  for (const [path, value] of Object.entries(reasoning.fields))
    writePath(body, `additionalModelRequestFields.${path}`, value);
  writeParams(body, { ...params, stop: typeof stop === "string" ? [stop] : stop }, { model, paths });
  return {
    method: "POST",
    path: `${resourcePath(call)}/${call.stream ? "converse-stream" : "converse"}`,
    headers: extraHeaders(call),
    body: withExtraBody(body, call),
  };
}

/** ARNs of inference profiles hold slashes and colons: they are one segment of the path. */
export function resourcePath({ model, modelId }: Pick<ChatCall, "model" | "modelId">): string {
  return model.transport?.path ?? `/model/${encodeURIComponent(model.wireId ?? modelId)}`;
}
