/** A text file that many processes of one machine append lines to, one after the other: each reads what the others wrote first. */
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { isModelwrightError, ModelwrightError } from "../errors.js";

// Steps that wait for the lock are taken together, so that a thousand at once take one lock and one write, not a thousand.

export interface LogReader {
  /** Another line, of this process or another, in the order of the file. Never one that this log has just appended. */
  line(text: string): void;
  /** Forget everything: the file is read anew from its beginning. */
  reset(): void;
}

/** What to append, without line ends, and what to answer. Throws to append nothing. */
export interface Step<Answer> {
  readonly lines: readonly string[];
  readonly answer: Answer;
}

interface Waiting {
  readonly take: () => Step<unknown>;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: unknown) => void;
}

const chunkBytes = 1024 * 1024;

export class LockedLog {
  private readonly path: string;
  private readonly name: string;
  private readonly reader: LogReader;
  private offset = 0;
  private waiting: Waiting[] = [];
  private running: Promise<void> | undefined;

  /** `name` stands in messages. The file and its folder are made when they are missing. */
  constructor(path: string, name: string, reader: LogReader) {
    this.path = path;
    this.name = name;
    this.reader = reader;
  }

  /** Runs `take` when every line of others has been read, and resolves when what it appends is on the disk. */
  run<Answer>(take: () => Step<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ take, resolve, reject });
      this.running ??= Promise.resolve().then(() => this.work());
    });
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.running;
  }

  private async work(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        await this.locked((file) => this.take(file, batch));
      } catch (cause) {
        // What was read and taken may not be what the file holds.
        this.offset = 0;
        this.reader.reset();
        const error = this.asError(cause);
        for (const { reject } of batch) reject(error);
      }
    }
    this.running = undefined;
  }

  private async take(file: FileHandle, batch: readonly Waiting[]): Promise<void> {
    await this.readOn(file);
    const lines: string[] = [];
    const settle: (() => void)[] = [];
    for (const { take, resolve, reject } of batch) {
      try {
        const step = take();
        lines.push(...step.lines);
        settle.push(() => resolve(step.answer as never));
      } catch (error) {
        settle.push(() => reject(error));
      }
    }
    if (lines.length > 0) {
      const bytes = Buffer.from(`${lines.join("\n")}\n`);
      await file.appendFile(bytes);
      await file.datasync();
      this.offset += bytes.length;
    }
    for (const tell of settle) tell();
  }

  /** Reads what other processes have appended. A last line that a crash cut off is taken back. */
  private async readOn(file: FileHandle): Promise<void> {
    const { size } = await file.stat();
    if (size < this.offset) {
      this.offset = 0;
      this.reader.reset();
    }
    let rest: Buffer = Buffer.alloc(0);
    let at = this.offset;
    while (at < size) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(chunkBytes, size - at)), 0, null, at);
      if (bytesRead === 0) break;
      at += bytesRead;
      rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      const end = rest.lastIndexOf(0x0a) + 1;
      for (const line of rest.toString("utf8", 0, end).split("\n")) if (line !== "") this.reader.line(line);
      rest = rest.subarray(end);
    }
    this.offset = at - rest.length;
    if (rest.length > 0) await file.truncate(this.offset);
  }

  private async locked(work: (file: FileHandle) => Promise<void>): Promise<void> {
    const { lock } = await loadLocks(this.name);
    await mkdir(dirname(this.path), { recursive: true });
    const file = await open(this.path, "a+", 0o600);
    try {
      const retries = { retries: 200, minTimeout: 5, maxTimeout: 200, randomize: true };
      const release = await lock(this.path, { stale: 20_000, retries });
      try {
        await work(file);
      } finally {
        await release();
      }
    } finally {
      await file.close();
    }
  }

  private asError(cause: unknown): ModelwrightError {
    if (isModelwrightError(cause)) return cause;
    const { code } = cause as NodeJS.ErrnoException;
    const kind = code === "EACCES" || code === "EPERM" || code === "EROFS" ? "permission" : "network";
    return new ModelwrightError(kind, `${this.name}: the file failed (${code ?? "unknown"})`);
  }
}

async function loadLocks(name: string): Promise<typeof import("proper-lockfile")> {
  try {
    return (await import("proper-lockfile")).default;
  } catch {
    throw new ModelwrightError("invalid-configuration", `${name} needs a package: npm install proper-lockfile`);
  }
}
