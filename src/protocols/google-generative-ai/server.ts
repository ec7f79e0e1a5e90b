/** The Gemini API wire seen from the server. */
import type { EmbeddingValue } from "../../chat/message.js";
import {
  asInteger,
  asList,
  asName,
  asObject,
  asText,
  type Members,
  optional,
  present,
  readParams,
  refuse,
  type WireParams,
} from "../served-input.js";
import type { EmbeddingContext, Route, ServedEmbedding, ServerProtocol } from "../server.js";
import { encodeChat, GoogleGenerativeAiStreamEncoder } from "./server-answer.js";
import { encodeFailure } from "./server-failure.js";
import { decodeChat } from "./server-request.js";
import { camelCased } from "./server-spelling.js";
import { operationRoute, servedTasks } from "./server-tasks.js";

/** Contents, token counts, embeddings and the model list, as `https://generativelanguage.googleapis.com/v1beta` serves them. */
export const googleGenerativeAiServer: ServerProtocol = {
  id: "google-generative-ai",
  route,
  decodeChat,
  encodeChat,
  createStreamEncoder: (context) => new GoogleGenerativeAiStreamEncoder(context),
  encodeFailure,
  embeddings: { decode: decodeEmbedding, encode: encodeEmbedding },
  tasks: servedTasks,
  encodeTokenCount: (totalTokens) => ({ totalTokens }),
  encodeModels: (models) => ({
    models: models.map(({ id, name, contextTokens, outputTokens }) => ({
      name: `models/${id}`,
      displayName: name ?? id,
      ...(contextTokens === undefined ? {} : { inputTokenLimit: contextTokens }),
      ...(outputTokens === undefined ? {} : { outputTokenLimit: outputTokens }),
    })),
  }),
};

const methods: { readonly [method: string]: Omit<Route, "modelId"> } = {
  generateContent: { operation: "chat", stream: false },
  streamGenerateContent: { operation: "chat", stream: true },
  countTokens: { operation: "count-tokens" },
  embedContent: { operation: "embed", single: true },
  batchEmbedContents: { operation: "embed" },
  predict: { operation: "image", orEmbed: true },
  predictLongRunning: { operation: "video" },
};

function route(method: string, path: string): Route | undefined {
  if (method === "GET" && path === "/models") return { operation: "models" };
  const [, name = "", word = ""] = /^\/(?:models|tunedModels)\/([^/:]+):(\w+)$/.exec(path) ?? [];
  const found = method === "POST" && Object.hasOwn(methods, word) ? methods[word] : undefined;
  if (found === undefined) return operationRoute(method, path);
  try {
    return { ...found, modelId: decodeURIComponent(name) };
  } catch {
    return undefined;
  }
}

const embeddingParams: WireParams = {
  outputDimensionality: { as: "dimensions", read: asInteger },
  dimension: { as: "dimensions", read: asInteger },
  taskType: { as: "taskType", read: asText },
  title: { as: "title", read: asText },
};

function decodeEmbedding(value: unknown, { modelId = "", single }: Route): ServedEmbedding {
  const body = camelCased(asObject(value, "body"));
  if (present(body.instances)) return decodeInstances(body, modelId);
  if (single === true)
    return { modelId, single: true, input: [embeddable(body, "content")], params: readParams(body, embeddingParams) };
  const requests = asList(body.requests, "requests").map((item, i) => camelCased(asObject(item, `requests[${i}]`)));
  const [first] = requests;
  if (first === undefined) refuse("requests", "must not be empty");
  const input = requests.map((request, i) => embeddable(request, `requests[${i}].content`));
  return { modelId, input, params: readParams(first ?? {}, embeddingParams, "requests[0].") };
}

/** Vertex: a value per instance, texts with what they are for. */
function decodeInstances(body: Members, modelId: string): ServedEmbedding {
  const instances = asList(body.instances, "instances").map((item, i) => asObject(item, `instances[${i}]`));
  if (instances.length === 0) refuse("instances", "must not be empty");
  const params = readParams(optional(asObject, body.parameters, "parameters") ?? {}, embeddingParams, "parameters.");
  const multimodal = instances.some(({ content }) => !present(content));
  const input = instances.map((instance, i) =>
    multimodal ? instanceOf(instance, `instances[${i}]`) : asText(instance.content, `instances[${i}].content`),
  );
  return { modelId, input, instances: true, params, ...(multimodal ? { multimodal } : {}) };
}

function instanceOf({ text, image }: Members, path: string): EmbeddingValue {
  if (!present(image)) return asName(text, `${path}.text`);
  const { bytesBase64Encoded: bytes, gcsUri } = asObject(image, `${path}.image`);
  return { type: "image", image: asName(bytes ?? gcsUri, `${path}.image.bytesBase64Encoded`) };
}

/** Texts, or one medium: here one part makes one vector. */
function embeddable(request: Members, path: string): EmbeddingValue {
  const parts = asList(asObject(request.content, path).parts, `${path}.parts`).map((part, i) =>
    camelCased(asObject(part, `${path}.parts[${i}]`)),
  );
  const [first] = parts;
  if (parts.length === 1 && first !== undefined && !present(first.text)) return mediumOf(first, `${path}.parts[0]`);
  const text = parts.map((part, i) => asText(part.text, `${path}.parts[${i}].text`)).join("");
  if (text === "") refuse(path, "must not be empty");
  return text;
}

function mediumOf({ inlineData, fileData }: Members, path: string): EmbeddingValue {
  const { mimeType, data, fileUri } = camelCased(asObject(inlineData ?? fileData, path));
  const source = asName(data ?? fileUri, `${path}.inlineData.data`);
  const mediaType = asText(mimeType ?? "image/png", `${path}.inlineData.mimeType`);
  if (mediaType === "application/pdf") return { type: "pdf", pdf: source };
  if (mediaType.startsWith("audio/")) return { type: "audio", audio: source, mediaType };
  if (mediaType.startsWith("video/")) return { type: "video", video: source, mediaType };
  return { type: "image", image: source, mediaType };
}

function encodeEmbedding(
  embeddings: readonly (readonly number[])[],
  { served, inputTokens, mediaTokens = 0 }: EmbeddingContext,
): Members {
  if (served.multimodal === true)
    return {
      predictions: embeddings.map((vector, i) => ({
        [typeof served.input[i] === "string" ? "textEmbedding" : "imageEmbedding"]: vector,
      })),
    };
  if (served.instances === true) {
    // Tokens are counted over all texts: the sum is spread.
    const share = Math.floor(inputTokens / embeddings.length);
    const statistics = (i: number) => ({
      token_count: i === 0 ? inputTokens - share * (embeddings.length - 1) : share,
    });
    return { predictions: embeddings.map((values, i) => ({ embeddings: { values, statistics: statistics(i) } })) };
  }
  const vectors = embeddings.map((values) => ({ values }));
  const details = [
    { modality: "TEXT", tokenCount: inputTokens - mediaTokens },
    { modality: "IMAGE", tokenCount: mediaTokens },
  ];
  const usageMetadata = {
    promptTokenCount: inputTokens,
    totalTokenCount: inputTokens,
    ...(mediaTokens === 0 ? {} : { promptTokensDetails: details }),
  };
  return served.single === true ? { embedding: vectors[0], usageMetadata } : { embeddings: vectors, usageMetadata };
}
