/** Reads the JSON body of a request, bounded in bytes and in depth. */
import { GatewayRefusal } from "./refusal.js";

/** Deeper values only serve to exhaust the stack of whoever walks them. */
const maxDepth = 200;

/** Throws `GatewayRefusal`: 415 for another content type, 413 for too many bytes, 400 for what is no JSON. */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  const type = request.headers.get("content-type") ?? "";
  // A form and `text/plain` are what a foreign page may send without asking first.
  if (!/^application\/json\s*(;|$)/i.test(type))
    throw new GatewayRefusal(415, "invalid-request", "the content type must be application/json");
  const text = await readText(request, maxBytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new GatewayRefusal(400, "invalid-request", "the body is no JSON");
  }
  if (isDeeper(value, maxDepth))
    throw new GatewayRefusal(400, "invalid-request", `the body is nested more than ${maxDepth} levels deep`);
  return value;
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const decoder = new TextDecoder();
  let size = 0;
  let text = "";
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function tooLarge(maxBytes: number): GatewayRefusal {
  return new GatewayRefusal(413, "invalid-request", `the body is larger than ${maxBytes} bytes`);
}

/** Level by level, so that no depth exhausts the stack. */
function isDeeper(value: unknown, levels: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
  return false;
}
