/** Frames with one member of one frame removed, null, or of another type. */
import type { Frame } from "../../src/transport/frame.js";

export interface Mutation {
  readonly frames: readonly Frame[];
  /** Dotted path of the changed member. */
  readonly path: string;
  /** What stands there now; undefined: nothing. */
  readonly value: unknown;
}

const wrong: readonly unknown[] = [undefined, null, 7, "wrong", {}, []];

export function* mutations(frames: readonly Frame[]): Generator<Mutation> {
  for (const [i, frame] of frames.entries()) {
    if (frame.data === "[DONE]") continue;
    for (const path of pathsOf(JSON.parse(frame.data), []))
      for (const value of wrong) {
        const data = JSON.parse(frame.data) as unknown;
        assign(data, path, value);
        yield {
          frames: frames.with(i, { event: frame.event, data: JSON.stringify(data) }),
          path: path.join("."),
          value,
        };
      }
  }
}

function* pathsOf(value: unknown, path: readonly string[]): Generator<readonly string[]> {
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    yield [...path, name];
    yield* pathsOf(member, [...path, name]);
  }
}

function assign(root: unknown, path: readonly string[], value: unknown): void {
  const parent = path.slice(0, -1).reduce((at, name) => (at as { [name: string]: unknown })[name], root);
  (parent as { [name: string]: unknown })[path.at(-1)!] = value;
}
