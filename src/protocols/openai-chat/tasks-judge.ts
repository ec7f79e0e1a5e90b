/** Ranking and moderation. https://platform.openai.com/docs/api-reference/moderations; hosts of open models, Jina and Voyage share the form of `/rerank`. */
import type { ImagePart } from "../../chat/message.js";
import { unreadable } from "../failure.js";
import { dataUrl, mediaOf } from "../media.js";
import type { ModerationResult, RankedDocument, TaskCall, TaskCodec } from "../task.js";
import { jsonRequest, numberOf, wireId } from "../task-wire.js";
import { answerOf, usageIn } from "./tasks-answer.js";
import { membersOf } from "./wire.js";

export const rerank: TaskCodec<"rerank"> = {
  encode(call) {
    const { query, documents } = call.request;
    const path = call.model.transport?.path ?? "/rerank";
    return jsonRequest(call, { path, body: { model: wireId(call), query, documents }, paths: { topN: "top_n" } });
  },
  decode(answer, call) {
    const body = answerOf(answer, call);
    // Voyage says `data`.
    const listed = body.results ?? body.data;
    if (!Array.isArray(listed)) throw unreadable(call, "the answer holds no ranking");
    return { result: { results: listed.map((item) => rankOf(item, call)) }, usage: usageIn(body, call) };
  },
};

function rankOf(value: unknown, call: TaskCall<"rerank">): RankedDocument {
  const item = membersOf(value) ?? {};
  const index = numberOf(item.index);
  const score = numberOf(item.relevance_score) ?? numberOf(item.score);
  if (index === undefined || score === undefined) throw unreadable(call, "a rank without index or score");
  return { index, score };
}

export const moderation: TaskCodec<"moderation"> = {
  encode(call) {
    const { input } = call.request;
    const hasPictures = input.some((item) => typeof item !== "string");
    const path = call.model.transport?.path ?? "/moderations";
    return jsonRequest(call, { path, body: { model: wireId(call), input: hasPictures ? input.map(partOf) : input } });
  },
  decode(answer, call) {
    const body = answerOf(answer, call);
    if (!Array.isArray(body.results)) throw unreadable(call, "the answer holds no results");
    return { result: { results: body.results.map(judgementOf) }, usage: usageIn(body, call) };
  },
};

function partOf(item: string | ImagePart): unknown {
  if (typeof item === "string") return { type: "text", text: item };
  const media = mediaOf(item.image, item.mediaType);
  const url = "url" in media ? media.url : dataUrl(media.base64, media.mediaType);
  return { type: "image_url", image_url: { url } };
}

function judgementOf(value: unknown): ModerationResult {
  const item = membersOf(value) ?? {};
  const categories = entriesOf(item.categories, (flag) => flag === true);
  const scores = entriesOf(item.category_scores, (score) => numberOf(score) ?? 0);
  // Mistral states the categories only.
  const flagged = typeof item.flagged === "boolean" ? item.flagged : Object.values(categories).includes(true);
  return { flagged, categories, scores };
}

function entriesOf<Value>(value: unknown, read: (item: unknown) => Value): { readonly [name: string]: Value } {
  return Object.fromEntries(Object.entries(membersOf(value) ?? {}).map(([name, item]) => [name, read(item)]));
}
