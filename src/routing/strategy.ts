/** How a group chooses: the order in which its members are tried. */
import type { ChatOptions } from "../client/options.js";
import type { Member } from "./member.js";

/** One finished try of a member, told to the strategy. Times in milliseconds. */
export interface Outcome {
  readonly member: Member;
  readonly ok: boolean;
  /** Until the first visible event; undefined when none came. */
  readonly firstTokenMs: number | undefined;
  readonly totalMs: number;
}

/** The members in the order to try. Leaving one out means that it is not tried. */
export interface Strategy {
  order(members: readonly Member[], options: ChatOptions): readonly Member[];
  /** A try began; the function given back is called with its outcome. */
  began?(member: Member): (outcome: Outcome) => void;
}

/** The members from `first` on, then those before it. */
export function rotate(members: readonly Member[], first: number): readonly Member[] {
  return [...members.slice(first), ...members.slice(0, first)];
}
