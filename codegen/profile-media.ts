/** What the facts of a model that draws, speaks or transcribes mean for its types: the slots of its profile. Pure. */
import { accepted, assumeOf, inputModality, param } from "../src/catalog/capabilities.js";
import type { ModelFacts, ModelKind, ProviderFacts } from "../src/catalog/facts.js";
import type { ImageOptions, SpeechOptions, TranscriptionOptions } from "../src/model/media.js";
import { enumTypes, type OptionType, ownOptionTypes } from "./option-types.js";

/** The slots of `MediaProfile`: names, and type text where it says `string`. */
export interface MediaSlots {
  readonly can: readonly string[];
  readonly enums: readonly OptionType[];
  readonly options: readonly OptionType[];
}

interface Names<Options extends { plain: string; enums: string }> {
  readonly plain: { readonly [Name in Options["plain"]]: true };
  readonly enums: { readonly [Name in Options["enums"]]: true };
}

// Complete by type.
const image: Names<ImageOptions> = {
  plain: { n: true, seed: true },
  enums: {
    size: true,
    aspectRatio: true,
    resolution: true,
    quality: true,
    style: true,
    background: true,
    outputFormat: true,
  },
};
const speech: Names<SpeechOptions> = {
  plain: { speed: true, instructions: true, language: true },
  enums: { voice: true, format: true },
};
const transcription: Names<TranscriptionOptions> = {
  plain: { language: true, prompt: true },
  enums: { format: true },
};
const namesOf: { readonly [kind in ModelKind]?: { readonly plain: object; readonly enums: object } } = {
  image,
  speech,
  transcription,
};

/** The profile of a model of one of these kinds. */
export function mediaSlots(provider: ProviderFacts, model: ModelFacts): MediaSlots {
  const assume = assumeOf(provider, model);
  const names = namesOf[model.kind];
  const plain = Object.keys(names?.plain ?? {});
  const enums = Object.keys(names?.enums ?? {});
  const takesPictures = model.kind === "image" && accepted(inputModality(model, "image"), assume);
  return {
    can: [...(takesPictures ? ["image"] : []), ...plain.filter((name) => accepted(param(model, name), assume))],
    enums: enumTypes(model, enums, assume),
    options: ownOptionTypes(model, [...plain, ...enums]),
  };
}
