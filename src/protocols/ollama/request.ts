/** A neutral request as the body of `POST /api/chat`. https://docs.ollama.com/api/chat */
import type { NeutralOutput, NeutralTool } from "../../chat/request.js";
import { extraHeaders, type WireBody, withExtraBody, writeParams } from "../body.js";
import { refuseBuiltinTools } from "../builtin-tools.js";
import { withJsonInstruction } from "../json-instruction.js";
import type { ChatCall, WireRequest } from "../protocol.js";
import { encodeMessages } from "./request-messages.js";
import type { WireTool } from "./wire.js";

/** Where parameters go, by canonical name: those of the model's run stand in `options`. */
export const paths: { readonly [name: string]: string } = {
  maxOutputTokens: "options.num_predict",
  contextTokens: "options.num_ctx",
  temperature: "options.temperature",
  topP: "options.top_p",
  topK: "options.top_k",
  minP: "options.min_p",
  seed: "options.seed",
  stop: "options.stop",
  frequencyPenalty: "options.frequency_penalty",
  presencePenalty: "options.presence_penalty",
  repetitionPenalty: "options.repeat_penalty",
  keepAlive: "keep_alive",
  topLogprobs: "top_logprobs",
};

export function encodeChat(call: ChatCall): WireRequest {
  const { model, modelId, request, stream } = call;
  refuseBuiltinTools(call);
  // Ollama streams unless told not to.
  const body: WireBody = {
    model: model.wireId ?? modelId,
    messages: encodeMessages({ ...call, request: { ...request, messages: withJsonInstruction(call) } }),
    stream,
  };
  writeParams(body, request.params, { model, paths });
  const tools = offeredTools(call);
  if (tools.length > 0) body.tools = tools.map(encodeTool);
  const format = encodeFormat(request.output);
  if (format !== undefined) body.format = format;
  const think = encodeThink(call);
  if (think !== undefined) body.think = think;
  return {
    method: "POST",
    path: model.transport?.path ?? "/api/chat",
    headers: extraHeaders(call),
    body: withExtraBody(body, call),
  };
}

/** The wire has no tool choice: the model decides, unless it is shown no tools. */
function offeredTools({ request, adjust }: ChatCall): readonly NeutralTool[] {
  const { toolChoice, parallelTools, output } = request;
  const tools = output?.path === "tool" ? [...request.tools, { ...output, parameters: output.schema }] : request.tools;
  if (parallelTools === false)
    adjust({ path: "parallelTools", action: "dropped", reason: "this protocol cannot ask for one call at a time" });
  if (toolChoice === undefined || toolChoice === "auto" || tools.length === 0) return tools;
  const reason = "this protocol has no tool choice";
  if (toolChoice !== "none") adjust({ path: "toolChoice", action: "dropped", reason, from: toolChoice });
  else adjust({ path: "tools", action: "dropped", reason: `${reason}: without tools none can be called` });
  return toolChoice === "none" ? [] : tools;
}

function encodeTool({ name, description, parameters }: NeutralTool): WireTool {
  return {
    type: "function",
    function: { name, ...(description === undefined ? {} : { description }), parameters },
  };
}

function encodeFormat(output: NeutralOutput | undefined): unknown {
  if (output === undefined || output.path === "tool") return undefined;
  return output.path === "json" ? "json" : output.schema;
}

/** `think` is a switch, or a level for models that have levels. */
function encodeThink({ request, model, adjust }: ChatCall): boolean | string | undefined {
  const { effort: asked, enabled, budget } = request.reasoning ?? {};
  if (budget !== undefined)
    adjust({
      path: "reasoning.budget",
      action: "dropped",
      reason: "this protocol takes a switch or a level, not a number of tokens",
      from: budget,
    });
  if (asked === undefined || asked === "default") return enabled;
  const facts = model.reasoning?.effort;
  const effort = (Object.hasOwn(facts?.alias ?? {}, asked) ? facts?.alias?.[asked] : undefined) ?? asked;
  if (effort !== asked)
    adjust({
      path: "reasoning.effort",
      action: "replaced",
      reason: "the model has no such level",
      from: asked,
      to: effort,
    });
  return effort === "none" || effort === facts?.off ? false : effort;
}
