/** The Gemini API wire seen from the server. */
import {
  asInteger,
  asList,
  asObject,
  asText,
  type Members,
  optional,
  present,
  readParams,
  refuse,
  type WireParams,
} from "../served-input.js";
import type { Route, ServedEmbedding, ServerProtocol } from "../server.js";
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
  taskType: { as: "taskType", read: asText },
  title: { as: "title", read: asText },
};

function decodeEmbedding(value: unknown, { modelId = "", single }: Route): ServedEmbedding {
  const body = camelCased(asObject(value, "body"));
  if (present(body.instances)) return decodeInstances(body, modelId);
  if (single === true)
    return { modelId, single: true, input: [textOf(body, "content")], params: readParams(body, embeddingParams) };
  const requests = asList(body.requests, "requests").map((item, i) => camelCased(asObject(item, `requests[${i}]`)));
  const [first] = requests;
  if (first === undefined) refuse("requests", "must not be empty");
  const input = requests.map((request, i) => textOf(request, `requests[${i}].content`));
  return { modelId, input, params: readParams(first ?? {}, embeddingParams, "requests[0].") };
}

/** Vertex: a text per instance, with what it is for. */
function decodeInstances(body: Members, modelId: string): ServedEmbedding {
  const instances = asList(body.instances, "instances").map((item, i) => asObject(item, `instances[${i}]`));
  if (instances.length === 0) refuse("instances", "must not be empty");
  const input = instances.map(({ content }, i) => asText(content, `instances[${i}].content`));
  const params = readParams(optional(asObject, body.parameters, "parameters") ?? {}, embeddingParams, "parameters.");
  return { modelId, input, instances: true, params };
}

function textOf(request: Members, path: string): string {
  const parts = asList(asObject(request.content, path).parts, `${path}.parts`);
  const text = parts
    .map((part, i) => asText(asObject(part, `${path}.parts[${i}]`).text, `${path}.parts[${i}].text`))
    .join("");
  if (!present(text) || text === "") refuse(path, "must not be empty");
  return text;
}

function encodeEmbedding(
  embeddings: readonly (readonly number[])[],
  { served, inputTokens }: { readonly inputTokens: number; readonly served: ServedEmbedding },
): Members {
  if (served.instances === true) {
    // Tokens are counted over all texts: the sum is spread.
    const share = Math.floor(inputTokens / embeddings.length);
    const statistics = (i: number) => ({
      token_count: i === 0 ? inputTokens - share * (embeddings.length - 1) : share,
    });
    return { predictions: embeddings.map((values, i) => ({ embeddings: { values, statistics: statistics(i) } })) };
  }
  const vectors = embeddings.map((values) => ({ values }));
  const usageMetadata = { promptTokenCount: inputTokens, totalTokenCount: inputTokens };
  return served.single === true ? { embedding: vectors[0], usageMetadata } : { embeddings: vectors, usageMetadata };
}
