/** `modelwright generate --watch`: regenerates the providers whose facts changed; a broken save keeps what was good. */
import { join, relative } from "node:path";
import { generate, writeFiles } from "../../codegen/index.js";
import type { ProviderFacts } from "../catalog/facts.js";
import { type Catalog, reportProblems } from "./catalog.js";
import type { ExitCode } from "./command.js";
import type { GenerateJob } from "./generate-job.js";
import type { Terminal } from "./terminal.js";
import { watch } from "./watch.js";

/** Runs until the process is interrupted. */
export async function generateOnChange(
  job: GenerateJob,
  { docs }: { readonly docs: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  let before = fingerprints((await job.read()).providers);
  const changed = async (): Promise<void> => {
    const catalog = await readSettled(job);
    reportProblems(catalog.problems, terminal);
    const sound = soundProviders(catalog);
    const after = fingerprints(sound);
    const complete = catalog.problems.length === 0 && job.only.length === 0;
    const listChanged = complete && (before.size !== after.size || [...after.keys()].some((id) => !before.has(id)));
    const dirty = sound.filter(({ id }) => before.get(id) !== after.get(id));
    if (dirty.length === 0 && !listChanged) return;
    // Added and removed providers change the index, which needs them all.
    const { files, problems } = generate(listChanged ? sound : dirty, {
      index: listChanged,
      docs,
      ...(job.paths === undefined ? {} : { paths: job.paths }),
    });
    reportProblems(problems, terminal);
    const report = await writeFiles(job.out, files, { partial: !listChanged });
    before = complete ? after : new Map([...before, ...after]);
    for (const name of report.written) terminal.print({ style: "green", text: "written " }, shown(job, name));
    for (const name of report.deleted) terminal.print({ style: "yellow", text: "deleted " }, shown(job, name));
    for (const name of report.refused) terminal.report({ style: "red", text: "kept " }, shown(job, name), ": edited");
  };
  const ready = (): void =>
    terminal.report(`watching ${job.inputs.map((path) => relative(process.cwd(), path)).join(", ")}; Ctrl+C ends`);
  await watch({ paths: job.inputs, ready, changed, signal: stop.signal });
  return 0;
}

/** A file that is just being written is no JSON yet: a problem counts when it is still there a moment later. */
async function readSettled(job: GenerateJob): Promise<Catalog> {
  const catalog = await job.read();
  if (catalog.problems.length === 0) return catalog;
  await new Promise((resolve) => setTimeout(resolve, 100));
  return job.read();
}

function shown(job: GenerateJob, name: string): string {
  return relative(process.cwd(), join(job.out, name));
}

function fingerprints(providers: readonly ProviderFacts[]): Map<string, string> {
  return new Map(providers.map((provider) => [provider.id, JSON.stringify(provider)]));
}

/** Without the providers whose file has a problem: a model that is just being edited must not vanish from the types. */
function soundProviders({ providers, problems, sources }: Catalog): ProviderFacts[] {
  const broken = new Set(problems.map(({ file }) => file));
  return providers.filter(({ id }) => !broken.has(sources.get(id)?.parsed.name));
}
