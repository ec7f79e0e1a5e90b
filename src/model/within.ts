/** Range checks on number literals. A plain `number` passes: the run-time check covers it. */
import type { Range } from "./profile.js";
import type { Unsupported } from "./unsupported.js";

/** `N`, unless it is a literal outside the range. */
export type Within<N extends number, R extends Range, Option extends string, Id extends string> = number extends N
  ? N
  : `${N}` extends R["literals"]
    ? N
    : Unsupported<`${Option} must be between ${R["min"]} and ${R["max"]} for ${Id}`>;

/** `N`, unless it is an integer literal outside `Min` to `Max`. */
export type IntegerWithin<
  N extends number,
  Min extends number,
  Max extends number,
  Why extends string,
> = number extends N
  ? N
  : number extends Max
    ? N
    : Less<`${N}`, `${Min}`> extends true
      ? Unsupported<Why>
      : Less<`${Max}`, `${N}`> extends true
        ? Unsupported<Why>
        : N;

/** Compares two non-negative decimal integers: where they first differ the digit decides, unless one is longer. */
type Less<A extends string, B extends string> = A extends `${infer a}${infer RestA}`
  ? B extends `${infer b}${infer RestB}`
    ? a extends b
      ? Less<RestA, RestB>
      : "0123456789" extends `${string}${a}${string}${b}${string}`
        ? Longer<RestA, RestB> extends true
          ? false
          : true
        : Longer<RestB, RestA>
    : false
  : B extends ""
    ? false
    : true;
type Longer<A extends string, B extends string> = A extends `${infer _}${infer RestA}`
  ? B extends `${infer _}${infer RestB}`
    ? Longer<RestA, RestB>
    : true
  : false;
