/** `spend`, as someone at a shell sees it. */
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { fileLedger } from "../../src/budget/ledgers/file.js";
import { nano } from "../../src/budget/money.js";
import { Workspace } from "./workspace.js";

let open: Workspace | undefined;
afterEach(() => open?.remove());

it("tells who spent what, largest first, as a table, CSV or JSON", async () => {
  open = new Workspace();
  const ledger = fileLedger(join(open.folder, "ledger.jsonl"));
  for (const [i, team] of ["red", "blue", "red"].entries())
    await ledger.settle({
      id: `${i}`,
      at: Date.UTC(2026, i, 1),
      provider: "acme",
      model: "one",
      tags: { team },
      amount: nano(0.5),
      currency: "USD",
      certainty: "known",
      inputTokens: 10,
      outputTokens: 5,
    });
  const run = async (...args: string[]) => (await open?.run("spend", "ledger.jsonl", ...args))?.stdout;
  expect(await run("--by", "tag:team")).toBe(
    [
      "  tag:team  amount      calls  input  output",
      "  red       1.0000 USD  2      20     10",
      "  blue      0.5000 USD  1      10     5",
      "",
    ].join("\n"),
  );
  expect(await run("--csv", "--until", "2026-02-01")).toBe(
    "model,currency,amount,calls,estimated,inputTokens,outputTokens\r\nacme/one,USD,0.5,1,0,10,5\n".replaceAll(
      "\r",
      "",
    ),
  );
  expect(JSON.parse((await run("--json", "--by", "month", "--top", "1")) ?? "")).toHaveLength(1);
  const wrong = await open.run("spend", "ledger.jsonl", "--by", "tema");
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('not "tema"')]);
});
