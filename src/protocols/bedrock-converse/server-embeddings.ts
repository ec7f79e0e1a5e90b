/** `InvokeModel` of embedding models, seen from the server. */
import {
  asInteger,
  asObject,
  asText,
  asTexts,
  type Members,
  readParams,
  refuse,
  type WireParams,
} from "../served-input.js";
import type { Route, ServedEmbedding, ServerProtocol } from "../server.js";

const params: WireParams = {
  dimensions: { as: "dimensions", read: asInteger },
  output_dimension: { as: "dimensions", read: asInteger },
  input_type: { as: "inputType", read: asText },
  truncate: { as: "truncate", read: asText },
};

export const servedEmbeddings: NonNullable<ServerProtocol["embeddings"]> = {
  decode(value, { modelId = "" }: Route): ServedEmbedding {
    const body = asObject(value, "body");
    const one = body.inputText;
    if (one !== undefined)
      return { modelId, single: true, input: [asText(one, "inputText")], params: readParams(body, params) };
    const input = asTexts(body.texts, "texts");
    if (input.length === 0) refuse("texts", "must not be empty");
    return { modelId, input, params: readParams(body, params) };
  },
  encode: (embeddings, { served, inputTokens }): Members =>
    served.single === true
      ? { embedding: embeddings[0], inputTextTokenCount: inputTokens }
      : { embeddings: { float: embeddings }, response_type: "embeddings_by_type", texts: served.input },
};
