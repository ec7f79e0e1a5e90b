/** Strict reading of what a client's request says of its own tools. */
import type { ToolCallPart } from "../chat/message.js";
import type { NeutralTool } from "../chat/request.js";
import { asBoolean, asName, asObject, asOneOf, asText, type Members, optional, refuse } from "./served-input.js";

/** A function as the wires of OpenAI's family declare it; one without parameters takes none. */
export function functionTool(declared: Members, path: string): NeutralTool {
  return {
    name: asName(declared.name, `${path}.name`),
    description: optional(asText, declared.description, `${path}.description`),
    parameters: optional(asObject, declared.parameters, `${path}.parameters`) ?? { type: "object", properties: {} },
    strict: optional(asBoolean, declared.strict, `${path}.strict`),
  };
}

/** A call of a function in an earlier answer, whose name is kept for the result that follows. */
export function functionCall(item: unknown, path: string, toolNames: Map<string, string>): ToolCallPart {
  const call = asObject(item, path);
  asOneOf(call.type ?? "function", ["function"], `${path}.type`);
  const id = asName(call.id, `${path}.id`);
  const declared = asObject(call.function, `${path}.function`);
  const name = asName(declared.name, `${path}.function.name`);
  toolNames.set(id, name);
  const input = optional(asArguments, declared.arguments, `${path}.function.arguments`) ?? {};
  return { type: "tool-call", id, name, input };
}

/** Arguments of a call, as JSON in a string. A call without any has the empty string. */
export function asArguments(value: unknown, path: string): unknown {
  const text = asText(value, path);
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return refuse(path, "is not valid JSON");
  }
}
