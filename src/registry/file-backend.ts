/** A configuration store in a folder: processes of one machine, or of one shared volume, work on it together. */
import { createHash, randomUUID } from "node:crypto";
import { watch as watchFolder } from "node:fs";
import { link, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isModelwrightError, ModelwrightError } from "../errors.js";
import {
  type ConfigBackend,
  type ConfigEntry,
  checkEntry,
  configLimits,
  conflict,
  stopped,
  type WriteOptions,
} from "./backend.js";

// Each write is a file of its own, `<hash of the key>.<count>`. Hard-linking the finished file to that name fails when
// the name is taken: the file system itself compares and sets, without locks. Nothing is ever changed in place.

/** Superseded files stay this long, so that a slow writer still finds its count taken. */
const keptMs = 60_000;

/** Where notices of the file system are lost, the folder is looked at this often. */
const pollMs = 500;

/** Tries to read a folder that is being written to. */
const maxTries = 20;

interface Stored {
  readonly key: string;
  /** Absent: the entry was deleted. */
  readonly value?: string;
}

interface Version {
  readonly name: string;
  readonly count: number;
}

/** One instance's view of the store in `folder`, which is made when it is missing. */
export function fileBackend(folder: string): ConfigBackend {
  const closing = new AbortController();
  const read = new Map<string, Stored>();

  const load = async (name: string): Promise<Stored> => {
    const known = read.get(name);
    if (known !== undefined) return known;
    const stored = storedIn(await readBounded(join(folder, name)), name);
    read.set(name, stored);
    return stored;
  };

  /** Of each key the latest file, by hash; read again when a file went away meanwhile. */
  const readAll = async (): Promise<{
    readonly latest: Map<string, Version>;
    readonly all: readonly ConfigEntry[];
  }> => {
    for (let tries = 1; ; tries += 1) {
      const names = await listNames(folder);
      const latest = latestOf(names);
      try {
        const all: ConfigEntry[] = [];
        for (const { name, count } of latest.values()) {
          const { key, value } = await load(name);
          if (value !== undefined) all.push({ key, value, version: String(count) });
        }
        for (const name of read.keys()) if (!names.includes(name)) read.delete(name);
        // The files were read one by one: they belong together only when nothing came in between.
        if (revisionOf(latestOf(await listNames(folder))) === revisionOf(latest)) return { latest, all };
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
      if (tries === maxTries) throw new ModelwrightError("network", "file: the folder changes faster than it is read");
    }
  };

  const write = async (
    key: string,
    value: string | undefined,
    { expected, signal }: WriteOptions,
  ): Promise<{ readonly version: string; readonly existed: boolean }> => {
    await mkdir(folder, { recursive: true });
    for (let tries = 1; ; tries += 1) {
      if (signal?.aborted || closing.signal.aborted) throw stopped("file");
      if (tries > maxTries) throw conflict("file", key);
      const before = latestOf(await listNames(folder)).get(hashOf(key));
      const stored = before && (await load(before.name).catch(skipMissing));
      if (before !== undefined && stored === undefined) continue;
      const existed = stored?.value !== undefined;
      const version = existed ? String(before?.count) : null;
      if (expected !== undefined && expected !== version) throw conflict("file", key);
      if (value === undefined && !existed) return { version: "", existed };
      const count = (before?.count ?? 0) + 1;
      if (await createOnce(folder, `${hashOf(key)}.${count}`, { key, ...(value === undefined ? {} : { value }) })) {
        await removeOld(folder, hashOf(key), count);
        return { version: String(count), existed };
      }
      if (expected !== undefined) throw conflict("file", key);
    }
  };

  return guarded({
    name: "file",
    async list(prefix) {
      const { latest, all } = await readAll();
      const entries = all.filter(({ key }) => key.startsWith(prefix));
      return { entries: new Map(entries.map((entry) => [entry.key, entry])), revision: revisionOf(latest) };
    },
    async get(key) {
      const { all } = await readAll();
      return all.find((entry) => entry.key === key);
    },
    async put(key, value, options = {}) {
      checkEntry(key, value);
      const { version } = await write(key, value, options);
      return { key, value, version };
    },
    async delete(key, options = {}) {
      return (await write(key, undefined, options)).existed;
    },
    async watch(_prefix, revision, signal) {
      await mkdir(folder, { recursive: true });
      const ended = AbortSignal.any([signal, closing.signal]);
      const changed = async () => revisionOf(latestOf(await listNames(folder))) !== revision;
      await untilChanged(folder, changed, ended);
    },
    close() {
      closing.abort();
      return Promise.resolve();
    },
  });
}

/** Resolves when `changed` says so: asked at once, at each notice, and from time to time. */
function untilChanged(folder: string, changed: () => Promise<boolean>, ended: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (ended.aborted) return reject(stopped("file"));
    const finish = (settle: () => void) => {
      clearInterval(timer);
      watcher.close();
      ended.removeEventListener("abort", stop);
      settle();
    };
    const stop = () => finish(() => reject(stopped("file")));
    const look = () => {
      changed().then(
        (is) => is && finish(resolve),
        (error: unknown) => finish(() => reject(error)),
      );
    };
    const watcher = watchFolder(folder, look);
    watcher.on("error", look);
    const timer = setInterval(look, pollMs);
    ended.addEventListener("abort", stop, { once: true });
    look();
  });
}

async function listNames(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => namePattern.test(name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

const namePattern = /^[0-9a-f]{64}\.[1-9]\d{0,14}$/;

function latestOf(names: readonly string[]): Map<string, Version> {
  const latest = new Map<string, Version>();
  for (const name of names) {
    const [hash = "", digits] = name.split(".");
    const count = Number(digits);
    if (count > (latest.get(hash)?.count ?? 0)) latest.set(hash, { name, count });
  }
  return latest;
}

function revisionOf(latest: ReadonlyMap<string, Version>): string {
  const names = [...latest.values()].map(({ name }) => name).sort();
  return createHash("sha256").update(names.join("\n")).digest("hex");
}

/** False when the name is taken. */
async function createOnce(folder: string, name: string, stored: Stored): Promise<boolean> {
  const draft = join(folder, `.${randomUUID()}`);
  try {
    await writeFile(draft, JSON.stringify(stored), { flush: true });
    await link(draft, join(folder, name));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function removeOld(folder: string, hash: string, latest: number): Promise<void> {
  for (const name of await listNames(folder)) {
    if (!name.startsWith(`${hash}.`) || name === `${hash}.${latest}`) continue;
    const path = join(folder, name);
    const written = await stat(path).catch(skipMissing);
    if (written !== undefined && Date.now() - written.mtimeMs > keptMs) await rm(path, { force: true });
  }
}

async function readBounded(path: string): Promise<string> {
  // JSON escapes at most sixfold.
  const { size } = await stat(path);
  if (size > 6 * (configLimits.valueBytes + configLimits.keyBytes) + 64)
    throw new ModelwrightError("invalid-response", "file: an entry is too large");
  return readFile(path, "utf8");
}

function storedIn(text: string, name: string): Stored {
  const stored: unknown = parsed(text);
  if (typeof stored === "object" && stored !== null && "key" in stored && typeof stored.key === "string") {
    const { key } = stored;
    const value = "value" in stored ? stored.value : undefined;
    if (hashOf(key) === name.slice(0, 64) && (value === undefined || typeof value === "string"))
      return value === undefined ? { key } : { key, value };
  }
  throw new ModelwrightError("invalid-response", `file: ${name} is no entry of this store`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const hashOf = (key: string): string => createHash("sha256").update(key).digest("hex");

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT";

function skipMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

/** The same backend whose failures are errors of this package. */
function guarded(backend: ConfigBackend): ConfigBackend {
  const guard =
    <Args extends unknown[], Result>(method: (...args: Args) => Promise<Result>) =>
    (...args: Args): Promise<Result> =>
      method(...args).catch((cause: unknown) => {
        if (isModelwrightError(cause)) throw cause;
        const { code } = cause as NodeJS.ErrnoException;
        const denied = code === "EACCES" || code === "EPERM" || code === "EROFS";
        throw new ModelwrightError(denied ? "permission" : "network", `file: the store failed (${code ?? "unknown"})`, {
          cause,
        });
      });
  const { list, get, put, watch } = backend;
  return {
    ...backend,
    list: guard(list),
    get: guard(get),
    put: guard(put),
    delete: guard(backend.delete),
    watch: guard(watch),
  };
}
