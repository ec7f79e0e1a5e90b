/** What the calls through a dev server cost, summed while they are answered. */
import { csvOf } from "../budget/report.js";
import type { GatewayExchange } from "./gateway-options.js";

/** One model's calls since the server was started. */
export interface SpendRow {
  /** `provider/model`. */
  readonly model: string;
  /** No model was asked, and nothing was paid: it is what the real one would have cost. */
  readonly simulated: boolean;
  /** ISO 4217; undefined for calls whose cost is unknown, which have an amount of 0. */
  readonly currency: string | undefined;
  readonly amount: number;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Clients may name ever new models. */
const maxRows = 1000;

/** Whole billionths, so that many small sums stay exact. */
const perUnit = 1e9;

export class DevSpend {
  private readonly sums = new Map<string, Omit<SpendRow, "amount"> & { readonly billionths: number }>();

  /** Requests that asked no model count for nothing. */
  add({ provider, model, simulated, usage, cost }: GatewayExchange): void {
    if (provider === undefined || model === undefined || usage === undefined) return;
    const known = cost?.state === "known" ? cost : undefined;
    const name = `${provider}/${model}`;
    const key = JSON.stringify([name, simulated, known?.currency]);
    const before = this.sums.get(key);
    if (before === undefined && this.sums.size >= maxRows) return;
    this.sums.set(key, {
      model: name,
      simulated,
      currency: known?.currency,
      billionths: (before?.billionths ?? 0) + Math.round((known?.amount ?? 0) * perUnit),
      calls: (before?.calls ?? 0) + 1,
      inputTokens: (before?.inputTokens ?? 0) + usage.inputTokens,
      outputTokens: (before?.outputTokens ?? 0) + usage.outputTokens,
    });
  }

  /** The largest amount first. */
  rows(): readonly SpendRow[] {
    const rows = [...this.sums.values()].sort((a, b) => b.billionths - a.billionths || b.calls - a.calls);
    return rows.map(({ billionths, ...row }) => ({ ...row, amount: billionths / perUnit }));
  }
}

/** With a header line. Unknown costs have no currency and no amount. */
export function spendAsCsv(rows: readonly SpendRow[]): string {
  const header = ["model", "simulated", "currency", "amount", "calls", "inputTokens", "outputTokens"];
  const lines = rows.map(({ model, simulated, currency, amount, calls, inputTokens, outputTokens }) => [
    model,
    String(simulated),
    currency ?? "",
    currency === undefined ? "" : amount,
    calls,
    inputTokens,
    outputTokens,
  ]);
  return csvOf([header, ...lines]);
}
