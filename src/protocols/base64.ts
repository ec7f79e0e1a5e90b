/** Base64 of bytes and back, without Node built-ins. */
import { TransportError } from "../errors.js";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const padding = 61;
const invalid = 255;

const symbolOf = new Uint8Array(64);
const sextetOf = new Uint8Array(128).fill(invalid);
for (let i = 0; i < 64; i++) {
  const symbol = alphabet.charCodeAt(i);
  symbolOf[i] = symbol;
  sextetOf[symbol] = i;
}
// base64url is accepted too: Gemini accepts both, and users paste either.
sextetOf["-".charCodeAt(0)] = 62;
sextetOf["_".charCodeAt(0)] = 63;

const ascii = new TextDecoder();

/** Base64 (with padding) of bytes. */
export function toBase64(bytes: Uint8Array): string {
  const whole = bytes.length - (bytes.length % 3);
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  let at = 0;
  for (let i = 0; i < whole; i += 3) {
    const bits = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!;
    out[at++] = symbolOf[bits >> 18]!;
    out[at++] = symbolOf[(bits >> 12) & 63]!;
    out[at++] = symbolOf[(bits >> 6) & 63]!;
    out[at++] = symbolOf[bits & 63]!;
  }
  if (whole < bytes.length) {
    const two = bytes.length - whole === 2;
    const bits = (bytes[whole]! << 16) | (two ? bytes[whole + 1]! << 8 : 0);
    out[at++] = symbolOf[bits >> 18]!;
    out[at++] = symbolOf[(bits >> 12) & 63]!;
    out[at++] = two ? symbolOf[(bits >> 6) & 63]! : padding;
    out[at] = padding;
  }
  return ascii.decode(out);
}

/** Bytes of base64 or base64url; white space and padding are skipped. Throws `TransportError` ("invalid-response") on other characters. */
export function fromBase64(text: string): Uint8Array {
  const out = new Uint8Array(Math.floor((text.length * 3) / 4));
  let at = 0;
  let bits = 0;
  let held = 0;
  for (let i = 0; i < text.length; i++) {
    const symbol = text.charCodeAt(i);
    if (symbol === padding || symbol === 10 || symbol === 13 || symbol === 32 || symbol === 9) continue;
    const value = symbol < 128 ? sextetOf[symbol]! : invalid;
    if (value === invalid) throw new TransportError("invalid-response", `not base64: bad character at ${i}`);
    bits = (bits << 6) | value;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out[at++] = (bits >> held) & 255;
    }
  }
  return at === out.length ? out : out.subarray(0, at);
}
