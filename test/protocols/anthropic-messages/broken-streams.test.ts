/** Streams that are cut or carry wrong members: never a shorter success, never a lost word. */
import { describe, expect, it } from "vitest";
import type { ProtocolEvent } from "../../../src/chat/events.js";
import { isModelwrightError } from "../../../src/errors.js";
import type { Frame } from "../../../src/transport/frame.js";
import { decodeFrames, finishOf, fixture, framesOf } from "./calls.js";

const complete = ["text.sse", "thinking-tools.sse", "server-tools.sse", "restarted.sse", "done-marker.sse"];

interface Attempt {
  readonly out: readonly ProtocolEvent[];
  readonly code: string | undefined;
}

function attempt(frames: () => readonly Frame[]): Attempt {
  const out: ProtocolEvent[] = [];
  try {
    decodeFrames(frames(), out);
    return { out, code: undefined };
  } catch (error) {
    if (!isModelwrightError(error)) throw error;
    return { out, code: error.code };
  }
}

describe.each(complete)("%s", (name) => {
  const bytes = fixture(name);
  const whole = finishOf(decodeFrames(framesOf(bytes)));

  it("cut at any byte is the whole answer or a typed error, and releases no call", () => {
    for (let length = 0; length < bytes.length; length++) {
      const { out, code } = attempt(() => framesOf(bytes.subarray(0, length)));
      if (code === undefined) expect(out.at(-1)).toEqual(whole);
      else {
        expect(["stream-truncated", "invalid-response"]).toContain(code);
        expect(out.filter((event) => event.type === "tool-call" || event.type === "finish")).toEqual([]);
      }
    }
  });

  it("keeps text, reasoning, calls and finish under a wrong member that does not carry them", () => {
    let count = 0;
    for (const { frames, carries } of mutations(framesOf(bytes))) {
      count++;
      const { out, code } = attempt(() => frames);
      if (carries) continue;
      expect(code).toBeUndefined();
      const { message, finishReason } = finishOf(out);
      expect([message.content, finishReason]).toEqual([whole.message.content, whole.finishReason]);
    }
    expect(count).toBeGreaterThan(100);
  });
});

interface Mutation {
  readonly frames: readonly Frame[];
  /** The member carries what the answer consists of. */
  readonly carries: boolean;
}

const wrong: readonly unknown[] = [undefined, null, 7, "wrong", {}, []];

/** Members whose loss is a loss of the answer. `type` is none in a frame: the event's name says the same. */
const carriers =
  /^(delta|delta\.(text|thinking|partial_json|signature|citation.*|content|stop_reason)|content_block(\..*)?|message|message\.id)$/;

/** Every member of every frame, removed, null, or of another type. */
function* mutations(frames: readonly Frame[]): Generator<Mutation> {
  for (const [i, frame] of frames.entries()) {
    if (frame.data === "[DONE]") continue;
    for (const path of pathsOf(JSON.parse(frame.data), []))
      for (const value of wrong) {
        const data = JSON.parse(frame.data) as unknown;
        assign(data, path, value);
        yield {
          frames: frames.with(i, { event: frame.event, data: JSON.stringify(data) }),
          carries: carriers.test(path.join(".")),
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
