/** `modelwright diff`: what changed between two catalogs, in classes, for people, programs and pull requests. */
import { existsSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { ProviderFacts } from "../catalog/facts.js";
import { shippedCatalog } from "../catalog/shipped-folder.js";
import { diffCatalogs } from "../diff/catalog-changes.js";
import { type CatalogChange, type ChangeClass, changeClasses } from "../diff/change.js";
import { changesAsMarkdown, describeChanges } from "../diff/describe.js";
import { catalogFolder, createCatalogReader, reportProblems } from "./catalog.js";
import { type Arguments, type Command, UsageError } from "./command.js";
import { plural, type Terminal } from "./terminal.js";

const formats = ["text", "json", "markdown"] as const;

export const diff: Command = {
  names: "[before] [after]",
  maxNames: 2,
  options: {
    provider: { type: "string", value: "ID", help: "only this provider" },
    format: { type: "string", value: "FORMAT", help: `${formats.join(", ")}; default: text` },
    "fail-on": {
      type: "string",
      value: "CLASS",
      help: "exit with 1 when there is a change of this class or a weightier one",
    },
  },
  async run(args, terminal) {
    const format = oneOf(formats, args.value("format") ?? "text", "--format");
    const failOn = args.value("fail-on");
    const least = failOn === undefined ? undefined : oneOf(changeClasses, failOn, "--fail-on");
    const [before, after] = sides(args);
    const provider = args.value("provider");
    const [old, now] = [await read(before, terminal), await read(after, terminal)];
    if (old === undefined || now === undefined) return 1;
    const wanted = (all: readonly ProviderFacts[]) => all.filter(({ id }) => provider === undefined || id === provider);
    const changes = diffCatalogs(wanted(old), wanted(now));
    print(changes, format, terminal);
    return failsOn(changes, least) ? 1 : 0;
  },
};

/** Without names: the shipped catalog against the working folder's own. */
function sides(args: Arguments): [string, string] {
  const [before, after] = args.names;
  if (before === undefined) return [shippedCatalog, catalogFolder(args)];
  return [resolve(before), after === undefined ? catalogFolder(args) : resolve(after)];
}

/** The providers of a folder or of one file; `undefined` when some of it cannot be read: a difference would mislead. */
async function read(path: string, terminal: Terminal): Promise<readonly ProviderFacts[] | undefined> {
  const isFile = existsSync(path) && statSync(path).isFile();
  const { providers, problems } = await createCatalogReader(isFile ? dirname(path) : path)();
  reportProblems(problems, terminal);
  if (problems.length > 0) return undefined;
  return isFile ? providers.filter(({ id }) => `${id}.json` === basename(path)) : providers;
}

function print(changes: readonly CatalogChange[], format: (typeof formats)[number], terminal: Terminal): void {
  if (format === "json") terminal.print(JSON.stringify(changes, null, 2));
  else if (format === "markdown") terminal.print(changesAsMarkdown(changes).trimEnd());
  else printChanges(changes, terminal);
}

export function printChanges(changes: readonly CatalogChange[], terminal: Terminal): void {
  for (const [name, lines] of describeChanges(changes)) {
    for (const line of lines) terminal.print({ style: styles[name], text: name.padEnd(9) }, line);
  }
  terminal.report(plural(changes.length, "change"));
}

const styles = { breaking: "red", widening: "green", notice: "yellow", data: "cyan", source: "dim" } as const;

/** True when there is a change of this class or a weightier one. */
export function failsOn(changes: readonly CatalogChange[], least: ChangeClass | undefined): boolean {
  if (least === undefined) return false;
  const failing = changeClasses.slice(0, changeClasses.indexOf(least) + 1);
  return changes.some((change) => failing.includes(change.class));
}

export function oneOf<T extends string>(values: readonly T[], given: string, option: string): T {
  const found = values.find((value) => value === given);
  if (found === undefined) throw new UsageError(`${option} must be one of ${values.join(", ")}, not "${given}"`);
  return found;
}
