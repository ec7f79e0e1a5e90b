/** A ledger of this process alone. */
import { Book } from "../book.js";
import { type Ledger, matches } from "../ledger.js";

/** A ledger of this process alone. */
export function memoryLedger(): Ledger {
  const book = new Book();
  return {
    name: "memory",
    async hold(request) {
      const outcome = book.refusal(request);
      if (outcome.granted) book.hold(request);
      return outcome;
    },
    settle: async (spend) => book.settle(spend),
    release: async (id) => book.release(id),
    used: async (account, at) => ({ spent: book.spentOn(account), held: book.heldOn(account, at) }),
    async *spends(filter = {}) {
      for (const spend of [...book.spends]) if (matches(spend, filter)) yield spend;
    },
    close: async () => {},
  };
}
