/** A configuration store in a bucket of S3 or of what speaks like it: conditional writes guard entries, polling sees changes. */
import { randomUUID } from "node:crypto";
import { ModelwrightError } from "../../errors.js";
import { type ConfigBackend, type ConfigEntry, checkEntry, conflict } from "../backend.js";
import { type AwsAccess, AwsStore } from "./aws-store.js";
import { unexpected } from "./http-store.js";
import { type PollingOptions, pollRevision, readStill, revisionOf, type Versions } from "./polling.js";

/** Where the bucket is, and what opens it. */
export interface S3Options extends AwsAccess, PollingOptions {
  /** Read and write of its objects and the list of them are asked for. */
  readonly bucket: string;
  /** What this registry's keys begin with. Default `modelwright/`. */
  readonly folder?: string;
}

/** An object as it is there; deleted entries leave one, so that a write can be told from what it forgot. */
interface Stored {
  readonly version: string;
  readonly value?: string;
}

interface Listing {
  readonly versions: Versions;
  /** More than one answer: they may be of several moments. */
  readonly inPieces: boolean;
}

/** The first line of every object written here makes its ETag, a hash of the content, one that was never there before. */
const stamp = /^modelwright-entry [0-9a-f-]{36}( deleted)?\n/;

/** A catalog has some hundred keys. */
const maxKeys = 20_000;

/** Objects fetched at the same time. */
const atOnce = 16;

/**
 * One instance's connection. The store must keep `If-Match` and `If-None-Match` of writes and list what was written, as
 * Amazon S3, Ceph, MinIO and R2 state. An object put there by other means is an entry, too: its text is the value. Needs
 * the package `aws4fetch`. Facts: Amazon S3 API Reference, "PutObject", "ListObjectsV2"; User Guide, "Conditional writes".
 */
export function s3Backend(options: S3Options): ConfigBackend {
  const { bucket, folder = "modelwright/", region } = options;
  const own = options.address === undefined ? "" : `/${encodeURIComponent(bucket)}`;
  const address = options.address ?? `https://${bucket}.s3.${region}.amazonaws.com`;
  const store = new AwsStore("s3", "s3", { ...options, address });
  let read: ReadonlyMap<string, Stored> = new Map();

  const ask: AwsStore["ask"] = async (request) => {
    const answer = await store.ask(request);
    if (answer.status === 404 && answer.text.includes("<Code>NoSuchBucket</Code>"))
      throw new ModelwrightError("invalid-configuration", "s3: there is no such bucket");
    return answer;
  };
  const pathOf = (key: string): string => `${own}/${(folder + key).split("/").map(encodeURIComponent).join("/")}`;

  const load = async (key: string, signal?: AbortSignal): Promise<Stored | undefined> => {
    const { status, headers, text } = await ask({ path: pathOf(key), signal });
    if (status === 404) return undefined;
    if (status !== 200) throw unexpected(store, status);
    const line = stamp.exec(text);
    const version = unquoted(headers.get("etag") ?? "");
    return line?.[1] === undefined ? { version, value: text.slice(line?.[0].length ?? 0) } : { version };
  };

  const entryOf = (key: string, stored: Stored | undefined): ConfigEntry | undefined =>
    stored?.value === undefined ? undefined : { key, value: stored.value, version: stored.version };

  /** The new version; undefined when the condition does not hold. */
  const write = async (
    key: string,
    value: string | undefined,
    condition: { readonly [header: string]: string },
    signal?: AbortSignal,
  ): Promise<string | undefined> => {
    const body = `modelwright-entry ${randomUUID()}${value === undefined ? " deleted" : ""}\n${value ?? ""}`;
    const { status, headers } = await ask({ method: "PUT", path: pathOf(key), body, headers: condition, signal });
    if (status === 200) return unquoted(headers.get("etag") ?? "");
    // 409: another write came in between. 404: nothing is there that could match.
    if (status === 412 || status === 409 || status === 404) return undefined;
    throw unexpected(store, status);
  };
  const over = (version: string) => ({ "if-match": `"${version}"` });

  const listVersions = async (prefix: string, signal?: AbortSignal): Promise<Listing> => {
    const versions = new Map<string, string>();
    for (let token: string | undefined, pages = 1; ; pages += 1) {
      const query = { "encoding-type": "url", "list-type": "2", prefix: folder + prefix };
      const from = token === undefined ? query : { "continuation-token": token, ...query };
      const search = Object.entries(from).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
      const { status, text } = await ask({ path: `${own}/?${search.join("&")}`, signal });
      if (status !== 200) throw unexpected(store, status);
      const page = listed(text);
      for (const [key, version] of page.versions) versions.set(key.slice(folder.length), version);
      if (versions.size > maxKeys)
        throw new ModelwrightError("invalid-response", "s3: the folder has too many objects");
      token = page.next;
      if (token === undefined) return { versions, inPieces: pages > 1 };
    }
  };

  /** Only what is new is fetched. */
  const readAll = async (prefix: string, signal?: AbortSignal) => {
    const { versions, inPieces } = await listVersions(prefix, signal);
    const all = new Map<string, Stored>();
    const missing: string[] = [];
    for (const [key, version] of versions) {
      const known = read.get(key);
      if (known?.version === version) all.set(key, known);
      else missing.push(key);
    }
    for (let at = 0; at < missing.length; at += atOnce) {
      const keys = missing.slice(at, at + atOnce);
      const loaded = await Promise.all(keys.map((key) => load(key, signal)));
      for (const [i, stored] of loaded.entries()) if (stored !== undefined) all.set(keys[i] ?? "", stored);
    }
    const now = new Map([...all].map(([key, { version }]) => [key, version]));
    return { all, revision: revisionOf(now), isSure: missing.length === 0 && !inPieces };
  };

  return {
    name: "s3",
    async list(prefix, signal) {
      const { all, revision } = await readStill(
        "s3",
        () => readAll(prefix, signal),
        async (seen) => seen.isSure || revisionOf((await listVersions(prefix, signal)).versions) === seen.revision,
      );
      read = new Map([...[...read].filter(([key]) => !key.startsWith(prefix)), ...all]);
      const entries = [...all].flatMap(([key, stored]) => entryOf(key, stored) ?? []);
      return { entries: new Map(entries.map((entry) => [entry.key, entry])), revision };
    },
    async get(key, signal) {
      return entryOf(key, await load(key, signal));
    },
    async put(key, value, { expected, signal } = {}) {
      checkEntry(key, value);
      const condition = expected === undefined ? {} : expected === null ? { "if-none-match": "*" } : over(expected);
      let version = await write(key, value, condition, signal);
      if (version === undefined && expected === null) {
        const there = await load(key, signal);
        if (there !== undefined && there.value === undefined)
          version = await write(key, value, over(there.version), signal);
      }
      if (version === undefined) throw conflict("s3", key);
      return { key, value, version };
    },
    async delete(key, { expected, signal } = {}) {
      for (;;) {
        const entry = entryOf(key, await load(key, signal));
        if (expected !== undefined && (entry?.version ?? null) !== expected) throw conflict("s3", key);
        if (entry === undefined) return false;
        if ((await write(key, undefined, over(entry.version), signal)) !== undefined) return true;
      }
    },
    watch(prefix, revision, signal) {
      const ended = AbortSignal.any([signal, store.closing]);
      const look = async () => revisionOf((await listVersions(prefix, ended)).versions);
      return pollRevision("s3", options, revision, ended, look);
    },
    close() {
      store.close();
      return Promise.resolve();
    },
  };
}

/** One page of a list. Its form is fixed, so that it is read without a parser of all XML. */
function listed(xml: string): { readonly versions: Versions; readonly next: string | undefined } {
  if (!/^(<\?xml[^>]*\?>)?\s*<ListBucketResult[\s>]/.test(xml))
    throw new ModelwrightError("invalid-response", "s3: the store answered with something else than a list");
  const versions = new Map<string, string>();
  for (const object of xml.split("<Contents>").slice(1)) {
    const [key, tag] = [element(object, "Key"), element(object, "ETag")];
    if (key === undefined || tag === undefined)
      throw new ModelwrightError("invalid-response", "s3: the store listed an object without a name or an ETag");
    versions.set(decoded(key), unquoted(tag));
  }
  const next = element(xml, "IsTruncated") === "true" ? element(xml, "NextContinuationToken") : undefined;
  return { versions, next };
}

function element(xml: string, name: string): string | undefined {
  const begin = xml.indexOf(`<${name}>`);
  const end = xml.indexOf(`</${name}>`, begin);
  if (begin < 0 || end < 0) return undefined;
  const entities: { readonly [name: string]: string } = { quot: '"', apos: "'", lt: "<", gt: ">", amp: "&" };
  const text = xml.slice(begin + name.length + 2, end);
  return text.replace(/&(quot|apos|lt|gt|amp);/g, (_all, entity: string) => entities[entity] ?? "");
}

/** As `encoding-type=url` writes names. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll("+", " "));
  } catch {
    throw new ModelwrightError(
      "invalid-response",
      "s3: the store listed a name that is not encoded as it was asked for",
    );
  }
}

const unquoted = (tag: string): string => tag.replace(/^"|"$/g, "");
