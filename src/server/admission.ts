/** Decides by its head alone whether a request may come in: who it was sent to, and which page sent it. */
import type { IncomingMessage } from "node:http";

/** What the server answers to, in lower case. */
export interface Admission {
  /** Values of `Host`, with the port. */
  readonly hosts: ReadonlySet<string>;
}

/** A request that is not let in, and why. The sentence goes to the client. */
export interface Denial {
  readonly status: 400 | 403 | 405;
  readonly message: string;
}

const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Undefined when the request may come in. */
export function denialOf(request: IncomingMessage, { hosts }: Admission): Denial | undefined {
  // A name that an attacker's DNS turned to this machine comes with the attacker's `Host`.
  const named = valuesOf(request, "host");
  const [host = ""] = named;
  if (named.length !== 1 || !hosts.has(host.toLowerCase())) return denied("the Host header names another server");
  if (!/^\/(?!\/)/.test(request.url ?? "")) return { status: 400, message: "the request target must be a path" };
  // TRACE would give headers back to scripts that may not see them.
  if (!methods.has(request.method ?? "")) return { status: 405, message: "the method is not served" };
  const origins = valuesOf(request, "origin");
  if (origins.some((origin) => !isOwn(origin, hosts))) return denied("pages of other origins are not served");
  // Browsers say who asks also where they send no Origin. A navigation from elsewhere may only open a page.
  const site = valuesOf(request, "sec-fetch-site");
  const opens = request.method === "GET" && valuesOf(request, "sec-fetch-mode").join() === "navigate";
  if (site.some((value) => value !== "same-origin" && value !== "none" && !opens))
    return denied("pages of other origins are not served");
  return undefined;
}

function denied(message: string): Denial {
  return { status: 403, message };
}

function isOwn(origin: string, hosts: Admission["hosts"]): boolean {
  return origin.startsWith("http://") && hosts.has(origin.slice("http://".length).toLowerCase());
}

/** All of them: Node shows only the first of some headers. */
function valuesOf({ rawHeaders }: IncomingMessage, name: string): string[] {
  return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === name);
}
