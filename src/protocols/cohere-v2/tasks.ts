/** Ranking, as Cohere has it. https://docs.cohere.com/reference/rerank */

import { noUsage, usageOf } from "../../chat/usage.js";
import { unreadable } from "../failure.js";
import { objectOf } from "../lenient.js";
import type { RankedDocument, TaskCall, TaskCodec, Tasks } from "../task.js";
import { jsonRequest, numberOf, wireId } from "../task-wire.js";

const rerank: TaskCodec<"rerank"> = {
  encode(call) {
    const { query, documents } = call.request;
    const body = { model: wireId(call), query, documents };
    return jsonRequest(call, { path: call.model.transport?.path ?? "/v2/rerank", body, paths: { topN: "top_n" } });
  },
  decode(answer, call) {
    const body = objectOf(answer.json());
    if (!Array.isArray(body?.results)) throw unreadable(call, "the answer holds no ranking");
    const billed = objectOf(objectOf(body.meta)?.billed_units);
    const queries = numberOf(billed?.search_units);
    const tokens = numberOf(billed?.input_tokens);
    return {
      result: { results: body.results.map((item) => rankOf(item, call)) },
      usage: tokens === undefined ? noUsage : usageOf({ input: tokens }, { raw: body.meta }),
      meters: queries === undefined ? undefined : { query: queries },
    };
  },
};

function rankOf(value: unknown, call: TaskCall<"rerank">): RankedDocument {
  const item = objectOf(value);
  const index = numberOf(item?.index);
  const score = numberOf(item?.relevance_score);
  if (index === undefined || score === undefined) throw unreadable(call, "a rank without index or score");
  return { index, score };
}

export const tasks: Tasks = { rerank };
