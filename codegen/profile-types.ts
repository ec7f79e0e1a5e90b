/** Profiles as types: what each states itself, and the parts that it may share with other profiles of its file. */
import type { ContentNames } from "./identifier.js";
import type { OptionType } from "./option-types.js";
import type { ChatSlots } from "./profile.js";
import type { MediaSlots } from "./profile-media.js";
import { byCodeUnit, propertyKey, quote, union } from "./text.js";

/** A property of an interface, as type text. */
export interface Property {
  readonly name: string;
  readonly type: string;
  /** A member that requests may leave out, not a slot. */
  readonly isOption?: boolean;
}

/** A type that profiles refer to: an alias, or an interface with these properties. */
export interface TypePart {
  readonly name: string;
  readonly type: string | readonly Property[];
}

/** What a profile interface states: the parts it extends and its own slots. */
export interface ProfileBody {
  readonly parts: readonly string[];
  readonly slots: readonly Property[];
}

/**
 * The parts of one file, named by their content. What becomes a part depends on the profile alone: a model that comes
 * or goes changes no line of another.
 */
export class TypeParts {
  private readonly parts = new Map<string, TypePart>();
  private readonly names: ContentNames;

  constructor(names: ContentNames) {
    this.names = names;
  }

  body(slots: ChatSlots): ProfileBody {
    const accepts = slots.accepts.length === 0 ? [] : [this.parameters(slots.accepts)];
    return {
      parts: [
        this.part("ToolSlots", [
          { name: "toolChoice", type: union(slots.toolChoice) },
          { name: "builtinTools", type: union(slots.builtinTools) },
        ]),
        this.part("ReasoningSlots", [
          { name: "reasoning", type: slots.reasoning },
          { name: "off", type: slots.off },
          { name: "sampling", type: this.parameters(slots.sampling) },
          { name: "temperature", type: slots.temperature },
        ]),
        this.optionSlots(slots),
      ],
      slots: [
        { name: "can", type: [...slots.can.map(quote), ...accepts].join(" | ") || "never" },
        { name: "lacks", type: quote(slots.lacks) },
        { name: "gives", type: slots.gives },
      ],
    };
  }

  mediaBody(slots: MediaSlots): ProfileBody {
    const { can, needs, needsOptions } = slots;
    return {
      parts: [this.optionSlots(slots)],
      slots: [
        { name: "can", type: union(can) },
        ...(needs === undefined ? [] : [{ name: "needs", type: union(needs) }]),
        ...(needsOptions === undefined ? [] : [{ name: "needsOptions", type: union(needsOptions) }]),
      ],
    };
  }

  private optionSlots({ enums, options }: Pick<ChatSlots, "enums" | "options">): string {
    return this.part("OptionSlots", [
      { name: "enums", type: this.options("Enums", enums) },
      { name: "options", type: this.options("Options", options) },
    ]);
  }

  /** In the order of their names. */
  sorted(): TypePart[] {
    return [...this.parts.values()].sort((a, b) => byCodeUnit(a.name, b.name));
  }

  private parameters(names: readonly string[]): string {
    return names.length === 0 ? "never" : this.part("Parameters", union(names));
  }

  private options(label: string, options: readonly OptionType[]): string {
    if (options.length === 0) return "Nothing";
    return this.part(
      label,
      options.map(({ name, type }) => ({
        name: propertyKey(name),
        type: type === "unknown" ? type : `${type} | undefined`,
        isOption: true,
      })),
    );
  }

  private part(label: string, type: TypePart["type"]): string {
    const name = this.names.name(label, JSON.stringify(type));
    this.parts.set(name, { name, type });
    return name;
  }
}
