/** `modelwright outdated`: the models that this project names and that are retired, deprecated, or near their end. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import type { ModelFacts, ProviderFacts } from "../catalog/facts.js";
import { wasRetired } from "../catalog/retired.js";
import { catalogFolder, catalogOption, createCatalogReader, reportProblems, shippedProviders } from "./catalog.js";
import { type Command, UsageError } from "./command.js";
import { folderOf } from "./config.js";
import { plural } from "./terminal.js";

const largestFile = 1_000_000;

export const outdated: Command = {
  names: "[folder]",
  maxNames: 1,
  options: {
    catalog: catalogOption,
    out: { type: "string", value: "DIR", help: "folder of generated code, which is not searched; default: generated" },
    within: { type: "string", value: "DAYS", help: "exit with 1 when a model ends within so many days; default: 90" },
    all: { type: "boolean", help: "every model of the catalog, named in the project or not" },
  },
  async run(args, terminal) {
    const days = Number(args.value("within") ?? 90);
    if (!(Number.isInteger(days) && days >= 0)) throw new UsageError("--within is a number of days");
    const until = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    const sources = [...sourceFiles(resolve(args.names[0] ?? "."), folderOf(args, "out", "generated"))];
    const wanted = shippedProviders().filter((id) => args.has("all") || sources.some(({ text }) => mentions(text, id)));
    const { providers, problems } = await createCatalogReader(catalogFolder(args))(wanted);
    reportProblems(problems, terminal);
    const ending = providers.flatMap(endingModels);
    const places = args.has("all") ? undefined : placesOf(ending, sources);
    const named = ending.filter(({ key }) => places === undefined || places.has(key));
    for (const { key, provider, id, model } of named) {
      const style = isUrgent(model, until) ? "red" : "yellow";
      terminal.print({ style, text: isUrgent(model, until) ? "ends  " : "later " }, sentenceOf(provider, id, model));
      for (const place of places?.get(key) ?? []) terminal.print(`  ${place}`);
    }
    terminal.report(`${plural(named.length, "outdated model")}${args.has("all") ? "" : " in this project"}`);
    return problems.length > 0 || named.some(({ model }) => isUrgent(model, until)) ? 1 : 0;
  },
};

interface EndingModel {
  readonly key: string;
  readonly provider: string;
  readonly id: string;
  readonly model: ModelFacts;
}

/** Retired, deprecated, or with a date on which it ends; soonest first. */
function endingModels({ id: provider, models }: ProviderFacts): EndingModel[] {
  return Object.entries(models)
    .filter(([, { status, dates }]) => status === "retired" || status === "deprecated" || dates?.retires !== undefined)
    .map(([id, model]) => ({ key: JSON.stringify([provider, id]), provider, id, model }))
    .sort((a, b) => ((a.model.dates?.retires ?? "9") < (b.model.dates?.retires ?? "9") ? -1 : 1));
}

/** A shortened date counts from its beginning. */
function isUrgent({ status, dates }: ModelFacts, until: string): boolean {
  return status === "retired" || (dates?.retires !== undefined && dates.retires <= until);
}

function sentenceOf(provider: string, id: string, model: ModelFacts): string {
  const name = `${provider}/${id}`;
  if (model.status === "retired") return wasRetired(name, model);
  const when = model.dates?.retires === undefined ? "is deprecated" : `ends on ${model.dates.retires}`;
  return `${name} ${when}${model.successor === undefined ? "" : `; use ${model.successor}`}`;
}

/**
 * Where the models are named, `file:line` by key: as `"provider/id"`, or as `"id"` in a file that also names the
 * provider: in an import, for example.
 */
function placesOf(models: readonly EndingModel[], sources: readonly Source[]): Map<string, string[]> {
  const byText = new Map<string, EndingModel[]>();
  for (const model of models) {
    for (const text of [model.id, `${model.provider}/${model.id}`])
      byText.set(text, [...(byText.get(text) ?? []), model]);
  }
  const places = new Map<string, string[]>();
  for (const { file, text: source } of sources) {
    for (const [at, line] of source.split("\n").entries()) {
      for (const [, , text = ""] of line.matchAll(/(["'`])((?:(?!\1).){1,300})\1/g)) {
        for (const { key, provider } of byText.get(text) ?? []) {
          if (!text.startsWith(`${provider}/`) && !namesProvider(source, provider)) continue;
          places.set(key, [...(places.get(key) ?? []), `${relative(process.cwd(), file)}:${at + 1}`]);
        }
      }
    }
  }
  return places;
}

function namesProvider(source: string, provider: string): boolean {
  return ["/", '"', "'"].some((before) =>
    ["", ".js"].some((end) => ['"', "'"].some((after) => source.includes(`${before}${provider}${end}${after}`))),
  );
}

/** By its import, or as the beginning of a model's full name. */
const mentions = (source: string, provider: string): boolean =>
  namesProvider(source, provider) || ['"', "'", "`"].some((quote) => source.includes(`${quote}${provider}/`));

interface Source {
  readonly file: string;
  readonly text: string;
}

const skipped = new Set(["node_modules", "dist", "build", "coverage"]);

function* sourceFiles(folder: string, out: string): Generator<Source> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !skipped.has(entry.name) && !entry.name.startsWith(".") && path !== out)
      yield* sourceFiles(path, out);
    else if (entry.isFile() && /\.[cm]?[jt]sx?$/.test(basename(path)) && statSync(path).size <= largestFile)
      yield { file: path, text: readFileSync(path, "utf8") };
  }
}
