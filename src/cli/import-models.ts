/** Brings the rows of a list into the files of a catalog folder, and tells what came of it. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { formatFile } from "../../codegen/import/format.js";
import type { List } from "../../codegen/import/lists/index.js";
import { type Disagreement, type Merged, mergeList } from "../../codegen/import/merge-list.js";
import type { Row } from "../../codegen/import/row.js";
import { parseProviderFile } from "../catalog/parse.js";
import { shippedCatalog } from "../catalog/shipped-folder.js";
import { ModelwrightError } from "../errors.js";
import { createCatalogReader, reportProblems, shippedProviders } from "./catalog.js";
import type { ExitCode } from "./command.js";
import { catalogSchema } from "./package-files.js";
import { plural, type Terminal } from "./terminal.js";

export interface ImportJob {
  /** Folder of catalog files. */
  readonly folder: string;
  readonly add: boolean;
  readonly pricesOnly: boolean;
  /** Take base URLs of single models, too. */
  readonly baseURLs: boolean;
  readonly retire: boolean;
  /** Write nothing. */
  readonly dry: boolean;
  /** Every disagreement and unknown model, not only the first of a kind. */
  readonly all: boolean;
}

type Json = { readonly [key: string]: unknown };

/** Exit code 1 when something of the result is not valid; those models stay as they were. */
export async function importModels(
  list: List,
  providers: readonly string[],
  job: ImportJob,
  terminal: Terminal,
): Promise<ExitCode> {
  const catalog = existsSync(job.folder) ? await createCatalogReader(job.folder)() : undefined;
  let code: ExitCode = 0;
  for (const provider of providers) {
    const file = join(job.folder, `${provider}.json`);
    const rows = list.rows.filter((row) => row.provider === provider);
    if (rows.length === 0) {
      terminal.report({ style: "yellow", text: "none    " }, `${list.source} lists no model of ${provider}`);
      continue;
    }
    const before = existsSync(file) ? readFileSync(file, "utf8") : undefined;
    const merged = mergeList({
      ...job,
      rows,
      file: before === undefined ? newFile(provider, job.folder, list) : (JSON.parse(before) as Json),
      facts: catalog?.providers.find(({ id }) => id === provider),
      source: list.source,
      today: new Date().toISOString().slice(0, 10),
    });
    const { text, problems } = withoutBroken(relative(process.cwd(), file), merged.file, before);
    reportProblems(problems, terminal);
    if (problems.length > 0) code = 1;
    tell(provider, merged, job, terminal);
    const isChanged =
      merged.added.length + merged.changed.length > 0 || merged.disagreements.some(({ widened }) => widened);
    if (!job.dry && text !== undefined && (isChanged || (job.retire && merged.gone.length > 0))) replace(file, text);
  }
  if (job.dry) terminal.report("nothing was written");
  return code;
}

/** The providers to import: those named, else those that the folder has. Throws when neither says. */
export function importedProviders(
  names: readonly string[],
  own: readonly string[],
  rows: readonly Row[],
): readonly string[] {
  const listed = [...new Set(rows.map(({ provider }) => provider))].sort();
  const wanted = names.length > 0 ? names : listed.length === 1 ? listed : listed.filter((id) => own.includes(id));
  if (wanted.length > 0) return wanted;
  const shown =
    listed.length > 12 ? `${listed.slice(0, 12).join(", ")}, and ${listed.length - 12} more` : listed.join(", ");
  throw new ModelwrightError("invalid-configuration", `name the providers to import; the list has ${shown}`);
}

/** A file for a provider that the folder does not have: its connection from the shipped catalog, or from the list. */
function newFile(provider: string, folder: string, { providers, source }: List): Json {
  const shipped = shippedProviders().includes(provider)
    ? (JSON.parse(readFileSync(join(shippedCatalog, `${provider}.json`), "utf8")) as { provider: Json }).provider
    : undefined;
  const connection = shipped ?? providers.find(({ id }) => id === provider)?.connection;
  if (connection === undefined) {
    const how = `modelwright add provider ${provider} --base-url URL`;
    throw new ModelwrightError(
      "unknown-provider",
      `${source} does not say how ${provider} is reached: add it first, with: ${how}`,
    );
  }
  // Its default model need not be in the list.
  const { defaultModel: _elsewhere, ...kept } = connection;
  const schema = relative(folder, catalogSchema()).replaceAll("\\", "/");
  return { $schema: schema, catalogVersion: 1, provider: kept, models: {} };
}

/** The text of the file with the models that are not valid left as they were. No text when the file itself is not. */
function withoutBroken(name: string, file: Json, before: string | undefined) {
  const text = formatFile(file);
  const { problems, quarantined } = parseProviderFile(name, text);
  if (problems.length === 0) return { text, problems };
  const old = before === undefined ? {} : ((JSON.parse(before) as Json).models as Json);
  const models = Object.entries(file.models as Json).flatMap(([id, entry]) =>
    quarantined.models.has(id) ? (Object.hasOwn(old, id) ? [[id, old[id]] as const] : []) : [[id, entry] as const],
  );
  const mended = formatFile({ ...file, models: Object.fromEntries(models) });
  return { text: parseProviderFile(name, mended).file === undefined ? undefined : mended, problems };
}

/** Readers see the old file or the new one. */
function replace(file: string, text: string): void {
  mkdirSync(join(file, ".."), { recursive: true });
  const draft = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, text, { flag: "wx" });
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

const shownLines = 10;

function tell(
  provider: string,
  { added, changed, disagreements, elsewhere, unknown, gone }: Merged,
  job: ImportJob,
  terminal: Terminal,
): void {
  for (const id of added) terminal.print({ style: "green", text: "added   " }, `${provider}/${id}`);
  for (const { model, path, before, after } of changed) {
    terminal.print(
      { style: "cyan", text: "changed " },
      `${provider}/${model} ${path}: ${brief(before)} -> ${brief(after)}`,
    );
  }
  const lines = disagreements.map((one) => `${provider}/${one.model} ${sentence(one)}`);
  reportSome("differs ", lines, job, terminal);
  const moved = elsewhere.map(
    ({ model, baseURL }) =>
      `${provider}/${model} is listed at ${brief(baseURL)}; --base-urls sends it there, with the key`,
  );
  reportSome("moved   ", moved, job, terminal);
  reportSome(
    "new     ",
    unknown.map((id) => `${provider}/${id} is not in the catalog`),
    job,
    terminal,
  );
  const fate = job.retire ? "is a tombstone now" : "is no longer listed; --retire keeps it as a tombstone";
  reportSome(
    "gone    ",
    gone.map((id) => `${provider}/${id} ${fate}`),
    job,
    terminal,
  );
  const counts = [
    `${plural(added.length, "model")} added`,
    `${plural(changed.length, "fact")} changed`,
    plural(disagreements.length, "disagreement"),
  ];
  terminal.report({ style: "dim", text: `${provider}: ${counts.join(", ")}` });
}

function sentence({ path, have, said, by, widened }: Disagreement): string {
  const kept = widened ? "both are allowed now" : "kept";
  return `${path}: ${by} says ${brief(have)}, the list ${brief(said)}; ${kept}`;
}

function reportSome(label: string, lines: readonly string[], { all }: ImportJob, terminal: Terminal): void {
  const shown = all ? lines : lines.slice(0, shownLines);
  for (const line of shown) terminal.report({ style: "yellow", text: label }, line);
  if (shown.length < lines.length) terminal.report(`... and ${lines.length - shown.length} more; --all shows them`);
}

function brief(value: unknown): string {
  const text = value === undefined ? "none" : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
