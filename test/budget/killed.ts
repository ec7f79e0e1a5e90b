/** Run as a process of its own: dies between its hold and the answer, while the provider works. `node killed.ts <ledger> <where> <limit>`. */
import type { Ledger } from "../../src/budget/ledger.js";
import { fileLedger } from "../../src/budget/ledgers/file.js";
import { postgresLedger } from "../../src/budget/ledgers/postgres.js";
import { redisLedger } from "../../src/budget/ledgers/redis.js";
import { clientOf, request, simulate } from "./support.js";

const [kind = "", where = "", amount] = process.argv.slice(2);
const ledgers: { readonly [kind: string]: () => Ledger } = {
  file: () => fileLedger(where),
  postgres: () => postgresLedger({ connectionString: where }),
  redis: () => redisLedger({ url: where }),
};
const simulator = simulate();
const fatal = {
  baseURL: (id: string) => simulator.baseURL(id),
  fetch: (): Promise<Response> => {
    process.kill(process.pid, "SIGKILL");
    return new Promise(() => {});
  },
};
const ledger = ledgers[kind]?.();
if (ledger === undefined) throw new Error(`no ledger ${kind}`);
await clientOf(fatal, { ledger, limits: [{ amount: Number(amount), window: "total" }] }).chat(request);
