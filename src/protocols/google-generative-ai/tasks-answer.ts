/** What content that holds media has in common: its parts as they come, its usage, and why there is none. */
import type { MediaSource } from "../../chat/message.js";
import { noUsage, type Usage } from "../../chat/usage.js";
import { ProviderError } from "../../errors.js";
import { mediaOf } from "../media.js";
import type { TaskCall, TaskKind, WireAnswer } from "../task.js";
import { failureInside } from "./error.js";
import { decodeUsage } from "./response-usage.js";
import type { Members } from "./wire.js";
import { objectOf, objectsOf, wordOf } from "./wire-read.js";

type Call = Pick<TaskCall<TaskKind>, "provider" | "modelId">;

/** The members of a JSON answer. Throws what the answer itself says went wrong. */
export function answerOf(answer: WireAnswer, call: Call): Members {
  const body = answer.json();
  const failure = failureInside(body, call);
  if (failure !== undefined) throw failure;
  return objectOf(body) ?? {};
}

export interface InlineMedium {
  readonly data: string;
  readonly mediaType: string | undefined;
}

/** The media of the first candidate, without those of its thinking. */
export function mediaIn(body: Members): readonly InlineMedium[] {
  const content = objectOf(objectsOf(body.candidates)[0]?.content);
  return objectsOf(content?.parts).flatMap((part) => {
    const inline = objectOf(part.inlineData) ?? objectOf(part.inline_data);
    const data = wordOf(inline?.data);
    return data === undefined || part.thought === true
      ? []
      : [{ data, mediaType: wordOf(inline?.mimeType) ?? wordOf(inline?.mime_type) }];
  });
}

/** The failure of an answer without media: it says why, or what it said instead. */
export function withoutMedia(body: Members, call: Call): ProviderError {
  const candidate = objectsOf(body.candidates)[0];
  const blocked = wordOf(objectOf(body.promptFeedback)?.blockReason) ?? wordOf(candidate?.finishReason);
  const said = objectsOf(objectOf(candidate?.content)?.parts).flatMap((part) => wordOf(part.text) ?? []);
  return filtered(
    call,
    wordOf(candidate?.finishMessage) ?? (said.join(" ").slice(0, 500) || blocked || "no reason given"),
  );
}

export function filtered({ provider, modelId }: Call, reason: string): ProviderError {
  const message = `${provider.id}/${modelId}: content-filter: the answer holds nothing: ${reason}`;
  return new ProviderError("content-filter", message, {
    provider: provider.id,
    model: modelId,
    providerMessage: reason,
  });
}

export function usageIn(body: Members): Usage {
  const wire = objectOf(body.usageMetadata);
  return wire === undefined ? noUsage : decodeUsage(wire, "known");
}

/** A picture as a part of content. */
export function partOf(source: MediaSource): Members {
  const media = mediaOf(source, undefined);
  if ("url" in media) return { fileData: { fileUri: media.url } };
  return { inlineData: { mimeType: media.mediaType, data: media.base64 } };
}
