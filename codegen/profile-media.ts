/** What the facts of a model that is no chat model mean for its types: the slots of its profile. Pure. */
import { accepted, assumeOf, inputModality, param, paramConstraint } from "../src/catalog/capabilities.js";
import type { ModelFacts, ModelKind, ProviderFacts } from "../src/catalog/facts.js";
import { worksByJobs } from "../src/catalog/jobs.js";
import { enumTypes, type OptionType, ownOptionTypes } from "./option-types.js";

/** The slots of `MediaProfile`: names, and type text where it says `string`. */
export interface MediaSlots {
  readonly can: readonly string[];
  readonly enums: readonly OptionType[];
  readonly options: readonly OptionType[];
  /** Those that a request must give, by our names and by the provider's own; absent when there are none. */
  readonly needs?: readonly string[];
  readonly needsOptions?: readonly string[];
}

/** Options that have a name of ours, by kind. What only differs in presence is plain. */
const namesOf: {
  readonly [kind in ModelKind]?: { readonly plain: readonly string[]; readonly enums: readonly string[] };
} = {
  image: {
    plain: ["n", "seed", "mask", "partialImages"],
    enums: ["size", "aspectRatio", "resolution", "quality", "style", "background", "outputFormat"],
  },
  speech: { plain: ["speed", "instructions", "language"], enums: ["voice", "format"] },
  transcription: { plain: ["language", "prompt"], enums: ["format"] },
  video: { plain: ["seed", "generateAudio"], enums: ["duration", "size", "aspectRatio", "resolution"] },
  rerank: { plain: ["topN"], enums: [] },
  moderation: { plain: [], enums: [] },
};

/** The profile of a model of one of these kinds. */
export function mediaSlots(provider: ProviderFacts, model: ModelFacts): MediaSlots {
  const assume = assumeOf(provider, model);
  const { plain, enums } = namesOf[model.kind] ?? { plain: [], enums: [] };
  const mayTakePictures = model.kind === "image" || model.kind === "video" || model.kind === "moderation";
  const takesPictures = mayTakePictures && accepted(inputModality(model, "image"), assume);
  return {
    can: [
      ...(takesPictures ? ["image"] : []),
      ...(model.kind === "image" && worksByJobs(provider, model) ? ["job"] : []),
      // Every ranking takes `topN`: it is no slot.
      ...plain.filter((name) => name !== "topN" && accepted(param(model, name), assume)),
    ],
    enums: enumTypes(model, enums, assume),
    options: ownOptionTypes(model, [...plain, ...enums]),
    ...neededOptions(model, [...plain, ...enums]),
  };
}

/** Options that a request must give; `known` are those with a name of ours. */
export function neededOptions(model: ModelFacts, known: readonly string[]): Pick<MediaSlots, "needs" | "needsOptions"> {
  const needed = Object.keys(model.params).filter((name) => {
    const constraint = paramConstraint(model, name);
    return typeof constraint === "object" && constraint.required === true;
  });
  const needs = needed.filter((name) => known.includes(name)).sort();
  const needsOptions = needed.filter((name) => !known.includes(name)).sort();
  return { ...(needs.length > 0 && { needs }), ...(needsOptions.length > 0 && { needsOptions }) };
}
