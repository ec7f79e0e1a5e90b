/** `modelwright generate`: writes the typed clients of a catalog, or checks that they are fresh. */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { WriteReport } from "../../codegen/index.js";
import { catalogOption, reportProblems } from "./catalog.js";
import { type Command, type ExitCode, UsageError } from "./command.js";
import { type FreshReport, fingerprintOf, remember, rememberedReport } from "./fresh.js";
import { type GenerateJob, generateJob } from "./generate-job.js";
import { plural, type Terminal } from "./terminal.js";

export const generate: Command = {
  names: "[provider...]",
  maxNames: Number.POSITIVE_INFINITY,
  options: {
    catalog: catalogOption,
    out: { type: "string", value: "DIR", help: "folder to write to; default: generated" },
    overlay: { type: "string", value: "FILE", help: "changes to lay over one provider, as a partial catalog file" },
    data: {
      type: "string",
      value: "js|ts",
      help: "language of the data modules; ts where tsc writes to another folder",
    },
    docs: { type: "boolean", help: "also write a Markdown table of each provider's models" },
    check: { type: "boolean", help: "write nothing; exit code 1 when something would change" },
    watch: { type: "boolean", help: "go on, and regenerate what changes" },
  },
  async run(args, terminal) {
    if (args.has("check") && args.has("watch")) throw new UsageError("--check and --watch exclude each other");
    const job = generateJob(args);
    const mode = { check: args.has("check"), docs: args.has("docs") };
    if (mode.check && wasFresh(job, mode, terminal)) return 0;
    const code = await generateOnce(job, mode, terminal);
    return args.has("watch") ? (await import("./generate-watch.js")).generateOnChange(job, mode, terminal) : code;
  },
};

/** True when the same contents were found fresh before: then nothing is generated to compare. */
function wasFresh(job: GenerateJob, mode: { readonly docs: boolean }, terminal: Terminal): boolean {
  const fingerprint = fingerprintOf(job, mode);
  const report = fingerprint === undefined ? undefined : rememberedReport(fingerprint);
  if (report !== undefined) reportFresh(report, terminal);
  return report !== undefined;
}

function reportFresh({ providers, files }: FreshReport, terminal: Terminal): void {
  terminal.report(`${plural(providers, "provider")}; ${plural(files, "file")} unchanged`);
}

export async function generateOnce(
  job: GenerateJob,
  { check, docs }: { readonly check: boolean; readonly docs: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  // It brings a compiler along: loaded only where there is something to generate.
  const { generate: generateFiles, writeFiles } = await import("../../codegen/index.js");
  terminal.progress("reading the catalog");
  const catalog = await job.read();
  terminal.progress("generating");
  // A file that cannot be read keeps what was generated from it before, and the index that lists it.
  const whole = job.only.length === 0;
  const complete = whole && catalog.problems.length === 0;
  const { files, problems } = generateFiles(catalog.providers, {
    index: complete || (whole && !existsSync(join(job.out, "index.ts"))),
    docs,
    data: job.data,
    ...(job.paths === undefined ? {} : { paths: job.paths }),
  });
  const report = await writeFiles(job.out, files, { check, partial: !complete });
  const all = [...catalog.problems, ...problems];
  reportProblems(all, terminal);
  reportRefused(job, report, terminal);
  const changed = [...report.written, ...report.deleted];
  if (check) {
    for (const name of changed) terminal.print({ style: "yellow", text: "stale " }, pathOf(job, name));
    if (changed.length > 0) terminal.report("run `modelwright generate`");
  } else {
    for (const name of report.written) terminal.print({ style: "green", text: "written " }, pathOf(job, name));
    for (const name of report.deleted) terminal.print({ style: "yellow", text: "deleted " }, pathOf(job, name));
  }
  reportFresh({ providers: catalog.providers.length, files: report.unchanged }, terminal);
  if (all.length > 0 || report.refused.length > 0 || (check && changed.length > 0)) return 1;
  const fingerprint = fingerprintOf(job, { docs });
  if (fingerprint !== undefined) remember(fingerprint, { providers: catalog.providers.length, files: files.size });
  return 0;
}

/** The path as it is typed at a shell. */
function pathOf(job: GenerateJob, name: string): string {
  return relative(process.cwd(), join(job.out, name));
}

function reportRefused(job: GenerateJob, { refused }: WriteReport, terminal: Terminal): void {
  for (const name of refused) {
    const why = "was not written by modelwright, or was edited since: move it away, or delete it";
    terminal.report({ style: "red", text: "error " }, `${pathOf(job, name)} ${why}`);
  }
}
