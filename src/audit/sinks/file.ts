/** An audit trail in an append-only file of JSON lines, shared by the processes of one machine. */
import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { ModelwrightError } from "../../errors.js";
import { LockedLog } from "../../storage/locked-log.js";
import { type ChainEnd, emptyChain, linked } from "../chain.js";
import type { AuditRecord, AuditSink } from "../record.js";

/** Made when it is missing. Needs the package `proper-lockfile`. Events that wait are written together, then flushed. */
export function fileAuditSink(path: string): AuditSink {
  // Parsed only when this process appends.
  let last: string | undefined;
  let end: ChainEnd | undefined;
  const log = new LockedLog(path, "file audit sink", {
    line: (text) => {
      last = text;
      end = undefined;
    },
    reset: () => {
      last = undefined;
      end = undefined;
    },
  });
  return {
    name: "file",
    append: (events) =>
      log.run(() => {
        let at = end ?? (last === undefined ? emptyChain : parse(last));
        const lines = events.map((event) => {
          const record = linked(at, event);
          at = { seq: record.seq, hash: record.hash };
          return JSON.stringify(record);
        });
        end = at;
        return { lines, answer: undefined };
      }),
    async *records() {
      await log.settled();
      if (!existsSync(path)) return;
      const lines = createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });
      for await (const line of lines) if (line !== "") yield parse(line);
    },
    close: () => log.settled(),
  };
}

function parse(line: string): AuditRecord {
  try {
    const record: unknown = JSON.parse(line);
    if (typeof record === "object" && record !== null && "seq" in record && "hash" in record)
      return record as AuditRecord;
  } catch {
    // Told below.
  }
  throw new ModelwrightError("invalid-response", "file audit sink: a line of the file is no audit record");
}
