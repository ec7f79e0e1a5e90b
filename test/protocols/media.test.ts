/** Media sources become URLs or base64 with the right type. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBase64, toBase64 } from "../../src/protocols/base64.js";
import { mediaOf, sniffMediaType } from "../../src/protocols/media.js";

const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

describe("base64", () => {
  it("equals the platform's own for any bytes, both ways", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = Buffer.from(bytes).toString("base64");
        expect(toBase64(bytes)).toBe(text);
        expect([...fromBase64(text)]).toEqual([...bytes]);
        expect([...fromBase64(Buffer.from(bytes).toString("base64url"))]).toEqual([...bytes]);
      }),
    );
  });

  it("refuses text that is no base64", () => {
    expect(() => fromBase64("a!b")).toThrow(/bad character at 1/);
    expect(() => fromBase64("é")).toThrow(/bad character at 0/);
  });
});

describe("media sources", () => {
  it("keeps URLs, as strings and objects", () => {
    expect(mediaOf("https://example.com/a.png", undefined)).toEqual({ url: "https://example.com/a.png" });
    expect(mediaOf(new URL("gs://bucket/a.mp4"), undefined)).toEqual({ url: "gs://bucket/a.mp4" });
  });

  it("takes data URLs apart, base64 and percent-encoded", () => {
    expect(mediaOf(`data:image/PNG;base64,${png}`, undefined)).toEqual({ base64: png, mediaType: "image/png" });
    expect(mediaOf("data:,a%20b", undefined)).toEqual({ base64: "YSBi", mediaType: "text/plain" });
  });

  it("sniffs the type of bytes and of base64 text, unless one is stated", () => {
    expect(mediaOf(fromBase64(png), undefined)).toEqual({ base64: png, mediaType: "image/png" });
    expect(mediaOf(png, undefined)).toEqual({ base64: png, mediaType: "image/png" });
    expect(mediaOf(png, "image/x-own")).toEqual({ base64: png, mediaType: "image/x-own" });
    expect(mediaOf("AAAA", undefined)).toEqual({ base64: "AAAA", mediaType: "application/octet-stream" });
  });

  it.each([
    ["\xff\xd8\xff\xe0", "image/jpeg"],
    ["GIF89a", "image/gif"],
    ["RIFF....WEBPVP8 ", "image/webp"],
    ["RIFF....WAVEfmt ", "audio/wav"],
    ["%PDF-1.7", "application/pdf"],
    ["\0\0\0\x18ftypmp42", "video/mp4"],
    ["\0\0\0\x18ftypM4A ", "audio/mp4"],
    ["\xff\xfb\x90", "audio/mpeg"],
    ["ID3\x04", "audio/mpeg"],
    ["OggS", "audio/ogg"],
  ])("knows the magic bytes of %j", (bytes, type) => {
    expect(sniffMediaType(Buffer.from(bytes, "latin1"))).toBe(type);
  });
});
