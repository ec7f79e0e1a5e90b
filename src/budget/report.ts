/** Who spent what: sums of a ledger's calls by any tag, by model or by time. */
import type { Ledger, SpendFilter } from "./ledger.js";
import { type Nano, units } from "./money.js";

/** Which calls a report sums, and by what. */
export interface ReportOptions extends SpendFilter {
  /** `tag:<name>`, `provider`, `model`, `day` or `month`; several make one row per combination. Default `provider`. */
  readonly by?: readonly string[];
}

/** The sum of one group of calls. */
export interface ReportRow {
  /** In the order of `by`; a missing tag is empty. */
  readonly group: readonly string[];
  readonly currency: string;
  readonly amount: number;
  readonly calls: number;
  /** Calls whose cost is an estimate. */
  readonly estimated: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Rows by amount, the largest first. Their sum is the ledger's. */
export async function spendReport(ledger: Ledger, options: ReportOptions = {}): Promise<ReportRow[]> {
  const { by = ["provider"], ...filter } = options;
  const sums = new Map<string, { amount: Nano; row: Omit<ReportRow, "amount"> }>();
  for await (const spend of ledger.spends(filter)) {
    const group = by.map((name) => columnOf(spend, name));
    const key = JSON.stringify([group, spend.currency]);
    const { amount, row } = sums.get(key) ?? {
      amount: 0n,
      row: { group, currency: spend.currency, calls: 0, estimated: 0, inputTokens: 0, outputTokens: 0 },
    };
    sums.set(key, {
      amount: amount + spend.amount,
      row: {
        ...row,
        calls: row.calls + 1,
        estimated: row.estimated + (spend.certainty === "estimated" ? 1 : 0),
        inputTokens: row.inputTokens + spend.inputTokens,
        outputTokens: row.outputTokens + spend.outputTokens,
      },
    });
  }
  const rows = [...sums.values()].sort((a, b) => (a.amount < b.amount ? 1 : a.amount > b.amount ? -1 : 0));
  return rows.map(({ amount, row }) => ({ ...row, amount: units(amount) }));
}

function columnOf({ at, provider, model, tags }: SpendLike, name: string): string {
  if (name.startsWith("tag:")) {
    const tag = name.slice("tag:".length);
    return Object.hasOwn(tags, tag) ? (tags[tag] ?? "") : "";
  }
  if (name === "model") return `${provider}/${model}`;
  if (name === "day") return new Date(at).toISOString().slice(0, 10);
  if (name === "month") return new Date(at).toISOString().slice(0, 7);
  return provider;
}

interface SpendLike {
  readonly at: number;
  readonly provider: string;
  readonly model: string;
  readonly tags: { readonly [name: string]: string };
}

/** RFC 4180, with a header line. A cell never begins a formula in a spreadsheet. */
export function reportAsCsv(rows: readonly ReportRow[], by: readonly string[]): string {
  const header = [...by, "currency", "amount", "calls", "estimated", "inputTokens", "outputTokens"];
  const lines = rows.map((row) => [
    ...row.group,
    row.currency,
    row.amount,
    row.calls,
    row.estimated,
    row.inputTokens,
    row.outputTokens,
  ]);
  return csvOf([header, ...lines]);
}

/** RFC 4180. What a caller chose, such as a tag, never begins a formula in a spreadsheet. */
export function csvOf(lines: readonly (readonly (string | number)[])[]): string {
  return lines.map((cells) => `${cells.map(cell).join(",")}\r\n`).join("");
}

function cell(value: string | number): string {
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
