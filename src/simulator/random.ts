/** Randomness by seed: the same seed gives the same answers. Nothing here is secret or secure. */

/** Draws from one seeded sequence. */
export interface Random {
  /** 0 (inclusive) to 1 (exclusive). */
  next(): number;
  /** An integer from `min` to `max`, both inclusive. */
  integer(min: number, max: number): number;
  pick<T>(items: readonly [T, ...T[]]): T;
}

/** The mulberry32 generator of Tommy Ettinger (public domain), by its published constants. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const integer = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return { next, integer, pick: (items) => items[integer(0, items.length - 1)] ?? items[0] };
}

/** FNV-1a over UTF-16 code units, with a seed and a final mix (MurmurHash3's, public domain): 32 bits. */
export function hash(text: string, seed = 0): number {
  let value = (0x811c9dc5 ^ Math.imul(seed + 1, 0x9e3779b1)) >>> 0;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** A hash as lower-case letters and digits, `length` characters long: ids and signatures. */
export function digest(text: string, seed: number, length = 24): string {
  let out = "";
  for (let round = 0; out.length < length; round++)
    out += hash(`${round}:${text}`, seed + round)
      .toString(36)
      .padStart(7, "0");
  return out.slice(0, length);
}
