/** Text embeddings: `embedContent` for one text, `batchEmbedContents` for several; `predict` on Vertex. https://ai.google.dev/api/embeddings */
import { count, noUsage, type Usage, usageOf } from "../../chat/usage.js";
import { TransportError } from "../../errors.js";
import { type WireBody, writeParams } from "../body.js";
import type { EmbeddingAnswer, EmbeddingCall, WireRequest } from "../protocol.js";
import { failureInside } from "./error.js";
import { resourcePath } from "./request-model.js";
import type { Members } from "./wire.js";
import { objectOf, objectsOf, present } from "./wire-read.js";

/** Canonical names that the wire calls otherwise. `taskType`, `title` and the like are its own. */
const paths = { dimensions: "outputDimensionality" };

export function encodeEmbedding(call: EmbeddingCall): WireRequest {
  if (predicts(call)) return encodePredict(call);
  const path = resourcePath(call);
  const requests = call.input.map((text) => embedRequest(call, text));
  const sole = requests.length === 1 ? requests[0] : undefined;
  return {
    method: "POST",
    path: `${path}:${sole === undefined ? "batchEmbedContents" : "embedContent"}`,
    headers: { ...call.model.transport?.headers },
    // Each request of a batch names the model again, with its collection.
    body: sole ?? { requests: requests.map((request) => ({ model: path.slice(1), ...request })) },
  };
}

function predicts({ provider, model }: EmbeddingCall): boolean {
  const switches = { ...provider.dialect?.["google-generative-ai"], ...model.dialect?.["google-generative-ai"] };
  return switches.embeddings === "predict";
}

const predictPaths = { dimensions: "outputDimensionality" };

/** What a text is for stands beside it, the rest in `parameters`. https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api */
function encodePredict(call: EmbeddingCall): WireRequest {
  const { model, input, params } = call;
  const { taskType, title, ...rest } = params;
  const parameters: WireBody = {};
  writeParams(parameters, rest, { model, paths: predictPaths });
  const about = {
    ...(taskType === undefined ? {} : { task_type: taskType }),
    ...(title === undefined ? {} : { title }),
  };
  const body = { instances: input.map((content) => ({ ...about, content })), parameters };
  const headers = { ...model.transport?.headers };
  return {
    method: "POST",
    path: `${resourcePath(call)}:predict`,
    headers,
    body: { ...model.transport?.body, ...body },
  };
}

function embedRequest({ model, params }: EmbeddingCall, text: string): WireBody {
  const body: WireBody = { ...model.transport?.body, content: { parts: [{ text }] } };
  writeParams(body, params, { model, paths });
  return body;
}

/** Throws `TransportError` ("invalid-response") unless there is one vector of numbers for each text. */
export function decodeEmbedding(body: unknown, call: EmbeddingCall): EmbeddingAnswer {
  const failure = failureInside(body, call);
  if (failure !== undefined) throw failure;
  const answer = objectOf(body);
  if (predicts(call)) return predicted(answer, call);
  const found = objectsOf(present(answer?.embeddings) ? answer?.embeddings : answer?.embedding);
  if (found.length !== call.input.length)
    throw new TransportError("invalid-response", `expected ${call.input.length} embeddings, got ${found.length}`);
  return { embeddings: found.map(({ values }) => vectorOf(values)), usage: usageIn(answer) };
}

function predicted(answer: Members | undefined, call: EmbeddingCall): EmbeddingAnswer {
  const found = objectsOf(answer?.predictions).map(({ embeddings }) => objectOf(embeddings));
  if (found.length !== call.input.length)
    throw new TransportError("invalid-response", `expected ${call.input.length} embeddings, got ${found.length}`);
  const counts = found.map((each) => count(objectOf(each?.statistics)?.token_count));
  const input = counts.reduce((sum, tokens) => sum + tokens, 0);
  const stated = found.every((each) => typeof objectOf(each?.statistics)?.token_count === "number");
  return { embeddings: found.map((each) => vectorOf(each?.values)), usage: stated ? usageOf({ input }) : noUsage };
}

function vectorOf(values: unknown): readonly number[] {
  if (!Array.isArray(values) || values.length === 0 || !values.every((value) => typeof value === "number"))
    throw new TransportError("invalid-response", "an embedding is not a list of numbers");
  return values as readonly number[];
}

/** Only newer models state usage. */
function usageIn(answer: Members | undefined): Usage {
  const wire = objectOf(answer?.usageMetadata);
  if (typeof wire?.promptTokenCount !== "number") return noUsage;
  return usageOf({ input: count(wire.promptTokenCount) }, { raw: wire });
}
