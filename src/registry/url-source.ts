/** A URL as a source: asked with its ETag, bounded, kept on disk for a start without it. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createPlatformTransport } from "#transport";
import { isModelwrightError, ModelwrightError } from "../errors.js";
import type { Transport, TransportOptions, TransportResponse } from "../transport/transport.js";
import { parseBaseURL } from "../transport/url.js";
import { documentsIn, openEnvelope, type TrustOptions } from "./envelope.js";
import { parseOverlay } from "./overlay-document.js";
import { replaceFile } from "./replace-file.js";
import type { Source, SourceDocument } from "./source.js";

/** How an address is asked. */
export interface UrlOptions extends TransportOptions {
  /** Default: the URL without its query. */
  readonly name?: string | undefined;
  /** File that keeps the last good answer, for a start while the URL cannot be reached. */
  readonly cache?: string | undefined;
  /** Asked this often. Default 300,000 ms; `false`: only at the start. */
  readonly pollMs?: number | false | undefined;
  /** For the whole answer. Default 10,000 ms. */
  readonly timeoutMs?: number | undefined;
  /** A longer answer is refused. Default 8 MiB. */
  readonly maxBytes?: number | undefined;
  /** After so long without an answer what it gave counts as out of date. Default three times `pollMs`. */
  readonly staleAfterMs?: number | undefined;
  /** Sent with each request: a token, for example. They never appear in errors. */
  readonly headers?: { readonly [name: string]: string } | undefined;
  /** Only signed answers are taken: see `signDocuments`. */
  readonly signed?: TrustOptions | undefined;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

interface Answer {
  readonly text: string;
  readonly etag: string | undefined;
}

/**
 * An overlay, or a signed edition of several, from a URL: `https:`, or `http:` on this machine. Redirects are not
 * followed. What it says is the layer `remote`. Throws "invalid-configuration" for another URL.
 */
export function url(address: string, options: UrlOptions = {}): Source {
  const at = parseBaseURL(address, "the URL of the source");
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(at.hostname);
  if (at.protocol !== "https:" && !local)
    throw new ModelwrightError("invalid-configuration", "the URL of the source must begin with https://");
  const { name = at.origin + at.pathname, pollMs = 300_000, now = Date.now } = options;
  const remote = new RemoteDocument(at, options, name, now);
  const source: Source = { name, layer: "remote", load: (signal) => remote.load(signal) };
  const { cache } = options;
  const saved = cache === undefined ? source : { ...source, lastGood: () => remote.loadSaved(cache) };
  if (pollMs === false) return saved;
  const staleAfterMs = options.staleAfterMs ?? 3 * pollMs;
  return {
    ...saved,
    watch(watcher, signal) {
      let stale = false;
      const timer = setInterval(() => {
        watcher.changed();
        const is = now() - remote.reachedAt > staleAfterMs;
        if (is !== stale) watcher.stale(is);
        stale = is;
      }, pollMs).unref();
      signal.addEventListener("abort", () => clearInterval(timer), { once: true });
    },
  };
}

class RemoteDocument {
  reachedAt: number;
  private readonly at: URL;
  private readonly options: UrlOptions;
  private readonly name: string;
  private readonly now: () => number;
  private readonly send: Transport;
  private last: Answer | undefined;
  /** The newest signed edition that was seen: an older one is not taken again. */
  private sequence = 0;

  constructor(at: URL, options: UrlOptions, name: string, now: () => number) {
    this.at = at;
    this.options = options;
    this.name = name;
    this.now = now;
    this.reachedAt = now();
    this.send = createPlatformTransport(options);
  }

  async load(signal: AbortSignal): Promise<readonly SourceDocument[]> {
    const { maxBytes = 8 * 1024 * 1024, timeoutMs = 10_000, headers, cache } = this.options;
    // Once: a signed edition that an earlier run saw must not be followed by an older one.
    if (cache !== undefined && this.last === undefined) await this.loadSaved(cache).catch(() => undefined);
    const etag = this.last?.etag;
    const response = await this.send({
      method: "GET",
      url: this.at,
      headers: { accept: "application/json", ...headers, ...(etag === undefined ? {} : { "if-none-match": etag }) },
      body: undefined,
      signal,
      timeouts: { connect: Math.min(5_000, timeoutMs), total: timeoutMs },
    }).catch((error: unknown) => {
      throw this.failed(isModelwrightError(error) ? error.code : "network");
    });
    const answer = await this.answerOf(response, maxBytes);
    const documents = this.open(answer.text);
    const [problem] = documents.map(({ name, text }) => parseOverlay(name, text)).filter(({ broken }) => broken);
    // Not kept: what was good before is worth more.
    if (problem !== undefined) throw problem.problems[0] ?? this.failed("nothing of the answer can be used");
    this.reachedAt = this.now();
    if (answer !== this.last && cache !== undefined) {
      const { text, etag: tag } = answer;
      await replaceFile(cache, JSON.stringify({ hash: hashOf(text), etag: tag, text }));
    }
    this.last = answer;
    return documents;
  }

  /** Throws when nothing is kept. */
  async loadSaved(cache: string): Promise<readonly SourceDocument[]> {
    const { text, etag, hash } = JSON.parse(await readFile(cache, "utf8")) as Answer & { readonly hash: string };
    if (hashOf(text) !== hash)
      throw new ModelwrightError("invalid-configuration", `${cache} is damaged`, { file: cache });
    const documents = this.open(text);
    this.last ??= { text, etag };
    return documents;
  }

  private async answerOf(response: TransportResponse, maxBytes: number): Promise<Answer> {
    const { status } = response;
    if (status === 304 && this.last !== undefined) {
      response.dispose();
      return this.last;
    }
    if (status !== 200) {
      response.dispose();
      throw this.failed(status >= 300 && status < 400 ? "a redirect, which is never followed" : `status ${status}`);
    }
    const text = await response.text(maxBytes).catch((error: unknown) => {
      throw this.failed(isModelwrightError(error) ? error.message : "network");
    });
    return { text, etag: response.header("etag") };
  }

  private open(text: string): readonly SourceDocument[] {
    const { signed } = this.options;
    if (signed === undefined) return [{ name: this.name, text }];
    const content = openEnvelope(text, signed, { now: this.now(), after: this.sequence });
    this.sequence = content.sequence;
    return documentsIn(content);
  }

  private failed(why: string): ModelwrightError {
    return new ModelwrightError("network", `source ${this.name}: ${why}`);
  }
}

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");
