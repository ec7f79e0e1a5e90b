/** The run-time twin of the types: refuses what the catalog says the model cannot serve, before any byte is sent. */
import { accepted, assumeOf, toolChoice, tools } from "../catalog/capabilities.js";
import { activeRules } from "../catalog/conditions.js";
import {
  choosesAbsentTool,
  refusesBuiltinTool,
  refusesOutputWithTools,
  refusesParam,
  refusesToolChoice,
  refusesTools,
  violates,
} from "../catalog/sentences.js";
import type { NeutralRequest } from "../chat/request.js";
import { CapabilityError } from "../errors.js";
import type { ChatCall } from "../protocols/protocol.js";
import { type Check, modeOf, ruleSubject } from "./check.js";
import { checkMessages } from "./check-messages.js";
import { checkParams } from "./check-params.js";
import { checkReasoning } from "./check-reasoning.js";
import { checkRule } from "./check-rules.js";

/** The request to send: the one given, with parameters clamped where the client asks for that. Throws `CapabilityError`. */
export function checkRequest(
  call: ChatCall,
  policy: { readonly marked: ReadonlySet<string>; readonly outOfRange: Check["outOfRange"] },
): NeutralRequest {
  const { provider, modelId: model } = call;
  const assume = assumeOf(provider, call.model);
  const check: Check = {
    call,
    model,
    outOfRange: policy.outOfRange,
    takes: (answer) => accepted(answer, assume),
    refuse(sentence, path) {
      if (policy.marked.has(path)) return;
      throw new CapabilityError("unsupported", sentence, { provider: provider.id, model, path });
    },
  };
  checkMessages(check);
  checkTools(check);
  checkReasoning(check);
  const params = checkParams(check);
  for (const rule of activeRules(call.model, ruleSubject(call))) checkRule(check, rule);
  return params === call.request.params ? call.request : { ...call.request, params };
}

/** Whether a rule of the model that holds for this request wants it streamed. */
export function requiresStream(call: ChatCall): boolean {
  return activeRules(call.model, ruleSubject(call)).some(({ require }) => require?.stream === true);
}

function checkTools({ call, model, refuse, takes }: Check): void {
  const { request, model: facts } = call;
  if (request.tools.length > 0) {
    if (!takes(tools(facts))) refuse(refusesTools(model), "tools");
    const most = facts.limits.tools;
    if (most !== undefined && request.tools.length > most)
      refuse(violates(model, "tools", `must have at most ${most} entries`), "tools");
    const { output } = request;
    if (output !== undefined && output.path !== "tool" && facts.features.structuredOutputWithTools === false)
      refuse(refusesOutputWithTools(model), "output");
    if (facts.features.strictTools === false && request.tools.some((tool) => tool.strict === true))
      refuse(refusesParam(model, "strict tools"), "tools");
  }
  const choice = modeOf(request.toolChoice);
  if (choice !== undefined && !takes(toolChoice(facts, choice)))
    refuse(takes(tools(facts)) ? refusesToolChoice(model, choice) : refusesTools(model), "toolChoice");
  const chosen = typeof request.toolChoice === "object" ? request.toolChoice.tool : undefined;
  if (chosen !== undefined && !request.tools.some(({ name }) => name === chosen))
    refuse(choosesAbsentTool(model, chosen), "toolChoice");
  for (const name of builtinToolNames(request))
    if (!facts.features.builtinTools?.includes(name)) refuse(refusesBuiltinTool(model, name), "builtinTools");
}

function builtinToolNames({ params }: NeutralRequest): readonly string[] {
  const list = params.builtinTools;
  return Array.isArray(list) ? list.map((tool: { readonly type?: unknown }) => String(tool.type)) : [];
}
