/** What every ledger must do: one suite, run against each. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HoldRequest, Ledger, Spend } from "../../src/budget/ledger.js";

export interface LedgerUnderTest {
  /** One process's view. */
  connect(): Ledger;
  close(): Promise<void>;
}

let names = 0;
const newAccount = (): string => `account ${names++} ${Math.random()}`;
const newId = (): string => crypto.randomUUID();

export const holdOf = (
  account: string,
  amount: bigint,
  limit = 100n,
  rest: Partial<HoldRequest> = {},
): HoldRequest => ({
  id: newId(),
  amount,
  accounts: [{ key: account, limit }],
  at: 1000,
  lost: { after: 2000, outcome: "charge" },
  ...rest,
});

const spendOf = (id: string, amount: bigint, rest: Partial<Spend> = {}): Spend => ({
  id,
  at: 1000,
  provider: "acme",
  model: "one",
  tags: { team: "red", "odd key'\"": "väl\nue" },
  amount,
  currency: "USD",
  certainty: "known",
  inputTokens: 3,
  outputTokens: 4,
  ...rest,
});

/** Registers the suite. `start` is called once. */
export function ledgerContract(name: string, start: () => Promise<LedgerUnderTest>): void {
  describe(`the ledger ${name}`, () => {
    let store: LedgerUnderTest;
    const open: Ledger[] = [];
    const connect = (): Ledger => {
      const ledger = store.connect();
      open.push(ledger);
      return ledger;
    };
    beforeAll(async () => {
      store = await start();
    });
    afterAll(async () => {
      await Promise.all(open.map((ledger) => ledger.close()));
      await store?.close();
    });

    test("holds to the limit and not a billionth more", async () => {
      const [ledger, account] = [connect(), newAccount()];
      expect(await ledger.hold(holdOf(account, 60n))).toEqual({ granted: true });
      expect(await ledger.hold(holdOf(account, 41n))).toEqual({ granted: false, account, used: 60n });
      expect(await ledger.hold(holdOf(account, 40n))).toEqual({ granted: true });
      expect(await ledger.used(account, 1000)).toEqual({ spent: 0n, held: 100n });
    });

    test("puts what was spent in the place of the hold, once", async () => {
      const [a, b, account] = [connect(), connect(), newAccount()];
      const hold = holdOf(account, 100n);
      await a.hold(hold);
      expect(await b.settle(spendOf(hold.id, 7n))).toEqual([{ account, before: 0n, after: 7n }]);
      expect(await a.settle(spendOf(hold.id, 7n))).toEqual([]);
      expect(await a.used(account, 1000)).toEqual({ spent: 7n, held: 0n });
      expect(await b.hold(holdOf(account, 94n))).toEqual({ granted: false, account, used: 7n });
    });

    test("gives a hold back", async () => {
      const [ledger, account] = [connect(), newAccount()];
      const hold = holdOf(account, 100n);
      await ledger.hold(hold);
      await ledger.release(hold.id);
      await ledger.release(newId());
      expect(await ledger.used(account, 1000)).toEqual({ spent: 0n, held: 0n });
    });

    test("holds on all accounts or on none", async () => {
      const [ledger, small, large] = [connect(), newAccount(), newAccount()];
      const accounts = [
        { key: large, limit: 100n },
        { key: small, limit: 10n },
      ];
      expect(await ledger.hold(holdOf("", 11n, 0n, { accounts }))).toEqual({
        granted: false,
        account: small,
        used: 0n,
      });
      expect(await ledger.used(large, 1000)).toEqual({ spent: 0n, held: 0n });
      const both = holdOf("", 10n, 0n, { accounts });
      expect(await ledger.hold(both)).toEqual({ granted: true });
      expect((await ledger.settle(spendOf(both.id, 4n))).map(({ after }) => after)).toEqual([4n, 4n]);
    });

    test.each(["charge", "release"] as const)("after a crash: %s", async (outcome) => {
      const [ledger, account] = [connect(), newAccount()];
      const hold = holdOf(account, 100n, 100n, { lost: { after: 2000, outcome } });
      await ledger.hold(hold);
      expect((await ledger.used(account, 1999)).held).toBe(100n);
      expect((await ledger.used(account, 2001)).held).toBe(outcome === "charge" ? 100n : 0n);
      const later = await ledger.hold(holdOf(account, 1n, 100n, { at: 2001 }));
      expect(later.granted).toBe(outcome === "release");
      // The process was only slow.
      expect(await ledger.settle(spendOf(hold.id, 30n))).toEqual([{ account, before: 0n, after: 30n }]);
    });

    test("keeps the calls that were paid, with their tags, and finds them by time and tag", async () => {
      const [ledger, tag] = [connect(), newId()];
      const spends = [1000, 2000, 3000].map((at, i) => spendOf(newId(), BigInt(i), { at, tags: { tag, i: `${i}` } }));
      for (const spend of spends) await ledger.settle(spend);
      const found = async (filter: object) => all(connect().spends({ tags: { tag }, ...filter }));
      expect(await found({})).toEqual(spends);
      expect(await found({ from: 2000, until: 3000 })).toEqual([spends[1]]);
      expect(await found({ tags: { tag, i: "2" } })).toEqual([spends[2]]);
      const odd = spendOf(newId(), 9n);
      await ledger.settle(odd);
      expect((await all(ledger.spends())).find(({ id }) => id === odd.id)).toEqual(odd);
    });

    test("passes every amount in exactly one settlement", async () => {
      const [account, ledgers] = [newAccount(), [connect(), connect(), connect()]];
      const holds = Array.from({ length: 60 }, () => holdOf(account, 1n));
      for (const [i, hold] of holds.entries()) await ledgers[i % 3]?.hold(hold);
      const settled = await Promise.all(holds.map(({ id }, i) => (ledgers[i % 3] as Ledger).settle(spendOf(id, 1n))));
      const passed = settled.flat().filter(({ before, after }) => before < 30n && after >= 30n);
      expect(passed).toHaveLength(1);
      expect((await connect().used(account, 1000)).spent).toBe(60n);
    });

    test("never holds more than the limit, whoever asks for what at once", async () => {
      const step = fc.record({
        by: fc.nat(2),
        amount: fc.bigInt(1n, 40n),
        pays: fc.option(fc.double({ min: 0, max: 1 })),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
          const account = newAccount();
          const ledgers = [connect(), connect(), connect()];
          let paid = 0n;
          await Promise.all(
            steps.map(async ({ by, amount, pays }) => {
              const ledger = ledgers[by] as Ledger;
              const hold = holdOf(account, amount);
              if (!(await ledger.hold(hold)).granted) return;
              if (pays === null) return ledger.release(hold.id);
              const cost = BigInt(Math.floor(Number(amount) * (Number.isNaN(pays) ? 1 : pays)));
              paid += cost;
              await ledger.settle(spendOf(hold.id, cost));
            }),
          );
          expect(await connect().used(account, 1000)).toEqual({ spent: paid, held: 0n });
          expect(paid <= 100n).toBe(true);
        }),
        { numRuns: 10 },
      );
    });
  });
}

async function all(spends: AsyncIterable<Spend>): Promise<Spend[]> {
  const found: Spend[] = [];
  for await (const spend of spends) found.push(spend);
  return found;
}
