/** `modelwright generate`: writes the typed clients of a catalog, or checks that they are fresh. */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { generate as generateFiles, type WriteReport, writeFiles } from "../../codegen/index.js";
import { catalogOption, reportProblems } from "./catalog.js";
import { type Command, type ExitCode, UsageError } from "./command.js";
import { type GenerateJob, generateJob } from "./generate-job.js";
import { generateOnChange } from "./generate-watch.js";
import { plural, type Terminal } from "./terminal.js";

export const generate: Command = {
  names: "[provider...]",
  maxNames: Number.POSITIVE_INFINITY,
  options: {
    catalog: catalogOption,
    out: { type: "string", value: "DIR", help: "folder to write to; default: generated" },
    overlay: { type: "string", value: "FILE", help: "changes to lay over one provider, as a partial catalog file" },
    docs: { type: "boolean", help: "also write a Markdown table of each provider's models" },
    check: { type: "boolean", help: "write nothing; exit code 1 when something would change" },
    watch: { type: "boolean", help: "go on, and regenerate what changes" },
  },
  async run(args, terminal) {
    if (args.has("check") && args.has("watch")) throw new UsageError("--check and --watch exclude each other");
    const job = generateJob(args);
    const mode = { check: args.has("check"), docs: args.has("docs") };
    const code = await generateOnce(job, mode, terminal);
    return args.has("watch") ? generateOnChange(job, mode, terminal) : code;
  },
};

export async function generateOnce(
  job: GenerateJob,
  { check, docs }: { readonly check: boolean; readonly docs: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  terminal.progress("reading the catalog");
  const catalog = await job.read();
  terminal.progress("generating");
  // A file that cannot be read keeps what was generated from it before, and the index that lists it.
  const whole = job.only.length === 0;
  const complete = whole && catalog.problems.length === 0;
  const { files, problems } = generateFiles(catalog.providers, {
    index: complete || (whole && !existsSync(join(job.out, "index.ts"))),
    docs,
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
  terminal.report(`${plural(catalog.providers.length, "provider")}; ${plural(report.unchanged, "file")} unchanged`);
  return all.length > 0 || report.refused.length > 0 || (check && changed.length > 0) ? 1 : 0;
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
