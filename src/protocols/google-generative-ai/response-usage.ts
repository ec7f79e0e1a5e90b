/** `usageMetadata` in disjoint buckets. */
import { count, type Usage, type UsageBuckets, usageOf } from "../../chat/usage.js";
import type { Members } from "./wire.js";
import { objectsOf } from "./wire-read.js";

type Modality = "AUDIO" | "IMAGE" | "VIDEO";

// totalTokenCount = prompt + toolUsePrompt + candidates + thoughts; the cached part is inside the prompt.
// https://ai.google.dev/api/generate-content#UsageMetadata

/** Usage of an answer. The details per modality may disagree with the totals: the totals win. */
export function decodeUsage(wire: Members, state: Usage["state"]): Usage {
  return usageOf({ ...inputBuckets(wire), ...outputBuckets(wire) }, { state, raw: wire });
}

/** True when the object holds a count: early chunks of Vertex state only the traffic type. */
export function hasCounts(wire: Members): boolean {
  return (
    typeof wire.promptTokenCount === "number" ||
    typeof wire.candidatesTokenCount === "number" ||
    typeof wire.totalTokenCount === "number"
  );
}

function inputBuckets(wire: Members): UsageBuckets {
  const prompt = count(wire.promptTokenCount);
  const cached = takeFrom(prompt);
  const audioCacheRead = cached.upTo(
    Math.min(modality(wire.cacheTokensDetails, "AUDIO"), count(wire.cachedContentTokenCount)),
  );
  const cacheRead = cached.upTo(count(wire.cachedContentTokenCount) - audioCacheRead);
  const fresh = takeFrom(prompt + count(wire.toolUsePromptTokenCount) - audioCacheRead - cacheRead);
  return {
    cacheRead,
    audioCacheRead,
    audioInput: fresh.upTo(freshOf(wire, "AUDIO")),
    imageInput: fresh.upTo(freshOf(wire, "IMAGE")),
    videoInput: fresh.upTo(freshOf(wire, "VIDEO")),
    input: fresh.rest(),
  };
}

function outputBuckets(wire: Members): UsageBuckets {
  const generated = takeFrom(count(wire.candidatesTokenCount));
  return {
    reasoning: count(wire.thoughtsTokenCount),
    audioOutput: generated.upTo(modality(wire.candidatesTokensDetails, "AUDIO")),
    imageOutput: generated.upTo(modality(wire.candidatesTokensDetails, "IMAGE")),
    output: generated.rest(),
  };
}

/** Prompt tokens of one modality that did not come from the cache. */
function freshOf(wire: Members, name: Modality): number {
  const prompt = modality(wire.promptTokensDetails, name) + modality(wire.toolUsePromptTokensDetails, name);
  return prompt - modality(wire.cacheTokensDetails, name);
}

function modality(details: unknown, name: Modality): number {
  let tokens = 0;
  for (const detail of objectsOf(details)) if (detail.modality === name) tokens += count(detail.tokenCount);
  return tokens;
}

/** Deals out a total so that nothing is counted twice. */
function takeFrom(total: number): { upTo(wanted: number): number; rest(): number } {
  let left = total;
  return {
    upTo(wanted) {
      const taken = Math.max(0, Math.min(wanted, left));
      left -= taken;
      return taken;
    },
    rest: () => left,
  };
}
