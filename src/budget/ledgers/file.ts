/** A ledger in an append-only file, for the processes of one machine: one line per step, each under a lock. */
import { appendFile, type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { isModelwrightError, ModelwrightError } from "../../errors.js";
import { Book } from "../book.js";
import { type HoldOutcome, type HoldRequest, type Ledger, matches, type Spend } from "../ledger.js";

// Steps that wait for the lock are written together, so that a thousand calls at once take one lock, not a thousand.

type Line = { readonly hold: HoldRequest } | { readonly settle: Spend } | { readonly release: string };

type Step = (book: Book) => { readonly line?: Line; readonly answer: unknown };

interface Waiting {
  readonly step: Step;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: unknown) => void;
}

/** Made when it is missing. Needs the package `proper-lockfile`. */
export function fileLedger(path: string): Ledger {
  let book = new Book();
  let offset = 0;
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;

  const work = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await locked(path, async (file) => {
          offset = await readOn(file, offset, book);
          const lines: string[] = [];
          const answers = batch.map(({ step }) => {
            const { line, answer } = step(book);
            if (line !== undefined) lines.push(`${JSON.stringify(line, bigintsAsText)}\n`);
            return answer;
          });
          if (lines.length > 0) {
            await appendFile(file, lines.join(""));
            await file.datasync();
            offset = (await file.stat()).size;
          }
          for (const [i, { resolve }] of batch.entries()) resolve(answers[i] as never);
        });
      } catch (error) {
        // What is in memory may not be in the file: it is read anew.
        book = new Book();
        offset = 0;
        const failure = asError(error);
        for (const { reject } of batch) reject(failure);
      }
    }
    running = undefined;
  };
  const run = <Answer>(step: (book: Book) => { readonly line?: Line; readonly answer: Answer }): Promise<Answer> =>
    new Promise((resolve, reject) => {
      waiting.push({ step, resolve, reject });
      running ??= Promise.resolve().then(work);
    });
  return {
    name: "file",
    hold: (request) =>
      run<HoldOutcome>((now) => {
        const answer = now.refusal(request);
        if (!answer.granted) return { answer };
        now.hold(request);
        return { line: { hold: request }, answer };
      }),
    settle: (spend) => run((now) => ({ answer: now.settle(spend), line: { settle: spend } })),
    release: (id) =>
      run((now) => {
        now.release(id);
        return { line: { release: id }, answer: undefined };
      }),
    used: (account, at) => run((now) => ({ answer: { spent: now.spentOn(account), held: now.heldOn(account, at) } })),
    async *spends(filter = {}) {
      const all = await run((now) => ({ answer: [...now.spends] }));
      for (const spend of all) if (matches(spend, filter)) yield spend;
    },
    async close() {
      await running;
    },
  };
}

async function locked(path: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const { lock } = await loadLocks();
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, "a+", 0o600);
  try {
    const release = await lock(path, {
      stale: 20_000,
      retries: { retries: 200, minTimeout: 5, maxTimeout: 200, randomize: true },
    });
    try {
      await work(file);
    } finally {
      await release();
    }
  } finally {
    await file.close();
  }
}

/** Plays what other processes have written since; gives where it ends. A last line that was cut off is taken back. */
async function readOn(file: FileHandle, from: number, book: Book): Promise<number> {
  const { size } = await file.stat();
  if (size === from) return from;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
  const end = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
  for (const line of buffer.subarray(0, end).toString("utf8").split("\n")) if (line !== "") play(parse(line), book);
  if (end < bytesRead) await file.truncate(from + end);
  return from + end;
}

function play(line: Line, book: Book): void {
  if ("hold" in line) book.hold(line.hold);
  else if ("settle" in line) book.settle(line.settle);
  else book.release(line.release);
}

const bigintsAsText = (_key: string, value: unknown): unknown => (typeof value === "bigint" ? `${value}n` : value);

function parse(line: string): Line {
  try {
    return JSON.parse(line, (key, value) =>
      (key === "amount" || key === "limit") && typeof value === "string" ? BigInt(value.slice(0, -1)) : value,
    ) as Line;
  } catch {
    throw new ModelwrightError("invalid-response", "file ledger: a line of the file is no step of a ledger");
  }
}

function asError(cause: unknown): ModelwrightError {
  if (isModelwrightError(cause)) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  return new ModelwrightError(
    code === "EACCES" ? "permission" : "network",
    `file ledger: failed (${code ?? "unknown"})`,
  );
}

async function loadLocks(): Promise<typeof import("proper-lockfile")> {
  try {
    return (await import("proper-lockfile")).default;
  } catch {
    throw new ModelwrightError(
      "invalid-configuration",
      "the ledger in a file needs a package: npm install proper-lockfile",
    );
  }
}
