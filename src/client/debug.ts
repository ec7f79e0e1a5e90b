/** `MODELWRIGHT_DEBUG=openai,qwen` prints requests, answers and failures of these providers; `*` those of all. Never a header, so never a key. */
import { type Environment, firstSet } from "./environment.js";
import type { HookCall, Hooks } from "./hooks.js";

const longestText = 2000;
const longestVector = 16;

/** Hooks that print, when the environment asks for this provider. */
export function debugHooks(provider: string, environment: Environment): Hooks | undefined {
  const asked = firstSet(environment, ["MODELWRIGHT_DEBUG"])
    ?.split(",")
    .map((name) => name.trim());
  if (asked === undefined || !(asked.includes(provider) || asked.includes("*"))) return undefined;
  const print = (what: string, value: unknown, call: HookCall): void =>
    console.error(`modelwright ${call.provider}/${call.model} ${what} ${JSON.stringify(value, shortened)}`);
  return {
    onWireRequest: (body, call) => print("request", body, call),
    onTaskResponse: (reply, call) => print("reply", reply, call),
    onEvent: (event, call) => print("event", event, call),
    onError: (error, call) => print("error", { code: error.code, status: error.status, message: error.message }, call),
  };
}

/** Pictures, recordings and vectors would fill the screen. */
function shortened(_key: string, value: unknown): unknown {
  if (Array.isArray(value) && value.length > longestVector && typeof value[0] === "number")
    return `${value.length} numbers`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value !== "string" || value.length <= longestText) return value;
  return `${value.slice(0, longestText)}... ${value.length} characters`;
}
