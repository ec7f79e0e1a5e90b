/** What a chat model can do, as the generator writes it: one interface per distinct profile, shared by all models that have it. */

/** Media a prompt may hold beside text. */
export type Media = "image" | "pdf" | "audio" | "video";

/** Numeric options of which only the presence depends on the model. */
export type NumberOption =
  | "topP"
  | "topK"
  | "minP"
  | "frequencyPenalty"
  | "presencePenalty"
  | "repetitionPenalty"
  | "seed"
  | "n"
  | "topLogprobs";

/** What a profile's `can` may list, and what `supports(...)` asks for. */
export type Capability =
  | Media
  | NumberOption
  | "tools"
  | "output"
  | "reasoning"
  | "parallelTools"
  | "temperature"
  | "stop"
  | "logprobs"
  | "logitBias";

/** Phantom member of handles that carries their capabilities. */
export declare const capabilities: unique symbol;
/** One member per capability, so that a handle with more fits where fewer are asked for, in strict mode and without. */
export type Has<Can extends string> = { readonly [Capability in Can]: true };

/** The slots of a profile. A generated profile narrows each; what it leaves as it is here is refused. */
export interface ChatProfile {
  /** Capability tokens. */
  can: string;
  /** Refused media in words: `audio or video`. */
  lacks: string;
  toolChoice: string;
  temperature: Range;
  /** Options that are refused while the model reasons. */
  sampling: string;
  /** The reasoning options under which it does not reason. */
  off: unknown;
  reasoning: ReasoningControls;
  /** Options with a closed set of values. */
  enums: object;
  /** Options of the provider's own. */
  options: object;
  builtinTools: string;
  /** What a reply holds beside text. */
  gives: object;
}

/** No members at all. */
// biome-ignore lint/complexity/noBannedTypes: exactly the type meant: an object without known members
export type Nothing = {};

/** A closed range whose literals can be told apart by their text. */
export interface Range {
  min: number;
  max: number;
  literals: string;
}
/** A parameter without known bounds. */
export interface Unbounded extends Range {
  literals: string;
}
type UnitFraction = "0" | "1" | `0.${string}` | `${string}e-${string}`;
/** Bounds of a parameter: 0 to 1. */
export interface From0To1 extends Range {
  min: 0;
  max: 1;
  literals: UnitFraction;
}
/** Bounds of a parameter: 0 to 1.5. */
export interface From0To1_5 extends Range {
  min: 0;
  max: 1.5;
  literals: UnitFraction | "1.5" | `1.${0 | 1 | 2 | 3 | 4}${string}`;
}
/** Bounds of a parameter: 0 to 2. */
export interface From0To2 extends Range {
  min: 0;
  max: 2;
  literals: UnitFraction | "2" | `1.${string}`;
}

/** How reasoning can be steered. */
export interface ReasoningControls {
  effort: string;
  /** The levels in words: `low, medium or high`. */
  levels: string;
  controls: string;
  /** Bounds of a thinking budget, in tokens. */
  min: number;
  max: number;
}
/** Reasoning that cannot be controlled. */
export interface NoControls extends ReasoningControls {
  effort: never;
  levels: "";
  controls: never;
  min: 0;
  max: 0;
}
/** Controls with these effort levels (and how a refusal lists them), ways, and budget bounds. */
export interface Controls<
  Levels extends string,
  Words extends string,
  Ways extends string,
  Min extends number = number,
  Max extends number = number,
> extends ReasoningControls {
  effort: Levels;
  levels: Words;
  controls: Ways;
  min: Min;
  max: Max;
}

/** Any string, beside suggestions. */
export type OpenString = string & Nothing;
