/** A neutral request as the body of `POST /responses`. https://platform.openai.com/docs/api-reference/responses/create */

import type { Effort } from "../../catalog/facts.js";
import type { NeutralOutput, NeutralRequest, NeutralTool, ToolChoice } from "../../chat/request.js";
import { CapabilityError } from "../../errors.js";
import { type WireBody, withExtraBody, writeParams, writePath } from "../body.js";
import { type BuiltinTool, builtinTools, withoutBuiltinTools } from "../builtin-tools.js";
import { withJsonInstruction } from "../json-instruction.js";
import { listOf } from "../lenient.js";
import type { ChatCall, WireRequest } from "../protocol.js";
import { encodeInput } from "./request-input.js";
import { wireRequest } from "./request-text.js";
import {
  computerTool,
  type WireFunctionTool,
  type WireObject,
  type WireTextFormat,
  type WireToolChoice,
} from "./wire.js";

/** Where parameters go, by canonical name. Options that are already the wire's own words go by their own name. */
const paths: { readonly [name: string]: string } = {
  maxOutputTokens: "max_output_tokens",
  topP: "top_p",
  topLogprobs: "top_logprobs",
  verbosity: "text.verbosity",
  serviceTier: "service_tier",
  previousResponseId: "previous_response_id",
  promptCacheKey: "prompt_cache_key",
  promptCacheRetention: "prompt_cache_retention",
  safetyIdentifier: "safety_identifier",
  maxToolCalls: "max_tool_calls",
};

/** Parameters of OpenAI's other wire that this one has no place for. */
const absent = ["frequencyPenalty", "presencePenalty", "logitBias", "logprobs", "n", "seed", "stop"];

/**
 * Encodes one call. Turns are stateless unless the caller says otherwise: with a model that reasons, `store: false` is
 * sent and encrypted reasoning asked for, so that the history alone carries the conversation. The options `store`,
 * `previousResponseId` and `conversation` switch to turns that the provider keeps; the messages are then only the new ones.
 * Throws `CapabilityError` for parameters that the API does not take.
 */
export function encodeChat(call: ChatCall): WireRequest {
  const { model, modelId, request, stream } = call;
  refuseAbsent(call);
  const body: WireBody = { model: model.wireId ?? modelId };
  writeParams(body, withoutBuiltinTools(request.params), { model, paths });
  const format = encodeFormat(request.output);
  if (format !== undefined) writePath(body, "text.format", format);
  const reasoning = encodeReasoning(call);
  if (reasoning !== undefined) body.reasoning = reasoning;
  const { tools, toolChoice } = withOutputTool(request);
  if (toolChoice !== undefined) body.tool_choice = encodeToolChoice(toolChoice);
  if (request.parallelTools !== undefined) body.parallel_tool_calls = request.parallelTools;
  if (stream) body.stream = true;
  const lists = {
    tools: [
      ...tools.map(encodeTool),
      ...builtinTools(call).map((tool) => encodeBuiltinTool(tool, call)),
      ...listOf(body.tools),
    ],
    include: listOf(body.include),
  };
  withExtraBody(body, call);
  addExtraLists(body, lists, request);
  return wireRequest(call, body, (stateless) => {
    const messages = withJsonInstruction(call);
    return encodeInput({ ...call, request: { ...request, messages } }, stateless);
  });
}

function refuseAbsent({ provider, modelId, model, request }: ChatCall): void {
  for (const name of absent) {
    // What the catalog places by itself, the host of the model takes.
    const constraint = Object.hasOwn(model.params, name) ? model.params[name] : undefined;
    if (request.params[name] === undefined || (typeof constraint === "object" && constraint.wire !== undefined))
      continue;
    const message = `${modelId}: the Responses API, which serves this request, takes no ${name}`;
    throw new CapabilityError("unsupported", message, { provider: provider.id, model: modelId, path: name });
  }
}

/** Lists of the caller's extra body add to ours: hosted tools stand beside function tools. */
function addExtraLists(
  body: WireBody,
  lists: { readonly [name: string]: readonly unknown[] },
  { extraBody }: NeutralRequest,
): void {
  for (const [name, ours] of Object.entries(lists)) {
    const extra = extraBody !== undefined && Object.hasOwn(extraBody, name) ? listOf(extraBody[name]) : [];
    const all = [...ours, ...extra];
    if (all.length > 0) body[name] = all;
  }
}

/** Function tools are strict by default on this wire, so `strict` is always stated. */
function encodeTool({ name, description, parameters, strict }: NeutralTool): WireFunctionTool {
  return {
    type: "function",
    name,
    ...(description === undefined ? {} : { description }),
    parameters,
    strict: strict === true,
  };
}

function encodeBuiltinTool({ type, version, options }: BuiltinTool, call: ChatCall): WireObject {
  const named = version ?? (type === computerTool.name ? computerTool.type : type);
  if (type !== "code_interpreter" || options.container !== undefined) return { type: named, ...options };
  const container = { type: "auto" };
  call.adjust({ path: "builtinTools", action: "added", reason: "code needs a container to run in", to: container });
  return { type: named, container, ...options };
}

function encodeToolChoice(choice: ToolChoice): WireToolChoice {
  return typeof choice === "string" ? choice : { type: "function", name: choice.tool };
}

/** The answer may be a tool call itself: alone it is forced, beside others one of all is. */
function withOutputTool({ tools, toolChoice, output }: NeutralRequest): Pick<NeutralRequest, "tools" | "toolChoice"> {
  if (output?.path !== "tool") return { tools, toolChoice };
  const { name, description, schema: parameters, strict } = output;
  return {
    tools: [...tools, { name, description, parameters, strict }],
    toolChoice: tools.length === 0 ? { tool: name } : "required",
  };
}

function encodeFormat(output: NeutralOutput | undefined): WireTextFormat | undefined {
  if (output === undefined || output.path === "tool") return undefined;
  if (output.path === "json") return { type: "json_object" };
  const { name, description, schema, strict } = output;
  return {
    type: "json_schema",
    name,
    ...(description === undefined ? {} : { description }),
    schema,
    ...(strict === undefined ? {} : { strict }),
  };
}

function encodeReasoning(call: ChatCall): { effort?: Effort; summary?: string } | undefined {
  const asked = call.request.reasoning;
  if (asked === undefined) return undefined;
  if (asked.budget !== undefined)
    call.adjust({
      path: "reasoning.budget",
      action: "dropped",
      reason: "this protocol takes an effort, not a number of tokens",
      from: asked.budget,
    });
  const effort = effortOf(call);
  const summary = asked.summary === "none" ? undefined : asked.summary;
  if (effort === undefined && summary === undefined) return undefined;
  return { ...(effort === undefined ? {} : { effort }), ...(summary === undefined ? {} : { summary }) };
}

/** The effort to send. A plain switch becomes the level that stands for it. */
function effortOf(call: ChatCall): Effort | undefined {
  const { effort: asked, enabled } = call.request.reasoning ?? {};
  const facts = call.model.reasoning?.effort;
  if (asked !== undefined && asked !== "default") {
    const alias = Object.hasOwn(facts?.alias ?? {}, asked) ? facts?.alias?.[asked] : undefined;
    if (alias === undefined || alias === asked) return asked;
    call.adjust({
      path: "reasoning.effort",
      action: "replaced",
      reason: "the model has no such level",
      from: asked,
      to: alias,
    });
    return alias;
  }
  if (asked === undefined && enabled === false) return facts?.off ?? "none";
  if (asked !== undefined || enabled !== true || call.model.reasoning?.default !== "off") return undefined;
  return switchedOn(call);
}

function switchedOn(call: ChatCall): Effort {
  const facts = call.model.reasoning?.effort;
  const levels = (facts?.levels ?? []).filter((level) => level !== facts?.off);
  const effort = levels.length === 0 || levels.includes("medium") ? "medium" : levels[0]!;
  call.adjust({
    path: "reasoning.effort",
    action: "added",
    reason: "this protocol has no plain switch for reasoning",
    to: effort,
  });
  return effort;
}
