/** Checks header names and values before they reach a socket: no injected line, no value in an error. */
import { ModelwrightError } from "../errors.js";

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
// RFC 9110 section 5.5: visible ASCII, space, tab and obsolete Latin-1 text.
const notInValue = /[^\t -~\u0080-\u00ff]/;

/** They say where a message ends: one beside the transport's own would let a request hide in another. */
const framing: ReadonlySet<string> = /*#__PURE__*/ new Set([
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Throws "invalid-configuration" that names header and position, never the value. */
export function checkHeaders(headers: { readonly [name: string]: string }): void {
  for (const name in headers) {
    if (!headerName.test(name)) throw invalid(`${JSON.stringify(name)} is not a header name`);
    if (framing.has(name.toLowerCase())) throw invalid(`header '${name}' is the transport's own`);
    checkValue(headers[name] ?? "", `header '${name}'`);
  }
}

/** Throws "invalid-configuration" when `value` cannot stand in a header; `what` names it in the message. */
export function checkValue(value: string, what: string): void {
  if (!notInValue.test(value)) return;
  const at = value.search(notInValue);
  const character = value.charAt(at);
  const kind = character === "\r" || character === "\n" ? "a line break" : "a character that no header may hold";
  throw invalid(`${what} contains ${kind} at position ${at}`);
}

function invalid(message: string): ModelwrightError {
  return new ModelwrightError("invalid-configuration", message);
}
