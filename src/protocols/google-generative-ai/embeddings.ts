/** Embeddings: `embedContent` for one value, `batchEmbedContents` for several; `predict` on Vertex. https://ai.google.dev/api/embeddings */
import type { EmbeddingValue } from "../../chat/message.js";
import { count, noUsage, type Usage, usageOf } from "../../chat/usage.js";
import { TransportError } from "../../errors.js";
import { type WireBody, writeParams } from "../body.js";
import { allTexts, mediumOf, refusedMedium, textsOf } from "../embedding-input.js";
import type { EmbeddingAnswer, EmbeddingCall, WireRequest } from "../protocol.js";
import { failureInside } from "./error.js";
import { resourcePath } from "./request-model.js";
import { decodeUsage } from "./response-usage.js";
import type { Members } from "./wire.js";
import { objectOf, objectsOf, present } from "./wire-read.js";

/** Canonical names that the wire calls otherwise. `taskType`, `title` and the like are its own. */
const paths = { dimensions: "outputDimensionality" };

export function encodeEmbedding(call: EmbeddingCall): WireRequest {
  const predict = predictionOf(call);
  if (predict === "predict") return encodePredict(call);
  if (predict === "multimodal") return encodeMultimodal(call);
  const path = resourcePath(call);
  const requests = call.input.map((value) => embedRequest(call, value));
  const sole = requests.length === 1 ? requests[0] : undefined;
  return {
    method: "POST",
    path: `${path}:${sole === undefined ? "batchEmbedContents" : "embedContent"}`,
    headers: { ...call.model.transport?.headers },
    // Each request of a batch names the model again, with its collection.
    body: sole ?? { requests: requests.map((request) => ({ model: path.slice(1), ...request })) },
  };
}

function predictionOf({ provider, model }: EmbeddingCall): "predict" | "multimodal" | undefined {
  return { ...provider.dialect?.["google-generative-ai"], ...model.dialect?.["google-generative-ai"] }.embeddings;
}

const predictPaths = { dimensions: "outputDimensionality" };

/** What a text is for stands beside it, the rest in `parameters`. https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api */
function encodePredict(call: EmbeddingCall): WireRequest {
  const { model, params } = call;
  const { taskType, title, ...rest } = params;
  const parameters: WireBody = {};
  writeParams(parameters, rest, { model, paths: predictPaths });
  const about = {
    ...(taskType === undefined ? {} : { task_type: taskType }),
    ...(title === undefined ? {} : { title }),
  };
  const body = { instances: textsOf(call).map((content) => ({ ...about, content })), parameters };
  const headers = { ...model.transport?.headers };
  return {
    method: "POST",
    path: `${resourcePath(call)}:predict`,
    headers,
    body: { ...model.transport?.body, ...body },
  };
}

/** One text or picture for each instance. https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/multimodal-embeddings-api */
function encodeMultimodal(call: EmbeddingCall): WireRequest {
  const { model, input, params } = call;
  const parameters: WireBody = {};
  writeParams(parameters, params, { model, paths: { dimensions: "dimension" } });
  const instances = input.map((value) => {
    if (typeof value === "string") return { text: value };
    if (value.type !== "image") throw refusedMedium(call, value);
    const media = mediumOf(value);
    if ("url" in media) return { image: { gcsUri: media.url } };
    return { image: { bytesBase64Encoded: media.base64, mimeType: media.mediaType } };
  });
  return {
    method: "POST",
    path: `${resourcePath(call)}:predict`,
    headers: { ...model.transport?.headers },
    body: { ...model.transport?.body, instances, parameters },
  };
}

function partOf(value: EmbeddingValue): WireBody {
  if (typeof value === "string") return { text: value };
  const media = mediumOf(value);
  if ("base64" in media) return { inlineData: { mimeType: media.mediaType, data: media.base64 } };
  const mimeType = value.type === "pdf" ? "application/pdf" : value.mediaType;
  return { fileData: { fileUri: media.url, ...(mimeType === undefined ? {} : { mimeType }) } };
}

function embedRequest({ model, params }: EmbeddingCall, value: EmbeddingValue): WireBody {
  const body: WireBody = { ...model.transport?.body, content: { parts: [partOf(value)] } };
  writeParams(body, params, { model, paths });
  return body;
}

/** Throws `TransportError` ("invalid-response") unless there is one vector of numbers for each text. */
export function decodeEmbedding(body: unknown, call: EmbeddingCall): EmbeddingAnswer {
  const failure = failureInside(body, call);
  if (failure !== undefined) throw failure;
  const answer = objectOf(body);
  const predict = predictionOf(call);
  if (predict === "predict") return predicted(answer, call);
  if (predict === "multimodal") return multimodal(answer, call);
  const found = objectsOf(present(answer?.embeddings) ? answer?.embeddings : answer?.embedding);
  if (found.length !== call.input.length)
    throw new TransportError("invalid-response", `expected ${call.input.length} embeddings, got ${found.length}`);
  return { embeddings: found.map(({ values }) => vectorOf(values)), usage: usageIn(answer, call) };
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

/** The vector of a text or picture stands under the name of its kind. Only pictures are counted: characters have no meter here. */
function multimodal(answer: Members | undefined, { input }: EmbeddingCall): EmbeddingAnswer {
  const found = objectsOf(answer?.predictions);
  if (found.length !== input.length)
    throw new TransportError("invalid-response", `expected ${input.length} embeddings, got ${found.length}`);
  return {
    embeddings: found.map((each, i) =>
      vectorOf(typeof input[i] === "string" ? each.textEmbedding : each.imageEmbedding),
    ),
    usage: noUsage,
  };
}

/** Only newer models state usage. What media took is known where it stands apart from the text. */
function usageIn(answer: Members | undefined, { input }: EmbeddingCall): Usage {
  const wire = objectOf(answer?.usageMetadata);
  if (typeof wire?.promptTokenCount !== "number") return noUsage;
  // The API reference says `promptTokenDetails` here, and `promptTokensDetails` for contents.
  const details = wire.promptTokensDetails ?? wire.promptTokenDetails;
  const apart = Array.isArray(details) || allTexts(input);
  return decodeUsage({ ...wire, promptTokensDetails: details }, apart ? "known" : "partial");
}
