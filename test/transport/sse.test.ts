/** The SSE reader against a simple reference, at every split of the bytes. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Frame } from "../../src/transport/frame.js";
import { createNdjsonReader } from "../../src/transport/ndjson.js";
import { createSseReader } from "../../src/transport/sse.js";

const limit = 1000;

/** The algorithm of the standard, on the whole text. */
function reference(text: string): Frame[] {
  const frames: Frame[] = [];
  let event = "";
  let data: string[] = [];
  const dispatch = (): void => {
    if (data.length > 0) frames.push({ event, data: data.join("\n") });
    event = "";
    data = [];
  };
  for (const line of text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/)) {
    if (line === "") dispatch();
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") data.push(value);
    if (field === "event") event = value;
  }
  dispatch();
  return frames;
}

function read(chunks: readonly Uint8Array[], reader = createSseReader(limit)): Frame[] {
  const frames: Frame[] = [];
  for (const chunk of chunks) reader.push(chunk, frames);
  reader.end(frames);
  return frames;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const points = [0, ...[...at].sort((a, b) => a - b), bytes.length];
  return points.slice(1).map((end, i) => bytes.slice(points[i], end));
}

const streamText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "data:",
        "data: ",
        "data",
        "event: ",
        "event",
        ":",
        "id: 1",
        "retry: 5",
        "\r",
        "\n",
        "\r\n",
        " ",
        "\n\n",
      ),
      fc.constantFrom("ü", "€", "🙂", "\0", "\uFEFF", '{"a":1}', "[DONE]", "data:x"),
    ),
    { maxLength: 30 },
  )
  .map((pieces) => pieces.join(""));

describe("sse reader", () => {
  it("reads what the reference reads, for every two-way split of the bytes", () => {
    fc.assert(
      fc.property(streamText, (text) => {
        const bytes = encode(text);
        const expected = reference(text);
        for (let i = 0; i <= bytes.length; i += 1) expect(read(cut(bytes, [i]))).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it("reads the same byte by byte and in any pieces", () => {
    fc.assert(
      fc.property(streamText, fc.array(fc.nat(60), { maxLength: 8 }), (text, at) => {
        const bytes = encode(text);
        expect(read(cut(bytes, [...bytes.keys()]))).toEqual(reference(text));
        const inside = at.map((point) => Math.min(point, bytes.length));
        expect(read(cut(bytes, inside))).toEqual(reference(text));
      }),
      { numRuns: 300 },
    );
  });

  it("delivers a last event that no blank line ended", () => {
    expect(read([encode("event: a\ndata: 1\n\ndata: 2")])).toEqual([
      { event: "a", data: "1" },
      { event: "", data: "2" },
    ]);
  });

  it("joins the data lines of one event and keeps NUL", () => {
    expect(read([encode("data: a\0\ndata\ndata:  b\n\n")])).toEqual([{ event: "", data: "a\0\n\n b" }]);
  });

  it.each([
    ["an endless line", ["data: ", ...Array<string>(40).fill("x".repeat(50))]],
    ["a long line in one chunk", [`data: ${"x".repeat(limit)}\n`]],
    ["endless data lines", Array<string>(40).fill(`data: ${"x".repeat(50)}\n`)],
  ])("refuses %s", (_name, pieces) => {
    expect(() => read(pieces.map(encode))).toThrow(expect.objectContaining({ code: "invalid-response" }));
  });
});

describe("ndjson reader", () => {
  it("reads one frame per line that is not blank, also the last", () => {
    const bytes = encode('{"a":"ü"}\r\n\n{"b":2}\n{"c":3}');
    const expected = ['{"a":"ü"}', '{"b":2}', '{"c":3}'].map((data) => ({ event: "", data }));
    for (let i = 0; i <= bytes.length; i += 1)
      expect(read(cut(bytes, [i]), createNdjsonReader(limit))).toEqual(expected);
  });
});
