/** The distinct profiles of a provider's models: one generated interface each, named by its content. */
import { ContentNames } from "./identifier.js";
import type { ChatSlots } from "./profile.js";
import type { MediaSlots } from "./profile-media.js";
import { type ProfileBody, TypeParts } from "./profile-types.js";
import { byCodeUnit, commentCode, listWords } from "./text.js";

/** One generated profile interface. */
export interface PlannedProfile {
  readonly name: string;
  readonly doc: string;
  readonly body: ProfileBody;
}

/** The distinct profiles of a provider, each stated once. */
export class Profiles {
  private readonly names = new ContentNames();
  readonly parts = new TypeParts(this.names);
  private readonly profiles = new Map<string, PlannedProfile>();

  /** The name says the main capabilities; the hash of all slots makes it unique and stable. */
  nameOf(slots: ChatSlots): string {
    const words = slots.can.flatMap((capability) => spoken.get(capability) ?? []);
    const name = this.names.name(words.length === 0 ? "Text" : words.join(""), JSON.stringify(slots));
    if (!this.profiles.has(name)) {
      this.profiles.set(name, { name, doc: describe(slots), body: this.parts.body(slots) });
    }
    return name;
  }

  /** The name says the kind. */
  mediaNameOf(label: string, slots: MediaSlots): string {
    const name = this.names.name(label, JSON.stringify(slots));
    if (!this.profiles.has(name)) {
      const named = [...slots.can, ...slots.enums.map((option) => option.name)];
      const options = named.length > 0 ? named : slots.options.map((option) => commentCode(option.name));
      const needs = [...(slots.needs ?? []), ...(slots.needsOptions ?? []).map(commentCode)];
      const must = needs.length === 0 ? "" : ` Requires ${listWords(needs, "and")}.`;
      const doc = options.length === 0 ? "Has no options." : `Accepts ${listWords(options, "and")}.${must}`;
      this.profiles.set(name, { name, doc, body: this.parts.mediaBody(slots) });
    }
    return name;
  }

  sorted(): PlannedProfile[] {
    return [...this.profiles.values()].sort((a, b) => byCodeUnit(a.name, b.name));
  }
}

const spoken = new Map([
  ["image", "Image"],
  ["pdf", "Pdf"],
  ["audio", "Audio"],
  ["video", "Video"],
  ["tools", "Tools"],
  ["output", "Output"],
  ["reasoning", "Reasoning"],
]);

/** One line that says what a profile takes and gives. */
function describe({ can }: ChatSlots): string {
  const named = can.filter((capability) => spoken.has(capability));
  const media = named.filter((capability) => ["image", "pdf", "audio", "video"].includes(capability));
  const rest = named.filter((capability) => !media.includes(capability));
  const takes = listWords(["text", ...media], "and");
  return `Takes ${takes}${rest.length === 0 ? "" : `; ${rest.join(", ")}`}.`;
}
