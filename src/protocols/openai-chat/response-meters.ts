/** Counts what an answer used that is sold by the piece, in the ways the dialects state it: searches, sources, pictures. */
import { count, type Usage, withMeters } from "../../chat/usage.js";
import type { ChatCall } from "../protocol.js";
import { type Members, membersOf, textOf } from "./wire.js";

/** What the answer shows of it. */
interface Shown {
  readonly call: ChatCall;
  /** The provider searched; how often, if at all, its usage states. */
  readonly searched: boolean;
  /** Tools that it ran on its own. */
  readonly executed: number;
  readonly images: number;
}

/**
 * The usage of `raw` with them. Searches stand in `num_search_queries` (Perplexity), `server_tool_use` (OpenRouter) or
 * `plugins` (Alibaba); xAI counts sources in their place.
 */
export function metered(usage: Usage, raw: Members, { call, searched, executed, images }: Shown): Usage {
  const options = membersOf(call.request.params.webSearchOptions);
  const size = textOf(raw.search_context_size) || textOf(options?.search_context_size);
  const stated =
    count(raw.num_search_queries) ||
    count(membersOf(raw.server_tool_use)?.web_search_requests) ||
    count(membersOf(membersOf(raw.plugins)?.search)?.count);
  const searchSource = count(raw.num_sources_used);
  const shown = searched || options !== undefined || raw.search_context_size !== undefined;
  const meters = {
    webSearch: stated || (shown && searchSource === 0 ? 1 : 0),
    searchSource,
    citationToken: count(raw.citation_tokens),
    serverTool: executed,
    gatewayFee: billsMoreThanTokens(raw) ? 1 : 0,
    image: images,
  };
  return withMeters(usage, meters, size === "" ? undefined : { searchContextSize: size });
}

/** OpenRouter's bill for plugins and tools that it counts nowhere: what its `cost` is above that of the tokens. */
function billsMoreThanTokens({ cost, cost_details, is_byok }: Members): boolean {
  const details = membersOf(cost_details);
  const prompt = details?.upstream_inference_prompt_cost;
  const completion = details?.upstream_inference_completions_cost;
  if (typeof cost !== "number" || typeof prompt !== "number" || typeof completion !== "number") return false;
  const tokens = prompt + completion;
  // Vercel states zeros. With an own upstream key the cost is only a fee.
  return tokens > 0 && is_byok !== true && cost - tokens > 1e-9;
}
