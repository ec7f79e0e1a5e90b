/** `InvokeModel` of embedding models, seen from the server. */
import type { EmbeddingValue } from "../../chat/message.js";
import {
  asInteger,
  asList,
  asName,
  asObject,
  asText,
  asTexts,
  type Members,
  optional,
  present,
  readParams,
  refuse,
  type WireParams,
} from "../served-input.js";
import type { Route, ServedEmbedding, ServerProtocol } from "../server.js";

const params: WireParams = {
  dimensions: { as: "dimensions", read: asInteger },
  outputEmbeddingLength: { as: "dimensions", read: asInteger },
  output_dimension: { as: "dimensions", read: asInteger },
  input_type: { as: "inputType", read: asText },
  truncate: { as: "truncate", read: asText },
};

export const servedEmbeddings: NonNullable<ServerProtocol["embeddings"]> = {
  decode(value, { modelId = "" }: Route): ServedEmbedding {
    const body = asObject(value, "body");
    const config = optional(asObject, body.embeddingConfig, "embeddingConfig") ?? {};
    const found = { ...readParams(body, params), ...readParams(config, params, "embeddingConfig.") };
    const { inputText, inputImage } = body;
    if (present(inputImage))
      return { modelId, single: true, input: [pictureOf(inputImage, "inputImage")], params: found };
    if (present(inputText)) return { modelId, single: true, input: [asText(inputText, "inputText")], params: found };
    if (present(body.images))
      return {
        modelId,
        input: asTexts(body.images, "images").map((image) => pictureOf(image, "images")),
        alone: true,
        params: found,
      };
    const input = present(body.inputs) ? asList(body.inputs, "inputs").map(contentOf) : asTexts(body.texts, "texts");
    if (input.length === 0) refuse("texts", "must not be empty");
    return { modelId, input, params: found };
  },
  encode: (embeddings, { served, inputTokens, mediaTokens = 0 }): Members =>
    served.single === true
      ? { embedding: embeddings[0], inputTextTokenCount: inputTokens - mediaTokens }
      : {
          embeddings: { float: embeddings },
          response_type: "embeddings_by_type",
          texts: served.input.filter((value) => typeof value === "string"),
        },
};

function pictureOf(value: unknown, path: string): EmbeddingValue {
  return { type: "image", image: asName(value, path) };
}

/** Version 4 of Cohere's: here one part makes one vector. */
function contentOf(item: unknown, index: number): EmbeddingValue {
  const path = `inputs[${index}].content`;
  const [first, ...more] = asList(asObject(item, `inputs[${index}]`).content, path);
  if (more.length > 0) refuse(path, "several parts for one vector are not served");
  const { type, text, image_url: url } = asObject(first, `${path}[0]`);
  return type === "image_url" ? pictureOf(url, `${path}[0].image_url`) : asText(text, `${path}[0].text`);
}
