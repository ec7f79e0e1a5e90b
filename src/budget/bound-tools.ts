/** The most that a chat pays on top of its tokens: what every request costs, and the provider's own tools that it offers. */
import type { Pricing } from "../catalog/facts.js";
import type { NeutralRequest } from "../chat/request.js";
import { dearestOf } from "./bound-pieces.js";

/** Uses of a tool that are held for when the request sets no limit to them. */
const usesWithoutLimit = 10;

/** What the tools of the catalogs count on where they are sold by the piece. */
const meterOf: { readonly [tool: string]: string } = {
  web_search: "webSearch",
  web_search_preview: "webSearchPreview",
  google_search: "webSearch",
  nova_grounding: "webSearch",
  browser_search: "webSearch",
  google_maps: "mapsSearch",
  file_search: "fileSearch",
  code_interpreter: "codeInterpreterSession",
  code_execution: "codeExecution",
  image_generation: "imageGeneration",
};

/** In the currency of the prices. What has none is not held: its cost is unknown, and settles as all that was held. */
export function toolsBound(params: NeutralRequest["params"], pricing: Pricing | undefined): number {
  if (pricing?.units === undefined) return 0;
  const search = membersOf(params.webSearchOptions);
  const options = { searchContextSize: search?.search_context_size };
  const uses = new Map<string, number>();
  for (const { meter, counted } of pricing.units) if (meter === "request" || counted === "always") uses.set(meter, 1);
  if (search !== undefined) uses.set("webSearch", 1);
  for (const tool of Array.isArray(params.builtinTools) ? params.builtinTools : []) {
    const { type, ...given } = membersOf(tool) ?? {};
    const meter = Object.hasOwn(meterOf, String(type)) ? meterOf[String(type)] : undefined;
    if (meter !== undefined) uses.set(meter, limitOf(given, params));
  }
  let amount = 0;
  for (const [meter, most] of uses) {
    const once = pricing.units.every((unit) => unit.meter !== meter || unit.counted !== undefined);
    amount += (dearestOf(pricing, meter, options) ?? 0) * (once ? 1 : most);
  }
  return amount;
}

/** Anthropic's `max_uses` of the tool, OpenAI's `max_tool_calls` of the request. */
function limitOf(tool: { readonly [name: string]: unknown }, params: NeutralRequest["params"]): number {
  const stated = [tool.max_uses, tool.maxUses, params.maxToolCalls, params.max_tool_calls];
  return stated.find((limit) => typeof limit === "number") ?? usesWithoutLimit;
}

function membersOf(value: unknown): { readonly [name: string]: unknown } | undefined {
  return typeof value === "object" && value !== null ? (value as { readonly [name: string]: unknown }) : undefined;
}
