/** A limit per minute that holds for every minute, wherever it begins. */

const span = 60_000;
/** Amounts of one second are kept as one, and leave the window together. */
const slotLength = 1000;

interface Slot {
  /** When its amount leaves the window. */
  readonly until: number;
  amount: number;
}

/** Gives back or adds to what was taken. */
export type Correct = (by: number) => void;

/** A bucket that refills evenly lets twice its limit pass in the first minute; providers that count by minutes refuse that. */
export class Window {
  readonly limit: number;
  private slots: Slot[] = [];
  private used = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Milliseconds until `amount` fits; 0 when it does now. More than the limit never fits: ask before. */
  waitMs(amount: number, now: number): number {
    this.forget(now);
    let left = this.used;
    if (left + amount <= this.limit) return 0;
    for (const slot of this.slots) {
      left -= slot.amount;
      if (left + amount <= this.limit) return slot.until - now;
    }
    return 0;
  }

  take(amount: number, now: number): Correct {
    this.forget(now);
    const until = (Math.floor(now / slotLength) + 1) * slotLength + span;
    let slot = this.slots.at(-1);
    if (slot?.until !== until) {
      slot = { until, amount: 0 };
      this.slots.push(slot);
    }
    const taken = slot;
    const change: Correct = (by) => {
      // What has left the window can no longer be corrected.
      if (!this.slots.includes(taken)) return;
      const before = taken.amount;
      taken.amount = Math.max(0, before + by);
      this.used += taken.amount - before;
    };
    change(amount);
    return change;
  }

  isEmptyAt(now: number): boolean {
    this.forget(now);
    return this.slots.length === 0;
  }

  private forget(now: number): void {
    const kept = this.slots.findIndex(({ until }) => until > now);
    const gone = kept === -1 ? this.slots : this.slots.slice(0, kept);
    if (gone.length === 0) return;
    for (const { amount } of gone) this.used -= amount;
    this.slots = this.slots.slice(gone.length);
  }
}
