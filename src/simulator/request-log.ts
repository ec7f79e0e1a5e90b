/** What is kept of a request: enough to assert on, never a secret. */
import type { SimulatedRequest } from "./contract.js";
import type { Directory } from "./directory.js";
import type { ReceivedRequest } from "./plan.js";

/** Header values are kept by an allow-list: any other may be a key. */
const harmless = ["accept", "accept-encoding", "content-length", "content-type", "host", "user-agent"];

export function logEntry(request: ReceivedRequest, to: ReturnType<Directory["find"]>, body: unknown): SimulatedRequest {
  const route = "route" in to ? to.route : undefined;
  const named = new URLSearchParams(request.query).get("model") ?? undefined;
  const members = typeof body === "object" && body !== null ? (body as { readonly [name: string]: unknown }) : {};
  return {
    method: request.method,
    path: to.path,
    provider: to.provider?.id,
    protocol: "protocol" in to ? to.protocol.id : undefined,
    operation: route?.operation,
    model: route?.modelId ?? (typeof members.model === "string" ? members.model : named),
    stream: route?.stream ?? members.stream === true,
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => keptHeader(name, value))),
    body,
  };
}

function keptHeader(name: string, value: string): readonly [string, string] {
  const lower = name.toLowerCase();
  const kept = harmless.includes(lower) || lower.startsWith("anthropic-") || lower.startsWith("x-simulator-");
  return [lower, kept ? value : "<redacted>"];
}
