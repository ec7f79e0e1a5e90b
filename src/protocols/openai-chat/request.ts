/** Encodes a chat call. https://platform.openai.com/docs/api-reference/chat/create */
import { toolChoicesWhile } from "../../catalog/conditions.js";
import type { OpenaiChatDialect } from "../../catalog/dialects/openai-chat.js";
import type { AnyMessage } from "../../chat/message.js";
import type { NeutralTool, ToolChoice } from "../../chat/request.js";
import { type WireBody, writeParams } from "../body.js";
import { type BuiltinTool, builtinTools, withoutBuiltinTools } from "../builtin-tools.js";
import type { ChatCall, WireRequest } from "../protocol.js";
import { encodeMessages } from "./request-messages.js";
import { encodeReasoning } from "./request-reasoning.js";
import { withoutKeywords } from "./request-schema.js";
import { bodyOf, wireRequest } from "./request-text.js";
import { dialectOf } from "./wire.js";

/** Where parameters stand, when not under their own name. */
const paths: { readonly [name: string]: string } = {
  maxOutputTokens: "max_tokens",
  topP: "top_p",
  topK: "top_k",
  minP: "min_p",
  topA: "top_a",
  frequencyPenalty: "frequency_penalty",
  presencePenalty: "presence_penalty",
  repetitionPenalty: "repetition_penalty",
  logitBias: "logit_bias",
  topLogprobs: "top_logprobs",
  serviceTier: "service_tier",
  promptCacheKey: "prompt_cache_key",
  promptCacheRetention: "prompt_cache_retention",
  safetyIdentifier: "safety_identifier",
  webSearchOptions: "web_search_options",
  voice: "audio.voice",
  audioFormat: "audio.format",
};

/** Throws `CapabilityError` ("unsupported") for media in a form that this wire has no place for. */
export function encodeChat(call: ChatCall): WireRequest {
  const { model, request } = call;
  const dialect = dialectOf(call);
  const body = bodyOf(call, dialect, encodeMessages(call, dialect));
  writeTools(body, call, dialect);
  writeOutput(body, call, dialect);
  Object.assign(body, encodeReasoning(call));
  const { maxTokensField } = dialect;
  writeParams(body, withoutBuiltinTools(request.params), {
    model,
    paths: maxTokensField === undefined ? paths : { ...paths, maxOutputTokens: maxTokensField },
  });
  return wireRequest(call, body);
}

function writeTools(body: WireBody, call: ChatCall, dialect: OpenaiChatDialect): void {
  const { request } = call;
  const output = request.output?.path === "tool" ? request.output : undefined;
  const tools = output === undefined ? request.tools : [...request.tools, { ...output, parameters: output.schema }];
  const builtin = builtinTools(call).map((tool) => encodeBuiltin(tool, dialect));
  if (tools.length === 0) {
    if (builtin.length > 0) body.tools = builtin;
    else if (dialect.emptyTools && request.messages.some(hasCall)) body.tools = [];
    return;
  }
  if (call.stream && dialect.toolStream) body.tool_stream = true;
  body.tools = [...tools.map((tool, i) => encodeTool(tool, i, call)), ...builtin];
  const choice = output === undefined ? request.toolChoice : outputChoice(output.name, call);
  if (choice !== undefined) body.tool_choice = encodeToolChoice(choice, dialect);
  if (request.parallelTools !== undefined) body.parallel_tool_calls = request.parallelTools;
}

/** Groq's form, and with more members that of several Chinese makers; OpenAI has its own tools on another wire only. */
function encodeBuiltin({ type, version, options }: BuiltinTool, { builtinTools: known = {} }: OpenaiChatDialect) {
  return { type: version ?? type, ...(Object.hasOwn(known, type) ? known[type] : {}), ...options };
}

function hasCall({ role, content }: AnyMessage): boolean {
  return role === "assistant" && typeof content !== "string" && content.some(({ type }) => type === "tool-call");
}

function encodeTool({ name, description, parameters, strict }: NeutralTool, i: number, call: ChatCall): unknown {
  const refused = strict !== undefined && call.model.features.strictTools === false;
  if (refused && strict)
    call.adjust({ path: `tools[${i}].strict`, action: "dropped", reason: "the model does not enforce tool schemas" });
  return {
    type: "function",
    function: {
      name,
      ...(description === undefined ? {} : { description }),
      parameters,
      ...(strict === undefined || refused ? {} : { strict }),
    },
  };
}

/**
 * The choice that makes the model answer through the output tool. Beside other tools it may call those first. Models
 * that take no named tool, or none by force, get the strongest choice they take.
 */
function outputChoice(name: string, { model, request, adjust }: ChatCall): ToolChoice {
  const modes = toolChoicesWhile(model, request.reasoning);
  const wanted = request.tools.length === 0 ? "named" : "required";
  const taken = [wanted, "required"].find((mode) => modes === undefined || modes.some((taken) => taken === mode));
  if (taken === undefined)
    adjust({ path: "output", action: "rewritten", reason: "the model cannot be forced to call the output tool" });
  if (taken === "named") return { tool: name };
  return taken === "required" ? "required" : "auto";
}

function encodeToolChoice(choice: ToolChoice, dialect: OpenaiChatDialect): unknown {
  if (choice === "required") return dialect.toolChoiceRequired ?? "required";
  return typeof choice === "string" ? choice : { type: "function", function: { name: choice.tool } };
}

/** The `json` path is completed by the instruction that `encodeMessages` adds. */
function writeOutput(body: WireBody, call: ChatCall, dialect: OpenaiChatDialect): void {
  const { output } = call.request;
  if (output?.path === "json") body.response_format = { type: "json_object" };
  if (output?.path !== "schema") return;
  const { name, description, strict } = output;
  body.response_format = {
    type: "json_schema",
    json_schema: {
      name,
      ...(description === undefined ? {} : { description }),
      schema: withoutKeywords(output.schema, dialect.schemaDrop ?? [], call.adjust),
      ...(strict === undefined ? {} : { strict }),
    },
  };
}
