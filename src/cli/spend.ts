/** `modelwright spend`: who spent what, from a ledger, as a table, CSV or JSON. */
import { existsSync } from "node:fs";
import type { Ledger } from "../budget/ledger.js";
import { fileLedger } from "../budget/ledgers/file.js";
import { postgresLedger } from "../budget/ledgers/postgres.js";
import { redisLedger } from "../budget/ledgers/redis.js";
import { type ReportRow, reportAsCsv, spendReport } from "../budget/report.js";
import { type Arguments, type Command, columns, UsageError } from "./command.js";
import { timeOption } from "./time-option.js";

export const spend: Command = {
  names: "<ledger>",
  maxNames: 1,
  options: {
    by: { type: "string", value: "LIST", help: "tag:<name>, provider, model, day, month; default: model" },
    from: { type: "string", value: "DATE", help: "calls from this time on, such as 2026-01-31" },
    until: { type: "string", value: "DATE", help: "calls before this time" },
    top: { type: "string", value: "N", help: "only the N largest" },
    csv: { type: "boolean", help: "print RFC 4180" },
    json: { type: "boolean", help: "print JSON" },
  },
  async run(args, terminal) {
    const by = (args.value("by") ?? "model").split(",");
    const unknown = by.find((name) => !/^(tag:.+|provider|model|day|month)$/.test(name));
    if (unknown !== undefined)
      throw new UsageError(`--by knows tag:<name>, provider, model, day and month, not "${unknown}"`);
    const [from, until, top] = [timeOption(args, "from"), timeOption(args, "until"), count(args)];
    const ledger = ledgerOf(args.names[0]);
    const rows = (await spendReport(ledger, { by, from, until })).slice(0, top);
    await ledger.close();
    if (args.has("csv")) terminal.print(reportAsCsv(rows, by).trimEnd());
    else if (args.has("json")) terminal.print(JSON.stringify(rows, null, 2));
    else for (const line of table(rows, by)) terminal.print(line);
    return 0;
  },
};

/** A file, or the address of a shared ledger; addresses with passwords are better kept in the environment. */
function ledgerOf(name: string | undefined): Ledger {
  if (name === undefined) throw new UsageError("name a ledger: a file, postgres://... or redis://...");
  if (/^postgres(ql)?:\/\//.test(name)) return postgresLedger({ connectionString: name });
  if (/^rediss?:\/\//.test(name)) return redisLedger({ url: name });
  if (!existsSync(name)) throw new UsageError(`there is no ledger ${name}`);
  return fileLedger(name);
}

function count(args: Arguments): number | undefined {
  const given = args.value("top");
  if (given !== undefined && !/^[1-9]\d*$/.test(given)) throw new UsageError(`--top must be a number, not "${given}"`);
  return given === undefined ? undefined : Number(given);
}

function table(rows: readonly ReportRow[], by: readonly string[]): string[] {
  const cells = rows.map((row) => [
    ...row.group.map((value) => (value === "" ? "-" : value)),
    `${row.amount.toFixed(4)} ${row.currency}`,
    `${row.calls}`,
    `${row.inputTokens}`,
    `${row.outputTokens}`,
  ]);
  return columns([[...by, "amount", "calls", "input", "output"], ...cells]);
}
