/** A ledger in an append-only file, for the processes of one machine: one line per step. */
import { ModelwrightError } from "../../errors.js";
import { LockedLog, type Step } from "../../storage/locked-log.js";
import { Book } from "../book.js";
import { type HoldOutcome, type HoldRequest, type Ledger, matches, type Spend } from "../ledger.js";

type Line = { readonly hold: HoldRequest } | { readonly settle: Spend } | { readonly release: string };

/** Made when it is missing. Needs the package `proper-lockfile`. */
export function fileLedger(path: string): Ledger {
  let book = new Book();
  const log = new LockedLog(path, "file ledger", {
    line: (text) => play(parse(text), book),
    reset: () => {
      book = new Book();
    },
  });
  const step = <Answer>(answer: Answer, ...lines: Line[]): Step<Answer> => ({
    answer,
    lines: lines.map((line) => JSON.stringify(line, bigintsAsText)),
  });
  return {
    name: "file",
    hold: (request) =>
      log.run<HoldOutcome>(() => {
        const outcome = book.refusal(request);
        if (!outcome.granted) return step(outcome);
        book.hold(request);
        return step(outcome, { hold: request });
      }),
    settle: (spend) => log.run(() => step(book.settle(spend), { settle: spend })),
    release: (id) => log.run(() => step(book.release(id), { release: id })),
    used: (account, at) => log.run(() => step({ spent: book.spentOn(account), held: book.heldOn(account, at) })),
    async *spends(filter = {}) {
      const all = await log.run(() => step([...book.spends]));
      for (const spend of all) if (matches(spend, filter)) yield spend;
    },
    close: () => log.settled(),
  };
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
