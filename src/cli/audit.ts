/** `modelwright audit`: checks that a trail was not changed, and finds records in it. */
import { existsSync } from "node:fs";
import { verifyTrail } from "../audit/chain.js";
import { exportTrail } from "../audit/export.js";
import type { AuditSink, CallEnded } from "../audit/record.js";
import { fileAuditSink } from "../audit/sinks/file.js";
import { postgresAuditSink } from "../audit/sinks/postgres.js";
import { type Arguments, type Command, type ExitCode, UsageError } from "./command.js";
import { plural, type Terminal } from "./terminal.js";
import { timeOption } from "./time-option.js";

const outcomes: readonly CallEnded["outcome"][] = ["completed", "failed", "cancelled"];

export const audit: Command = {
  names: "verify|export <trail>",
  maxNames: 2,
  options: {
    from: { type: "string", value: "DATE", help: "export: records from this time on, such as 2026-01-31" },
    until: { type: "string", value: "DATE", help: "export: records before this time" },
    model: { type: "string", value: "ID", help: "export: only calls of this model" },
    tenant: { type: "string", value: "NAME", help: "export: only of this tenant" },
    user: { type: "string", value: "NAME", help: "export: only of this user" },
    outcome: { type: "string", value: "WORD", help: `export: only calls that ${outcomes.join(", ")}` },
    expect: { type: "string", value: "SEQ:HASH", help: "verify: a record that was noted elsewhere" },
  },
  async run(args, terminal) {
    const [action, name] = args.names;
    if (action !== "verify" && action !== "export") throw new UsageError("say verify or export, and name a trail");
    const sink = sinkOf(name);
    try {
      return action === "verify" ? await verify(sink, args, terminal) : await print(sink, args, terminal);
    } finally {
      await sink.close();
    }
  },
};

async function verify(sink: AuditSink, args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const noted = args.value("expect");
  const [, seq, hash] = /^(\d+):([0-9a-f]{64})$/.exec(noted ?? "") ?? [];
  if (noted !== undefined && hash === undefined) throw new UsageError("--expect must be SEQ:HASH, as verify prints it");
  const expected = seq === undefined || hash === undefined ? undefined : { seq: Number(seq), hash };
  const verdict = await verifyTrail(sink.records(), expected);
  if (verdict.intact) {
    terminal.print(`intact: ${plural(verdict.end.seq, "record")}, ends with ${verdict.end.seq}:${verdict.end.hash}`);
    return 0;
  }
  terminal.report({ style: "red", text: "broken " }, `at record ${verdict.seq}: ${verdict.reason}`);
  return 1;
}

async function print(sink: AuditSink, args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const given = args.value("outcome");
  const outcome = outcomes.find((known) => known === given);
  if (given !== undefined && outcome === undefined)
    throw new UsageError(`--outcome must be one of ${outcomes.join(", ")}, not "${given}"`);
  const filter = {
    from: timeOption(args, "from"),
    until: timeOption(args, "until"),
    model: args.value("model"),
    tenant: args.value("tenant"),
    user: args.value("user"),
    outcome,
  };
  for await (const record of exportTrail(sink, filter)) terminal.print(JSON.stringify(record));
  return 0;
}

function sinkOf(name: string | undefined): AuditSink {
  if (name === undefined) throw new UsageError("name a trail: a file, or postgres://...");
  if (/^postgres(ql)?:\/\//.test(name)) return postgresAuditSink({ connectionString: name });
  if (!existsSync(name)) throw new UsageError(`there is no trail ${name}`);
  return fileAuditSink(name);
}
