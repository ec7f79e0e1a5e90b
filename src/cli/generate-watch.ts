/** `modelwright generate --watch`: regenerates the providers whose facts changed; a broken save keeps what was good. */
import { join, relative } from "node:path";
import { reportProblems } from "./catalog.js";
import type { ExitCode } from "./command.js";
import type { GenerateJob } from "./generate-job.js";
import { Regenerator } from "./regenerate.js";
import type { Terminal } from "./terminal.js";
import { watch } from "./watch.js";

/** Runs until the process is interrupted. */
export async function generateOnChange(
  job: GenerateJob,
  { docs }: { readonly docs: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  const regenerator = new Regenerator(job, await job.read(), { docs });
  const changed = async (): Promise<void> => {
    const reading = await regenerator.read();
    if (reading === undefined) return;
    reportProblems(reading.catalog.problems, terminal);
    if (reading.dirty.length === 0 && !reading.listChanged) return;
    const { report, problems } = await regenerator.write(reading);
    reportProblems(problems, terminal);
    for (const name of report.written) terminal.print({ style: "green", text: "written " }, shown(job, name));
    for (const name of report.deleted) terminal.print({ style: "yellow", text: "deleted " }, shown(job, name));
    for (const name of report.refused) terminal.report({ style: "red", text: "kept " }, shown(job, name), ": edited");
  };
  const ready = (): void =>
    terminal.report(`watching ${job.inputs.map((path) => relative(process.cwd(), path)).join(", ")}; Ctrl+C ends`);
  await watch({ paths: job.inputs, ready, changed, signal: interrupted() });
  return 0;
}

/** Fires when the user ends the process. */
export function interrupted(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}

function shown(job: GenerateJob, name: string): string {
  return relative(process.cwd(), join(job.out, name));
}
