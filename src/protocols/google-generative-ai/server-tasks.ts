/** Pictures, speech and films of the Gemini API seen from the server. */
import type { MediaSource } from "../../chat/message.js";
import { toBase64 } from "../base64.js";
import { asList, asName, asObject, type Members, present, refuse } from "../served-input.js";
import type { Route, ServedJob, ServedTask, ServedTasks, TaskBody, TaskContext } from "../server.js";
import type { TaskKind, TaskRequests, TaskResults } from "../task.js";
import { camelCased } from "./server-spelling.js";

const config = "generationConfig";

const contentPaths: { readonly [K in TaskKind]?: { readonly [name: string]: string } } = {
  image: {
    aspectRatio: `${config}.imageConfig.aspectRatio`,
    resolution: `${config}.imageConfig.imageSize`,
    n: `${config}.candidateCount`,
    seed: `${config}.seed`,
  },
  speech: {
    voice: `${config}.speechConfig.voiceConfig.prebuiltVoiceConfig.voiceName`,
    language: `${config}.speechConfig.languageCode`,
  },
};

const predictPaths = {
  n: "parameters.sampleCount",
  seed: "parameters.seed",
  aspectRatio: "parameters.aspectRatio",
  resolution: "parameters.sampleImageSize",
  personGeneration: "parameters.personGeneration",
};

const videoPaths = {
  duration: "parameters.durationSeconds",
  aspectRatio: "parameters.aspectRatio",
  resolution: "parameters.resolution",
  seed: "parameters.seed",
  generateAudio: "parameters.generateAudio",
  negativePrompt: "parameters.negativePrompt",
  personGeneration: "parameters.personGeneration",
};

export const servedTasks: ServedTasks = {
  decode(value, { kind, route }): ServedTask {
    const wire = camelCased(asObject(value, "body"));
    const { modelId = "" } = route;
    if (present(wire.instances)) {
      const request = instanceOf(wire);
      return { kind, modelId, request, wire, paths: kind === "video" ? videoPaths : predictPaths };
    }
    return { kind, modelId, request: contentOf(wire, kind), wire, paths: contentPaths[kind] ?? {} };
  },
  encode: encodeTask,
  jobs: {
    kinds: ["video"],
    encodeTicket: ({ modelId }, { id }) => ({ name: `models/${modelId}/operations/${id}` }),
    encodeStatus,
  },
};

/** `GET /models/{model}/operations/{id}`. */
export function operationRoute(method: string, path: string): Route | undefined {
  const [, jobId] = /^\/models\/[^/]+\/operations\/([\w.-]+)$/.exec(path) ?? [];
  return method === "GET" && jobId !== undefined ? { operation: "job", jobId } : undefined;
}

function instanceOf(wire: Members): TaskRequests["image"] {
  const instance = camelCased(asObject(asList(wire.instances, "instances")[0], "instances[0]"));
  const image = present(instance.image) ? camelCased(asObject(instance.image, "instances[0].image")) : undefined;
  const source = image?.bytesBase64Encoded ?? image?.gcsUri;
  const images = image === undefined ? [] : [asName(source, "instances[0].image.bytesBase64Encoded")];
  return { prompt: asName(instance.prompt, "instances[0].prompt"), images };
}

function contentOf(wire: Members, kind: TaskKind): TaskRequests["image"] | TaskRequests["speech"] {
  const content = asObject(asList(wire.contents, "contents")[0], "contents[0]");
  const parts = asList(content.parts, "contents[0].parts").map((part, i) =>
    camelCased(asObject(part, `contents[0].parts[${i}]`)),
  );
  const text = parts.flatMap((part) => (typeof part.text === "string" ? [part.text] : [])).join("");
  if (text === "") refuse("contents[0].parts", "must hold a text");
  return kind === "speech" ? { input: text } : { prompt: text, images: parts.flatMap(pictureOf) };
}

function pictureOf(part: Members): MediaSource[] {
  if (present(part.inlineData))
    return [asName(camelCased(asObject(part.inlineData, "inlineData")).data, "inlineData.data")];
  if (!present(part.fileData)) return [];
  return [asName(camelCased(asObject(part.fileData, "fileData")).fileUri, "fileData.fileUri")];
}

function encodeTask(served: ServedTask, result: TaskResults[TaskKind], context: TaskContext): TaskBody {
  const { usage } = context;
  if ("images" in result && present(served.wire.instances))
    return {
      json: {
        predictions: result.images.map(({ image, mediaType }) => ({
          mimeType: mediaType ?? "image/png",
          bytesBase64Encoded: base64Of(image),
        })),
      },
    };
  const parts =
    "images" in result
      ? result.images.map(({ image, mediaType }) => inline(image, mediaType ?? "image/png"))
      : "audio" in result
        ? [inline(result.audio.audio, "audio/L16;codec=pcm;rate=24000")]
        : [];
  return {
    json: {
      candidates: [{ index: 0, finishReason: "STOP", content: { role: "model", parts } }],
      usageMetadata: {
        promptTokenCount: usage.inputTokens,
        candidatesTokenCount: usage.outputTokens,
        totalTokenCount: usage.inputTokens + usage.outputTokens,
        candidatesTokensDetails: [{ modality: "audio" in result ? "AUDIO" : "IMAGE", tokenCount: usage.outputTokens }],
      },
      modelVersion: context.modelId,
      responseId: context.id,
    },
  };
}

function inline(source: MediaSource, mimeType: string): Members {
  return { inlineData: { mimeType, data: base64Of(source) } };
}

function base64Of(source: MediaSource): string {
  return source instanceof Uint8Array ? toBase64(source) : String(source);
}

function encodeStatus({ id, modelId, state, progress, result }: ServedJob): unknown {
  const name = `models/${modelId}/operations/${id}`;
  if (result === undefined) return { name, metadata: { progressPercent: Math.round(progress * 100) } };
  if (state === "cancelled") return { name, done: true, error: { code: 1, message: "The operation was cancelled." } };
  const videos = "videos" in result ? result.videos : [];
  const generatedSamples = videos.map(({ video }) => ({ video: { uri: String(video) } }));
  return { name, done: true, response: { generateVideoResponse: { generatedSamples } } };
}
