/** A JSON file, or a folder of them, as a source: read whole and settled, and watched if asked. */
import { constants, type Stats } from "node:fs";
import { open, readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { catalogLimits } from "../catalog/parse.js";
import { ModelwrightError } from "../errors.js";
import type { Source, SourceDocument, SourceWatcher } from "./source.js";

/** How a file or folder is read and watched. */
export interface FileOptions {
  /** Default: the path. */
  readonly name?: string | undefined;
  /** Follow what happens to it. Default false. */
  readonly watch?: boolean | undefined;
  /** A file counts as written when it stayed the same for this long. Default 40 ms. */
  readonly settleMs?: number | undefined;
  /** It is looked at this often also without a notice: some file systems lose them. Default 5,000 ms. */
  readonly pollMs?: number | undefined;
}

/** Larger folders are refused. */
const maxFiles = 2_000;

/** chokidar tells only the first of two changes of a file that are less than 50 ms apart. */
const noticeGapMs = 75;

/** How often unsettled files are read again before what was loaded before is left standing. */
const maxTries = 50;

/**
 * Overlays from a file, or from every `.json` file of a folder. A missing path is an empty source. Only regular files
 * inside the folder are read: no link leads out of it. Watching needs chokidar.
 */
export function files(path: string, options: FileOptions = {}): Source {
  const full = resolve(path);
  const { name = path, settleMs = 40, pollMs = 5_000 } = options;
  let last = "";
  const source: Source = {
    name,
    layer: "project",
    async load(signal) {
      const { documents, stamp } = await readSettled(full, settleMs, signal);
      last = stamp;
      return documents;
    },
  };
  if (options.watch !== true) return source;
  const changed = async (): Promise<boolean> => stampOf(await look(full)) !== last;
  return { ...source, watch: (watcher, signal) => void watchPath(full, { watcher, signal, pollMs, changed }) };
}

interface Seen {
  readonly name: string;
  readonly path: string;
  readonly stats: Stats;
}

/** Reads until nothing changed while it was read: what is half written, or half replaced, is never seen. */
async function readSettled(
  path: string,
  settleMs: number,
  signal: AbortSignal,
): Promise<{ readonly documents: readonly SourceDocument[]; readonly stamp: string }> {
  for (let tries = 0; tries < maxTries && !signal.aborted; tries += 1) {
    const before = await look(path);
    const documents = await readAll(before).catch(skipMissing);
    // Time stamps of the file system may be another clock: only what is long past needs no second look.
    const age = Math.min(...before.map(({ stats }) => Math.abs(Date.now() - stats.ctimeMs)));
    if (age < 10 * settleMs) await new Promise((wait) => setTimeout(wait, settleMs));
    const stamp = stampOf(before);
    if (documents !== undefined && stampOf(await look(path)) === stamp) return { documents, stamp };
  }
  throw new ModelwrightError("invalid-configuration", `${path} is written to all the time, or cannot be read`, {
    file: path,
  });
}

function stampOf(seen: readonly Seen[]): string {
  return seen
    .map(({ name, stats: { ino, size, mtimeMs, ctimeMs } }) => `${name} ${ino} ${size} ${mtimeMs} ${ctimeMs}`)
    .join("\n");
}

async function look(path: string): Promise<readonly Seen[]> {
  const at = await stat(path).catch(skipMissing);
  if (at === undefined) return [];
  if (at.isFile()) return [{ name: basename(path), path, stats: at }];
  if (!at.isDirectory()) throw refused(path, "is neither a file nor a folder");
  const names = (await readdir(path)).filter((name) => name.endsWith(".json") && !name.endsWith(".schema.json"));
  if (names.length > maxFiles) throw refused(path, `has more than ${maxFiles} files`);
  const inside = (await realpath(path)) + sep;
  const seen: Seen[] = [];
  for (const name of names.sort()) {
    const target = await realpath(join(path, name)).catch(skipMissing);
    if (target === undefined) continue;
    if (!target.startsWith(inside)) throw refused(join(path, name), "leads out of its folder");
    const stats = await stat(target).catch(skipMissing);
    if (stats?.isFile() === true) seen.push({ name, path: target, stats });
  }
  return seen;
}

async function readAll(seen: readonly Seen[]): Promise<readonly SourceDocument[]> {
  const documents: SourceDocument[] = [];
  for (const { name, path, stats } of seen) {
    if (stats.size > catalogLimits.bytes) throw refused(path, `is larger than ${catalogLimits.bytes} bytes`);
    documents.push({ name, text: await readText(path) });
  }
  return documents;
}

async function readText(path: string): Promise<string> {
  // Without waiting: what was a file a moment ago may be a pipe now.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) throw refused(path, "is no regular file");
    return (await file.readFile("utf8")).replace(/^\uFEFF/, "");
  } finally {
    await file.close();
  }
}

/** Every event only says that something may have happened; what did is seen by looking. */
async function watchPath(
  path: string,
  {
    watcher,
    signal,
    pollMs,
    changed,
  }: {
    readonly watcher: SourceWatcher;
    readonly signal: AbortSignal;
    readonly pollMs: number;
    readonly changed: () => Promise<boolean>;
  },
): Promise<void> {
  const check = (): void => {
    changed().then(
      (is) => is && watcher.changed(),
      (error: unknown) => watcher.failed(error),
    );
  };
  const timer = setInterval(check, pollMs).unref();
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  try {
    const { watch } = await loadChokidar();
    // The folder around it, too: the path itself may be a link that is swapped.
    const parent = dirname(path);
    const ours = (at: string) => at === parent || at === path || dirname(at) === path;
    const notices = watch(parent, { ignoreInitial: true, depth: 1, ignored: (at) => !ours(at) });
    let again: NodeJS.Timeout | undefined;
    const noticed = (): void => {
      check();
      clearTimeout(again);
      again = setTimeout(check, noticeGapMs).unref();
    };
    notices.on("all", noticed).on("ready", check).on("error", check);
    signal.addEventListener("abort", () => void notices.close(), { once: true });
    if (signal.aborted) await notices.close();
  } catch (error) {
    watcher.failed(error);
  }
}

async function loadChokidar(): Promise<typeof import("chokidar")> {
  try {
    return await import("chokidar");
  } catch {
    throw new ModelwrightError(
      "invalid-configuration",
      "watching files at once needs chokidar: npm install chokidar; without it they are looked at from time to time",
    );
  }
}

function skipMissing(error: unknown): undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
}

function refused(path: string, why: string): ModelwrightError {
  return new ModelwrightError("invalid-configuration", `${path} ${why}`, { file: path });
}
