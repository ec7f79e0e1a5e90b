/** Amazon's binary event stream: length-prefixed frames with typed headers and two checksums. https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html */
import { TransportError } from "../errors.js";
import { crc32 } from "./crc32.js";
import type { Frame, FrameReader } from "./frame.js";

/** Total length, length of the headers, and a checksum of these two. */
const preludeLength = 12;
/** Prelude and the checksum of the whole frame. */
const smallestFrame = preludeLength + 4;

const utf8 = /*#__PURE__*/ new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Reads one event stream. A frame of more than `maxLength` bytes, one whose checksums do not match, and headers that
 * do not fit their frame throw `TransportError` ("invalid-response"). A frame that the body's end cuts off is not
 * delivered.
 */
export function createEventStreamReader(maxLength: number): FrameReader {
  return new EventStreamReader(maxLength);
}

class EventStreamReader implements FrameReader {
  private readonly maxLength: number;
  /** Bytes that do not make a whole frame yet stand at its beginning. */
  private buffer = new Uint8Array(4096);
  private filled = 0;
  /** Length of the frame at the beginning; 0 until its prelude was read. */
  private expected = 0;

  constructor(maxLength: number) {
    this.maxLength = maxLength;
  }

  push(chunk: Uint8Array, frames: Frame[]): void {
    this.append(chunk);
    let at = 0;
    for (let length = this.frameAt(at); length > 0; length = this.frameAt(at)) {
      const frame = decodeFrame(this.buffer.subarray(at, at + length));
      if (frame !== undefined) frames.push(frame);
      at += length;
      this.expected = 0;
    }
    if (at > 0) this.buffer.copyWithin(0, at, this.filled);
    this.filled -= at;
  }

  end(): void {
    // What is left is no whole frame.
    this.filled = 0;
    this.expected = 0;
  }

  /** Doubling keeps the copying linear however small the chunks are. */
  private append(chunk: Uint8Array): void {
    const size = this.filled + chunk.length;
    if (size > this.buffer.length) {
      const larger = new Uint8Array(Math.max(size, 2 * this.buffer.length));
      larger.set(this.buffer.subarray(0, this.filled));
      this.buffer = larger;
    }
    this.buffer.set(chunk, this.filled);
    this.filled = size;
  }

  /** Length of the frame at `at`; 0 while it is not complete. */
  private frameAt(at: number): number {
    const available = this.filled - at;
    if (this.expected === 0) {
      if (available < preludeLength) return 0;
      this.expected = this.checkedLength(this.buffer.subarray(at, at + preludeLength));
    }
    return available < this.expected ? 0 : this.expected;
  }

  private checkedLength(prelude: Uint8Array): number {
    const view = viewOf(prelude);
    if (crc32(prelude.subarray(0, 8)) !== view.getUint32(8))
      throw damaged("the checksum of its prelude does not match");
    const length = view.getUint32(0);
    if (length < smallestFrame || view.getUint32(4) > length - smallestFrame) throw damaged("its lengths contradict");
    if (length > this.maxLength)
      throw new TransportError("invalid-response", `an event of the stream is longer than ${this.maxLength} bytes`);
    return length;
  }
}

function decodeFrame(frame: Uint8Array): Frame | undefined {
  const view = viewOf(frame);
  const end = frame.length - 4;
  if (crc32(frame.subarray(0, end)) !== view.getUint32(end)) throw damaged("its checksum does not match");
  const payload = preludeLength + view.getUint32(4);
  const headers = decodeHeaders(frame.subarray(preludeLength, payload));
  const data = utf8.decode(frame.subarray(payload, end));
  switch (headers.get(":message-type")) {
    case "event":
      return { event: headers.get(":event-type") ?? "", data };
    case "exception":
      return { event: headers.get(":exception-type") ?? "", data, failure: true };
    case "error":
      return {
        event: headers.get(":error-code") ?? "",
        data: JSON.stringify({ message: headers.get(":error-message") ?? data }),
        failure: true,
      };
    default:
      return undefined;
  }
}

const stringType = 7;

/** Lengths of the values by type; -1: the value begins with its length in two bytes. */
const valueLengths: readonly number[] = [0, 0, 1, 2, 4, 8, -1, -1, 8, 16];

/** The headers that hold text; no others are of use here. */
function decodeHeaders(bytes: Uint8Array): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  const view = viewOf(bytes);
  const skip = (from: number, length: number): number => {
    if (from + length > bytes.length) throw damaged("its headers are longer than stated");
    return from + length;
  };
  for (let at = 0; at < bytes.length; ) {
    const nameEnd = skip(at + 1, view.getUint8(at));
    const name = utf8.decode(bytes.subarray(at + 1, nameEnd));
    const typeEnd = skip(nameEnd, 1);
    const type = view.getUint8(nameEnd);
    const fixed = valueLengths[type];
    if (fixed === undefined) throw damaged("it has a header of unknown type");
    const valueAt = fixed === -1 ? skip(typeEnd, 2) : typeEnd;
    at = skip(valueAt, fixed === -1 ? view.getUint16(typeEnd) : fixed);
    if (type === stringType) headers.set(name, utf8.decode(bytes.subarray(valueAt, at)));
  }
  return headers;
}

/** The bytes of one frame: an event, or an exception when it is a failure. */
export function encodeEventStreamFrame({ event, data, failure }: Frame): Uint8Array {
  const headers = [
    ...encodeHeader(failure === true ? ":exception-type" : ":event-type", event),
    ...encodeHeader(":content-type", "application/json"),
    ...encodeHeader(":message-type", failure === true ? "exception" : "event"),
  ];
  const payload = new TextEncoder().encode(data);
  const frame = new Uint8Array(smallestFrame + headers.length + payload.length);
  const view = viewOf(frame);
  view.setUint32(0, frame.length);
  view.setUint32(4, headers.length);
  view.setUint32(8, crc32(frame.subarray(0, 8)));
  frame.set(headers, preludeLength);
  frame.set(payload, preludeLength + headers.length);
  view.setUint32(frame.length - 4, crc32(frame.subarray(0, frame.length - 4)));
  return frame;
}

function encodeHeader(name: string, value: string): number[] {
  const encoder = new TextEncoder();
  const nameBytes = encoder.encode(name);
  const valueBytes = encoder.encode(value);
  const length = valueBytes.length;
  return [nameBytes.length, ...nameBytes, stringType, length >> 8, length & 0xff, ...valueBytes];
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damaged(problem: string): TransportError {
  return new TransportError("invalid-response", `a frame of the stream is damaged: ${problem}`);
}
