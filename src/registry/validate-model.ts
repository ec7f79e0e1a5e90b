/** Asks a model itself what it can do: a few small requests, within a budget. */

import type { AnyReply } from "../client/any-reply.js";
import type { AnyHandle, ChatHandle } from "../client/handle.js";
import type { ChatOptions } from "../client/options.js";
import { type ErrorCode, isModelwrightError, ModelwrightError } from "../errors.js";
import { unverified } from "../model/unverified.js";

/** What is asked, and what it may cost. */
export interface ValidateOptions {
  /** At most 3, the default. */
  readonly maxRequests?: number | undefined;
  /** No further request when those before cost this much, in the catalog's currency. Default 0.01. */
  readonly maxCost?: number | undefined;
  /** Each answer may have so many tokens. Default 64. */
  readonly maxOutputTokens?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a model showed, beside what the catalog states. */
export interface ModelReport {
  /** It answers. */
  readonly works: boolean;
  /** Why it does not: `authentication`, `quota-exceeded`, `not-found`, … */
  readonly code: ErrorCode | undefined;
  /** `untested`: the budget was used up, or the model does not work. */
  readonly abilities: { readonly text: Ability; readonly tools: Ability; readonly output: Ability };
  /** Requests that were sent. */
  readonly requests: number;
  /** Known costs of those, in the catalog's currency. */
  readonly cost: number;
}

/** Whether a model showed an ability. */
export type Ability = "yes" | "no" | "untested";

const schema = {
  type: "object",
  properties: { value: { type: "integer" } },
  required: ["value"],
  additionalProperties: false,
};

/** Asks also for what the catalog says no to: that is the point. Throws "invalid-configuration" for anything but a chat model. */
export async function validateModel(model: unknown, options: ValidateOptions = {}): Promise<ModelReport> {
  if ((model as AnyHandle).kind !== "chat")
    throw new ModelwrightError("invalid-configuration", "only chat models can be validated");
  const { maxRequests = 3, maxCost = 0.01, maxOutputTokens = 64, signal } = options;
  const handle = model as ChatHandle;
  let requests = 0;
  let cost = 0;
  let code: ErrorCode | undefined;
  const ask = async (request: ChatOptions, holds: (reply: AnyReply) => boolean): Promise<Ability> => {
    if (requests >= Math.min(3, maxRequests) || cost >= maxCost) return "untested";
    requests += 1;
    try {
      const reply = await handle.chat({ maxOutputTokens, signal, ...request });
      if (reply.cost.state === "known") cost += reply.cost.amount;
      return holds(reply) ? "yes" : "no";
    } catch (error) {
      if (!isModelwrightError(error)) throw error;
      code = error.code;
      return "no";
    }
  };
  const text = await ask({ messages: "Say hello." }, () => true);
  if (text !== "yes") {
    const abilities = { text, tools: "untested", output: "untested" } as const;
    return { works: false, code, abilities, requests, cost };
  }
  const tool = { description: "Takes the value 1.", input: schema };
  // A model may choose not to call what it could.
  const forced = handle.facts.features.toolChoice?.includes("required") === true;
  const tools = await ask(
    {
      messages: "Call the tool with the value 1.",
      tools: unverified({ report: tool }) as never,
      ...(forced ? { toolChoice: "required" } : {}),
    },
    ({ toolCalls }) => toolCalls.length > 0,
  );
  const output = await ask(
    { messages: "Give the value 1.", output: unverified(schema) },
    ({ output: given }) => typeof given === "object" && given !== null && "value" in given,
  );
  return { works: true, code: undefined, abilities: { text, tools, output }, requests, cost };
}
