/** The HTTP servers behind `serve`: loopback by default, bounded, and closed to whoever does not know the token. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { chmod, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, isIPv6 } from "node:net";
import { dirname } from "node:path";
import { ModelwrightError } from "../errors.js";
import { denialOf } from "./admission.js";
import { carry, type FetchHandler, refuse } from "./node-bridge.js";
import type { GatewayServer, ServeOptions } from "./serve-options.js";
import { shownToken } from "./token.js";

const loopback = ["127.0.0.1", "::1"] as const;
const loopbackNames: ReadonlySet<string> = new Set([...loopback, "localhost"]);

const maxHeaderBytes = 16 * 1024;
const maxHeaders = 100;
const maxConnections = 1024;

export async function serveOnNode(handler: FetchHandler, options: ServeOptions): Promise<GatewayServer> {
  const { host, port = 0 } = options;
  const isLocal = host === undefined || loopbackNames.has(host);
  if (!isLocal && options.token === undefined && handler.isGuarded?.("/") !== true)
    throw new ModelwrightError("invalid-configuration", `serving on ${host} needs a token of your own`);
  const token = options.token ?? randomBytes(32).toString("base64url");
  const hosts = new Set((options.hosts ?? []).map((name) => name.toLowerCase()));
  const door = createDoor(handler, { ...options, token, hosts });
  const servers = await listen(door, host === undefined || host === "localhost" ? loopback : [host], port);
  const bound = servers[0]?.address() as AddressInfo;
  const names = isLocal ? ["localhost", "127.0.0.1", "::1"] : [host as string];
  for (const name of names) hosts.add(`${bracketed(name)}:${bound.port}`);
  // Browsers and clients leave the default port out.
  if (bound.port === 80) for (const name of names) hosts.add(bracketed(name));
  const url = `http://${bracketed(bound.address)}:${bound.port}`;
  const { tokenFile } = options;
  if (tokenFile !== undefined) await writePrivate(tokenFile, JSON.stringify({ url, token }));
  const close = async (): Promise<void> => {
    await Promise.all(servers.map(closed));
    if (tokenFile !== undefined) await rm(tokenFile, { force: true });
  };
  return { url, token, close, [Symbol.asyncDispose]: close };
}

type Door = () => Server;

interface DoorOptions extends Omit<ServeOptions, "hosts"> {
  readonly token: string;
  readonly hosts: ReadonlySet<string>;
}

function createDoor(handler: FetchHandler, options: DoorOptions): Door {
  const { receiveTimeout = 60_000, maxRequests = 256, hosts, isOpen } = options;
  const wanted = digest(options.token);
  let running = 0;
  const admit = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const denial = denialOf(request, { hosts });
    if (denial !== undefined) return refuse(response, denial.status, denial.message);
    const path = request.url?.split("?", 1)[0] ?? "/";
    const shown = shownToken((name) => request.headers[name] as string | undefined);
    // Digests have one length and nothing in common with the tokens.
    const isFree = handler.isGuarded?.(path) === true || isOpen?.(path) === true;
    if (!isFree && (shown === undefined || !timingSafeEqual(digest(shown), wanted)))
      return refuse(response, 401, "the token is missing or wrong");
    if (running >= maxRequests) return refuse(response, 503, "too many requests at the same time");
    running++;
    await carry(request, response, handler).finally(() => running--);
  };
  return () => {
    const limits = { maxHeaderSize: maxHeaderBytes, requireHostHeader: false, connectionsCheckingInterval: 1_000 };
    const server = createServer(limits, (request, response) => void admit(request, response));
    server.headersTimeout = receiveTimeout / 6;
    server.requestTimeout = receiveTimeout;
    server.keepAliveTimeout = 10_000;
    server.maxHeadersCount = maxHeaders;
    server.maxConnections = maxConnections;
    return server;
  };
}

/** The first address must be there; a machine may have only one of the loopback addresses. */
async function listen(door: Door, addresses: readonly string[], port: number): Promise<readonly Server[]> {
  const servers: Server[] = [];
  let chosen = port;
  for (const address of addresses) {
    const server = door();
    try {
      await listening(server, address, chosen);
    } catch (error) {
      if (servers.length > 0) continue;
      throw new ModelwrightError("invalid-configuration", `cannot listen on ${address}:${port}: ${reasonOf(error)}`);
    }
    chosen = (server.address() as AddressInfo).port;
    servers.push(server);
  }
  return servers;
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "EADDRINUSE" ? "something else does already; port 0 takes a free one" : String(code ?? error);
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, ipv6Only: isIPv6(host) }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function bracketed(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

/** Through a new file: an old one could be readable for others, or be open somewhere. */
async function writePrivate(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${process.pid}.tmp`;
  await rm(fresh, { force: true });
  await writeFile(fresh, text, { mode: 0o600, flag: "wx" });
  await chmod(fresh, 0o600);
  await rename(fresh, path);
}
