/** A chat call as a `generateContent` request. https://ai.google.dev/api/generate-content */
import { extraHeaders, type WireBody, withExtraBody, writeParams, writePath } from "../body.js";
import { withoutBuiltinTools } from "../builtin-tools.js";
import type { ChatCall, WireRequest } from "../protocol.js";
import { encodeMessages } from "./request-contents.js";
import { resourcePath } from "./request-model.js";
import { encodeThinking } from "./request-reasoning.js";
import { encodeBuiltinTools, encodeToolConfig, encodeTools } from "./request-tools.js";
import { geminiSchema } from "./schema.js";

export function encodeChat(call: ChatCall): WireRequest {
  const body: WireBody = { ...encodeMessages(call, schemaInstruction(call)) };
  const functions = encodeTools(call);
  const tools = [...(functions.length > 0 ? [{ functionDeclarations: functions }] : []), ...encodeBuiltinTools(call)];
  if (tools.length > 0) body.tools = tools;
  const toolConfig = encodeToolConfig(call);
  if (toolConfig !== undefined) body.toolConfig = toolConfig;
  writeModalities(body, call);
  writeOutput(body, call);
  const thinking = encodeThinking(call);
  if (thinking !== undefined) writePath(body, "generationConfig.thinkingConfig", thinking);
  writeParams(body, wireValues(call), { model: call.model, paths });
  return {
    method: "POST",
    path: resourcePath(call) + (call.stream ? ":streamGenerateContent?alt=sse" : ":generateContent"),
    headers: extraHeaders(call),
    body: withProviderTools(body, call),
  };
}

/** Where parameters go. The top level of the body is named, so that its members pass through by name. */
const paths: { readonly [name: string]: string } = {
  temperature: "generationConfig.temperature",
  topP: "generationConfig.topP",
  topK: "generationConfig.topK",
  maxOutputTokens: "generationConfig.maxOutputTokens",
  stop: "generationConfig.stopSequences",
  seed: "generationConfig.seed",
  n: "generationConfig.candidateCount",
  presencePenalty: "generationConfig.presencePenalty",
  frequencyPenalty: "generationConfig.frequencyPenalty",
  logprobs: "generationConfig.responseLogprobs",
  topLogprobs: "generationConfig.logprobs",
  voice: "generationConfig.speechConfig.voiceConfig.prebuiltVoiceConfig.voiceName",
  mediaResolution: "generationConfig.mediaResolution",
  responseModalities: "generationConfig.responseModalities",
  speechConfig: "generationConfig.speechConfig",
  imageConfig: "generationConfig.imageConfig",
};

/** `stop` may be one string; the wire takes a list. */
function wireValues({ request }: ChatCall): ChatCall["request"]["params"] {
  const params = withoutBuiltinTools(request.params);
  return typeof params.stop === "string" ? { ...params, stop: [params.stop] } : params;
}

/** Text is what models answer with unasked; pictures and sound are asked for. */
function writeModalities(body: WireBody, { model }: ChatCall): void {
  const modalities = (["text", "image", "audio"] as const).filter((modality) => model.output.includes(modality));
  if (modalities.some((modality) => modality !== "text"))
    writePath(
      body,
      "generationConfig.responseModalities",
      modalities.map((modality) => modality.toUpperCase()),
    );
}

function writeOutput(body: WireBody, { request: { output }, adjust }: ChatCall): void {
  if (output === undefined || output.path === "tool") return;
  writePath(body, "generationConfig.responseMimeType", "application/json");
  if (output.path === "schema")
    writePath(body, "generationConfig.responseJsonSchema", geminiSchema(output.schema, "output.schema", adjust));
}

/** JSON mode knows no schema: the model has to read it. */
function schemaInstruction({ request: { output }, adjust }: ChatCall): string | undefined {
  if (output?.path !== "json") return undefined;
  adjust({ path: "output", action: "added", reason: "JSON mode takes no schema: it was added to the system text" });
  return `Answer with JSON that is valid against this JSON Schema:\n${JSON.stringify(output.schema)}`;
}

/** Tools of `extraBody` stand beside the others, they do not replace them. */
function withProviderTools(body: WireBody, call: ChatCall): WireBody {
  const functions = body.tools;
  const whole = withExtraBody(body, call);
  if (Array.isArray(functions) && Array.isArray(whole.tools) && whole.tools !== functions)
    whole.tools = [...(functions as unknown[]), ...(whole.tools as unknown[])];
  return whole;
}
