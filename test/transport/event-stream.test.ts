/** The binary event stream: published examples, every split of the bytes, and every kind of damage. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isModelwrightError } from "../../src/errors.js";
import { crc32 } from "../../src/transport/crc32.js";
import { createEventStreamReader, encodeEventStreamFrame } from "../../src/transport/event-stream.js";
import type { Frame } from "../../src/transport/frame.js";

const limit = 100_000;
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** A frame with headers and payload as given; checksums fit unless they are stated. */
function frame(
  headers: Uint8Array,
  payload: Uint8Array,
  stated: { total?: number; headers?: number } = {},
): Uint8Array {
  const bytes = new Uint8Array(16 + headers.length + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, stated.total ?? bytes.length);
  view.setUint32(4, stated.headers ?? headers.length);
  view.setUint32(8, crc32(bytes.subarray(0, 8)));
  bytes.set(headers, 12);
  bytes.set(payload, 12 + headers.length);
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(0, bytes.length - 4)));
  return bytes;
}

function header(name: string, type: number, value: readonly number[] | Uint8Array): Uint8Array {
  return joined([Uint8Array.of(name.length), ascii(name), Uint8Array.of(type), Uint8Array.from(value)]);
}

function textHeader(name: string, value: string): Uint8Array {
  const bytes = ascii(value);
  return header(name, 7, [bytes.length >> 8, bytes.length & 255, ...bytes]);
}

function read(chunks: readonly Uint8Array[], maxLength = limit): Frame[] {
  const frames: Frame[] = [];
  const reader = createEventStreamReader(maxLength);
  for (const chunk of chunks) reader.push(chunk, frames);
  reader.end(frames);
  return frames;
}

/** What was read before the error, and its code. */
function attempt(chunks: readonly Uint8Array[], maxLength = limit): { frames: Frame[]; code: string | undefined } {
  const frames: Frame[] = [];
  const reader = createEventStreamReader(maxLength);
  try {
    for (const chunk of chunks) reader.push(chunk, frames);
    return { frames, code: undefined };
  } catch (error) {
    if (!isModelwrightError(error)) throw error;
    return { frames, code: error.code };
  }
}

const someFrame: fc.Arbitrary<Frame> = fc.record(
  {
    event: fc.string({ unit: "grapheme", maxLength: 20 }),
    data: fc.string({ unit: "grapheme", maxLength: 200 }),
    failure: fc.constant(true as const),
  },
  { requiredKeys: ["event", "data"] },
);

describe("the checksum", () => {
  it.each([
    ["", 0],
    ["123456789", 0xcbf43926],
    ["The quick brown fox jumps over the lazy dog", 0x414fa339],
  ])("of %j is the published one", (text, sum) => {
    expect(crc32(ascii(text))).toBe(sum);
  });
});

describe("a frame", () => {
  // The codec's own published examples.
  it.each([
    ["without headers and payload", "000000100000000005c248eb7d98c8ff"],
    ["without headers", "0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936"],
  ])("%s has the published bytes and means nothing here", (_name, bytes) => {
    const payload = bytes.length > 40 ? ascii("{'foo':'bar'}") : new Uint8Array();
    expect(hex(frame(new Uint8Array(), payload))).toBe(bytes);
    expect(read([Buffer.from(bytes, "hex")])).toEqual([]);
  });

  it("of an event is its type and payload, whatever headers stand beside", () => {
    const headers = joined([
      header("true", 0, []),
      header("false", 1, []),
      header("byte", 2, [1]),
      header("short", 3, [1, 2]),
      header("int", 4, [1, 2, 3, 4]),
      header("long", 5, [1, 2, 3, 4, 5, 6, 7, 8]),
      header("bytes", 6, [0, 2, 9, 9]),
      header("time", 8, [1, 2, 3, 4, 5, 6, 7, 8]),
      header("uuid", 9, new Uint8Array(16)),
      textHeader("__proto__", "x"),
      textHeader(":event-type", "contentBlockDelta"),
      textHeader(":message-type", "event"),
    ]);
    expect(read([frame(headers, ascii('{"é":1}'))])).toEqual([{ event: "contentBlockDelta", data: '{"é":1}' }]);
  });

  it("of an exception or an error is a failure with its type", () => {
    const exception = joined([
      textHeader(":exception-type", "throttlingException"),
      textHeader(":message-type", "exception"),
    ]);
    const error = joined([
      textHeader(":error-code", "InternalFailure"),
      textHeader(":error-message", 'An "internal" error'),
      textHeader(":message-type", "error"),
    ]);
    expect(read([frame(exception, ascii('{"message":"slow down"}')), frame(error, new Uint8Array())])).toEqual([
      { event: "throttlingException", data: '{"message":"slow down"}', failure: true },
      { event: "InternalFailure", data: '{"message":"An \\"internal\\" error"}', failure: true },
    ]);
  });

  it("of an unknown message type is skipped", () => {
    expect(read([frame(textHeader(":message-type", "novelty"), ascii("x"))])).toEqual([]);
  });
});

describe("a stream", () => {
  it("reads the same however its bytes are cut", () => {
    fc.assert(
      fc.property(fc.array(someFrame, { maxLength: 6 }), fc.array(fc.integer({ min: 1, max: 50 })), (frames, sizes) => {
        const bytes = joined(frames.map(encodeEventStreamFrame));
        const chunks: Uint8Array[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes.length === 0 ? bytes.length : sizes[i % sizes.length]!;
          // A copy: the reader must not keep what the caller may reuse.
          chunks.push(bytes.slice(at, at + size));
          at += size;
        }
        expect(read(chunks)).toEqual(frames);
        expect(read(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(frames);
      }),
    );
  });

  it("cut off at any byte gives the frames that were whole", () => {
    const frames: Frame[] = [
      { event: "a", data: "1" },
      { event: "b", data: "{}" },
    ];
    const encoded = frames.map(encodeEventStreamFrame);
    const bytes = joined(encoded);
    for (let length = 0; length < bytes.length; length++)
      expect(read([bytes.subarray(0, length)])).toEqual(length < encoded[0]!.length ? [] : frames.slice(0, 1));
  });

  it("with any bit wrong fails there, after the frames before", () => {
    const before: Frame = { event: "first", data: "1" };
    const damaged = encodeEventStreamFrame({ event: "contentBlockDelta", data: '{"text":"Hi"}' });
    const after = encodeEventStreamFrame({ event: "last", data: "3" });
    for (let bit = 0; bit < damaged.length * 8; bit++) {
      const wrong = damaged.slice();
      wrong[bit >> 3]! ^= 1 << (bit & 7);
      expect(attempt([encodeEventStreamFrame(before), wrong, after])).toEqual({
        frames: [before],
        code: "invalid-response",
      });
    }
  });

  it.each([
    ["longer than allowed", frame(new Uint8Array(), new Uint8Array(), { total: limit + 1 })],
    ["shorter than a frame can be", frame(new Uint8Array(), new Uint8Array(), { total: 15 })],
    ["shorter than its headers", frame(new Uint8Array(), new Uint8Array(), { headers: 1 })],
  ])("whose frame says it is %s fails with the prelude", (_name, bytes) => {
    expect(attempt([bytes.subarray(0, 12)]).code).toBe("invalid-response");
  });

  it.each([
    ["end in their name", Uint8Array.of(9, 97)],
    ["end before a type", Uint8Array.of(1, 97)],
    ["have an unknown type", header("a", 10, [])],
    ["end in a number", header("a", 5, [1, 2])],
    ["end in a length", header("a", 7, [0])],
    ["end in a text", header("a", 7, [0, 9, 97])],
  ])("whose headers %s fails", (_name, headers) => {
    expect(attempt([frame(headers, new Uint8Array())]).code).toBe("invalid-response");
  });

  it("of anything else never gives a frame and never throws but a typed error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(attempt([bytes]).frames).toEqual([]);
      }),
    );
  });

  it("of headers made of anything never throws but a typed error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.uint8Array({ maxLength: 20 }), (headers, payload) => {
        expect([undefined, "invalid-response"]).toContain(attempt([frame(headers, payload)]).code);
      }),
    );
  });
});
