/** The Converse wire seen from the server. */
import type { Route, ServerProtocol } from "../server.js";
import { encodeChat } from "./server-answer.js";
import { servedEmbeddings } from "./server-embeddings.js";
import { encodeFailure } from "./server-failure.js";
import { decodeChat } from "./server-request.js";
import { BedrockConverseStreamEncoder } from "./server-stream.js";
import { protocolId } from "./wire.js";

/** Whole and streamed conversations, and embeddings, as `https://bedrock-runtime.<region>.amazonaws.com` serves them. */
export const bedrockConverseServer: ServerProtocol = {
  id: protocolId,
  streamType: "application/vnd.amazon.eventstream",
  route,
  decodeChat,
  encodeChat,
  createStreamEncoder: () => new BedrockConverseStreamEncoder(),
  encodeFailure,
  embeddings: servedEmbeddings,
  // The runtime has no list; this is the shape of the control plane's.
  encodeModels: (models) => ({
    modelSummaries: models.map(({ id, name }) => ({ modelId: id, modelName: name ?? id })),
  }),
};

/** A model's id is one segment, percent-encoded: ARNs hold slashes. */
function route(method: string, path: string): Route | undefined {
  if (method === "GET" && path === "/foundation-models") return { operation: "models" };
  const [, id, operation] = /^\/model\/([^/]+)\/(converse|converse-stream|invoke)$/.exec(path) ?? [];
  if (method !== "POST" || id === undefined) return undefined;
  if (operation === "invoke") return { operation: "embed", modelId: decodeSegment(id) };
  return { operation: "chat", modelId: decodeSegment(id), stream: operation === "converse-stream" };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
