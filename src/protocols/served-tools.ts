/** Strict reading of what a client's request says of its own tools. */
import type { NeutralTool } from "../chat/request.js";
import { asBoolean, asName, asObject, asText, type Members, optional, refuse } from "./served-input.js";

/** A function as the wires of OpenAI's family declare it; one without parameters takes none. */
export function functionTool(declared: Members, path: string): NeutralTool {
  return {
    name: asName(declared.name, `${path}.name`),
    description: optional(asText, declared.description, `${path}.description`),
    parameters: optional(asObject, declared.parameters, `${path}.parameters`) ?? { type: "object", properties: {} },
    strict: optional(asBoolean, declared.strict, `${path}.strict`),
  };
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
