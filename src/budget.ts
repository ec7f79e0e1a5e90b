/** The public door `modelwright/budget`: limits on what calls may cost, ledgers to share them, reports on who spent what. */
export { type BudgetAlert, type BudgetOptions, budget } from "./budget/budget.js";
export type { Account, HoldOutcome, HoldRequest, Ledger, Settled, Spend, SpendFilter } from "./budget/ledger.js";
export { fileLedger } from "./budget/ledgers/file.js";
export { memoryLedger } from "./budget/ledgers/memory.js";
export { postgresLedger, postgresLedgerSchema } from "./budget/ledgers/postgres.js";
export { type RedisLedgerOptions, redisLedger } from "./budget/ledgers/redis.js";
export type { BudgetLimit, CountedCall } from "./budget/limit.js";
export { type ReportOptions, type ReportRow, reportAsCsv, spendReport } from "./budget/report.js";
export type { PostgresConnection, RedisConnection } from "./storage/connections.js";
