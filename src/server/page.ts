/** The dev server's page: one document and a fixed set of files, read once. Nothing in them needs a token or is secret. */
import { readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { ModelwrightError } from "../errors.js";
import type { FetchHandler } from "./node-bridge.js";

export interface Page extends FetchHandler {
  /** Whether the page consists of what is at this path. */
  has(path: string): boolean;
}

/** The same from the sources and from a bundle, which lies beside a copy of the folder. */
const folder = new URL("./page/", import.meta.url);

const contentTypes: { readonly [ending: string]: string } = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Only our own files run, and no text can become markup: the page builds its elements without any HTML sink. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  // What was generated, from bytes that the page has already.
  "media-src blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

interface Asset {
  readonly body: string;
  readonly type: string;
}

/** Rejects with "invalid-configuration" when Handlebars is not installed. */
export async function createPage(): Promise<Page> {
  const names = readdirSync(folder);
  const read = (name: string): string => readFileSync(fileURLToPath(new URL(name, folder)), "utf8");
  const assets = new Map<string, Asset>();
  for (const name of names) {
    const type = contentTypes[extname(name)];
    if (type !== undefined) assets.set(`/page/${name}`, { body: read(name), type });
  }
  const templates = names.filter((name) => name.endsWith(".hbs"));
  assets.set("/", { body: await render(templates, read), type: "text/html; charset=utf-8" });
  return {
    has: (path) => assets.has(path),
    async fetch(request) {
      const asset = assets.get(new URL(request.url).pathname);
      if (asset === undefined || !["GET", "HEAD"].includes(request.method))
        return new Response("Not found\n", { status: 404 });
      return new Response(asset.body, {
        headers: { "content-type": asset.type, "content-security-policy": policy, "x-frame-options": "DENY" },
      });
    },
  };
}

/** `index.hbs`, with every other template as a partial of its name. */
async function render(names: readonly string[], read: (name: string) => string): Promise<string> {
  const { default: handlebars } = await import("handlebars").catch(() => {
    throw new ModelwrightError("invalid-configuration", "the page needs a package: npm install handlebars");
  });
  const environment = handlebars.create();
  for (const name of names) environment.registerPartial(name.slice(0, -".hbs".length), read(name));
  return environment.compile("{{> index}}", { strict: true })({ sections, capabilities });
}

const sections = [
  { id: "models", name: "Models", counted: false },
  { id: "play", name: "Playground", counted: false },
  { id: "compare", name: "Compare", counted: false },
  { id: "changes", name: "Changes", counted: true },
  { id: "requests", name: "Requests", counted: true },
  { id: "state", name: "State", counted: false },
] as const;

/** Columns of the capability matrix; the ids are read by `catalog.js`. */
const capabilities = [
  { id: "image", name: "Images", short: "img" },
  { id: "pdf", name: "PDF", short: "pdf" },
  { id: "audio", name: "Audio", short: "aud" },
  { id: "video", name: "Video", short: "vid" },
  { id: "tools", name: "Tools", short: "tool" },
  { id: "output", name: "Structured output", short: "json" },
  { id: "reasoning", name: "Reasoning", short: "think" },
] as const;
