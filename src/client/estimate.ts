/** `estimate`: how many tokens a prompt probably has, how far off that may be, and what the call may cost, before it is sent. */
import type { ModelFacts } from "../catalog/facts.js";
import { type Cost, costOf } from "../chat/cost.js";
import type { AnyMessage } from "../chat/message.js";
import { promptEstimate } from "../chat/prompt-tokens.js";
import type { NeutralTool } from "../chat/request.js";
import { usageOf } from "../chat/usage.js";
import { ModelwrightError } from "../errors.js";
import type { AnyTool, ChatOptions } from "./options.js";
import { type Startable, startable } from "./run.js";

/** Of a request, what an estimate is made of. */
export type EstimatedRequest = Pick<ChatOptions, "messages" | "tools" | "maxOutputTokens" | "serviceTier">;

/** What a call would take and cost, before it is made. */
export interface Estimate {
  /** Of the prompt, by its characters. No tokenizer was asked. */
  readonly inputTokens: number;
  /** The real number is probably within this much of it, more or less: tokenizers and hidden prompts differ. */
  readonly error: number;
  /** Of the prompt alone. */
  readonly cost: Cost;
  /** With the longest prompt within the error, and the longest answer that the request or the catalog allows. */
  readonly mostCost: Cost;
}

/** In the place of a schema that only the call itself writes out; of usual size. */
const usualSchema = { type: "object", description: "x".repeat(150) };

/**
 * For a handle or a group of chat models; of a group, the dearest member's cost. Sends nothing. Throws
 * "invalid-configuration" for what is no chat model.
 */
export function estimate(model: { readonly kind: "chat" }, request: EstimatedRequest): Estimate {
  const behind = startable in model ? (model[startable] as Startable) : undefined;
  if (behind === undefined)
    throw new ModelwrightError("invalid-configuration", "estimate: invalid-configuration: this is no chat model");
  const { messages, tools = {} } = request;
  const list: readonly AnyMessage[] = typeof messages === "string" ? [{ role: "user", content: messages }] : messages;
  const { inputTokens, error } = promptEstimate(list, Object.entries(tools).map(toolOf));
  const at = Date.now();
  const costs = behind.models.map(({ model: facts }) => {
    const price = (input: number, output: number): Cost =>
      costOf([usageOf({ input, output })], facts.pricing, { at, serviceTier: request.serviceTier });
    return {
      cost: price(inputTokens, 0),
      mostCost: mostCost(facts, request, (output) => price(inputTokens + error, output)),
    };
  });
  return {
    inputTokens,
    error,
    cost: dearest(costs.map(({ cost }) => cost)),
    mostCost: dearest(costs.map((one) => one.mostCost)),
  };
}

function toolOf([name, { description, input }]: readonly [string, AnyTool]): NeutralTool {
  const isPlain = typeof input === "object" && input !== null && Object.getPrototypeOf(input) === Object.prototype;
  const parameters = (isPlain ? input : usualSchema) as NeutralTool["parameters"];
  return { name, parameters, ...(description === undefined ? {} : { description }) };
}

function mostCost(
  { limits }: ModelFacts,
  { maxOutputTokens = limits.output }: EstimatedRequest,
  price: (output: number) => Cost,
): Cost {
  if (maxOutputTokens === undefined)
    return { state: "unknown", reason: "neither the request nor the catalog bounds the answer" };
  return price(maxOutputTokens);
}

/** Unknown where one is, or where they are in several currencies. */
function dearest(costs: readonly Cost[]): Cost {
  return costs.reduce((most, cost) => {
    if (most.state === "unknown" || cost.state === "unknown") return most.state === "unknown" ? most : cost;
    if (most.currency !== cost.currency) return { state: "unknown", reason: "the costs are in several currencies" };
    return cost.amount > most.amount ? cost : most;
  });
}
