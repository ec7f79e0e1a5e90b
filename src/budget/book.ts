/** The rules of a ledger over plain data: what memory and file ledgers share. Every step is one synchronous change. */
import type { HoldOutcome, HoldRequest, Settled, Spend } from "./ledger.js";
import type { Nano } from "./money.js";

interface Hold {
  readonly amount: Nano;
  readonly accounts: readonly string[];
  readonly lost: HoldRequest["lost"];
}

export class Book {
  private readonly spent = new Map<string, Nano>();
  private readonly holds = new Map<string, Hold>();
  private readonly heldBy = new Map<string, Set<string>>();
  readonly spends: Spend[] = [];
  private readonly settled = new Set<string>();

  /** The account without room, if there is one. */
  refusal({ amount, accounts, at }: HoldRequest): HoldOutcome {
    for (const { key, limit } of accounts) {
      const used = this.spentOn(key) + this.heldOn(key, at);
      if (used + amount > limit) return { granted: false, account: key, used };
    }
    return { granted: true };
  }

  hold({ id, amount, accounts, lost }: HoldRequest): void {
    this.holds.set(id, { amount, accounts: accounts.map(({ key }) => key), lost });
    for (const { key } of accounts) this.heldBy.set(key, (this.heldBy.get(key) ?? new Set()).add(id));
  }

  settle(spend: Spend): readonly Settled[] {
    const hold = this.holds.get(spend.id);
    if (this.settled.has(spend.id)) return [];
    this.settled.add(spend.id);
    this.spends.push(spend);
    this.release(spend.id);
    return (hold?.accounts ?? []).map((account) => {
      const before = this.spentOn(account);
      this.spent.set(account, before + spend.amount);
      return { account, before, after: before + spend.amount };
    });
  }

  release(id: string): void {
    for (const account of this.holds.get(id)?.accounts ?? []) this.heldBy.get(account)?.delete(id);
    this.holds.delete(id);
  }

  spentOn(account: string): Nano {
    return this.spent.get(account) ?? 0n;
  }

  heldOn(account: string, at: number): Nano {
    let held = 0n;
    for (const id of this.heldBy.get(account) ?? []) {
      const hold = this.holds.get(id);
      if (hold !== undefined && (hold.lost.outcome === "charge" || hold.lost.after > at)) held += hold.amount;
    }
    return held;
  }
}
