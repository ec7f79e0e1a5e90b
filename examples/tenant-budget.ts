/** Budgets: each tenant has a monthly limit, one of its own is small, and a report says who spent what. */
import { isModelwrightError, user } from "modelwright";
import { budget, memoryLedger, reportAsCsv, spendReport } from "modelwright/budget";
import { openai } from "modelwright/openai";

// Several processes share a ledger: redisLedger, postgresLedger or fileLedger in its place.
const ledger = memoryLedger();

const client = openai.create({
  budget: budget({
    ledger,
    limits: [
      { name: "each tenant", amount: 50, by: ["tenant"] },
      // Too little for one call, to show what happens.
      { name: "trial", amount: 0.000_001, window: "total", tags: { tenant: "trial-7" } },
    ],
    onAlert: ({ limit, share }) => console.error(`${Math.round(share * 100)} % of "${limit}" is spent`),
  }),
});
const model = client("gpt-4.1-mini");

for (const tenant of ["acme", "trial-7", "acme"]) {
  try {
    // The most that a call can cost is held before it is sent: maxOutputTokens bounds it.
    const reply = await model.chat({ messages: [user("Hello")], maxOutputTokens: 200, tags: { tenant } });
    console.log(`${tenant}: ${reply.text}`);
  } catch (error) {
    if (!isModelwrightError(error) || error.code !== "budget-exceeded") throw error;
    console.log(`${tenant}: refused before anything was sent`);
  }
}

const by = ["tag:tenant"];
console.log(reportAsCsv(await spendReport(ledger, { by }), by));
await ledger.close();
