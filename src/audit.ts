/** The public door `modelwright/audit`: a tamper-evident trail of calls and catalog changes. Needs Node. */
export { type AuditOptions, type AuditPolicy, audit } from "./audit/audit.js";
export { type ChainEnd, type Verdict, verifyTrail } from "./audit/chain.js";
export { type AuditFilter, exportTrail } from "./audit/export.js";
export type {
  AuditActor,
  AuditEvent,
  AuditRecord,
  AuditSink,
  CallEnded,
  CallStarted,
  CatalogChanged,
  EntryRefused,
} from "./audit/record.js";
export { type AuditedRegistry, type AuditRegistryOptions, auditRegistry } from "./audit/registry.js";
export { fileAuditSink } from "./audit/sinks/file.js";
export { memoryAuditSink } from "./audit/sinks/memory.js";
export { postgresAuditSchema, postgresAuditSink } from "./audit/sinks/postgres.js";
export type { PostgresConnection } from "./storage/connections.js";
