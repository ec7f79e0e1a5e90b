/** `modelwright upgrade`: says what the next catalog changes, and which places of this project would not compile any more. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type BrokenPlace, brokenPlaces, declarationOf } from "../../codegen/check-project.js";
import { fileName } from "../../codegen/identifier.js";
import { generate as generateFiles } from "../../codegen/index.js";
import { asShipped } from "../../codegen/plan-data.js";
import { type ProviderData, providerFacts } from "../catalog/compact.js";
import type { ProviderFacts } from "../catalog/facts.js";
import { shippedCatalog } from "../catalog/shipped-folder.js";
import { diffCatalogs } from "../diff/catalog-changes.js";
import { changeClasses } from "../diff/change.js";
import { type CatalogError, ModelwrightError } from "../errors.js";
import { catalogOption, createCatalogReader, reportProblems } from "./catalog.js";
import type { Command } from "./command.js";
import { failsOn, oneOf, printChanges } from "./diff.js";
import { generateOnce } from "./generate.js";
import { generateJob } from "./generate-job.js";
import { plural, type Terminal } from "./terminal.js";

export const upgrade: Command = {
  maxNames: 0,
  options: {
    check: { type: "boolean", help: "write nothing; without it the typed clients are generated when nothing breaks" },
    catalog: catalogOption,
    out: { type: "string", value: "DIR", help: "folder of generated code; default: generated" },
    to: {
      type: "string",
      value: "DIR",
      help: "next catalog of the providers that modelwright ships; default: this version's",
    },
    project: { type: "string", value: "FILE", help: "the project to check; default: tsconfig.json" },
    "fail-on": {
      type: "string",
      value: "CLASS",
      help: "also exit with 1 when the catalog has a change of this class or a weightier one",
    },
  },
  async run(args, terminal) {
    const failOn = args.value("fail-on");
    const least = failOn === undefined ? undefined : oneOf(changeClasses, failOn, "--fail-on");
    const tsconfig = resolve(args.value("project") ?? "tsconfig.json");
    if (!existsSync(tsconfig))
      throw new ModelwrightError(
        "invalid-configuration",
        `${tsconfig} does not exist; name the project with --project`,
      );
    const hasOwn =
      args.value("catalog") !== undefined || existsSync("catalog") || existsSync("modelwright.config.json");
    const job = hasOwn ? generateJob(args) : undefined;
    const own = await job?.read();
    reportProblems(own?.problems ?? [], terminal);
    if ((own?.problems.length ?? 0) > 0) return 1;
    const next = own?.providers ?? [];
    const current = job === undefined ? [] : await generatedFacts(job.out);
    const paths = job?.paths === undefined ? {} : { paths: job.paths };
    const { files } = generateFiles(next, { index: false, ...paths, ...(job === undefined ? {} : { data: job.data }) });
    const sources = [...files].filter(([name]) => name.endsWith(".ts"));
    const texts = new Map(sources.map(([name, text]) => [join(job?.out ?? "", name), text]));
    terminal.progress("checking the project");
    let shipped = nothingShipped;
    const places = await brokenPlaces(tsconfig, texts, async (used) => {
      shipped = await shippedUse(used, args.value("to"));
      return shipped.declarations;
    });
    reportProblems(shipped.problems, terminal);
    // Half a catalog would say that models are gone.
    if (shipped.problems.length > 0) return 1;
    const changes = diffCatalogs([...current, ...shipped.current], [...next.map(asShipped), ...shipped.next]);
    printChanges(changes, terminal);
    report(places, terminal);
    const code = places.length > 0 || failsOn(changes, least) ? 1 : 0;
    if (code !== 0 || args.has("check") || job === undefined) return code;
    return generateOnce(job, { check: false, docs: false }, terminal);
  },
};

/** What generated code was made of: its data modules. */
async function generatedFacts(out: string): Promise<ProviderFacts[]> {
  const names = existsSync(out) ? readdirSync(out).filter((name) => /\.data\.(js|ts)$/.test(name)) : [];
  const modules = names.map((name) => import(moduleOf(join(out, name))) as Promise<{ data: ProviderData }>);
  return (await Promise.all(modules)).map(({ data }) => providerFacts(data));
}

/** Those in TypeScript are JavaScript but for one type. */
function moduleOf(path: string): string {
  if (path.endsWith(".js")) return pathToFileURL(path).href;
  const text = readFileSync(path, "utf8")
    .replace(/^import type .*$/m, "")
    .replace("export const data: ProviderData =", "export const data =");
  return `data:text/javascript;base64,${Buffer.from(text).toString("base64")}`;
}

/** Wherever the package is installed or linked from. */
const shippedTypes = /\/dist\/types\/generated\/([^/]+)\.d\.ts$/;

/** The shipped providers that a project imports, as they are and as they will be. */
interface ShippedUse {
  /** By path. */
  readonly declarations: ReadonlyMap<string, string>;
  readonly current: readonly ProviderFacts[];
  readonly next: readonly ProviderFacts[];
  readonly problems: readonly CatalogError[];
}

const nothingShipped: ShippedUse = { declarations: new Map(), current: [], next: [], problems: [] };

/** Without `to` the next catalog is the one that is installed: generated code of before is what may not fit. */
async function shippedUse(used: readonly string[], to: string | undefined): Promise<ShippedUse> {
  const paths = new Map(used.flatMap((path) => [[shippedTypes.exec(path)?.[1] ?? "", path] as const]));
  paths.delete("");
  paths.delete("index");
  if (paths.size === 0) return nothingShipped;
  const read = async (folder: string) => {
    const { providers, problems } = await createCatalogReader(folder)();
    return { providers: providers.filter(({ id }) => paths.has(fileName(id))), problems };
  };
  const { providers: next, problems } = await read(to === undefined ? shippedCatalog : resolve(to));
  const ids = next.map(({ id }) => id);
  const current = to === undefined ? next : (await read(shippedCatalog)).providers.filter(({ id }) => ids.includes(id));
  const up = { define: "../src/define.js", protocol: (id: string) => `../src/protocols/${id}/index.js` };
  const { files } = generateFiles(next, { index: false, paths: up });
  const texts = ids.map(fileName).map((name) => [paths.get(name) ?? "", files.get(`${name}.ts`) ?? ""] as const);
  const declarations = new Map(texts.map(([path, text]) => [path, declarationOf(text)]));
  return { declarations, current, next, problems };
}

function report(places: readonly BrokenPlace[], terminal: Terminal): void {
  for (const reason of new Set(places.map((place) => place.reason))) {
    const own = places.filter((place) => place.reason === reason);
    terminal.print({ style: "red", text: `${reason}: ` }, plural(own.length, "place"));
    for (const { file, line } of own) terminal.print(`  ${relative(process.cwd(), file)}:${line}`);
  }
  terminal.report(
    places.length === 0 ? "nothing in this project breaks" : `${plural(places.length, "place")} would not compile`,
  );
}
