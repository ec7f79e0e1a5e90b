/** The generator: a resolved catalog in, files out. No network, no clock, no environment. The door "modelwright/codegen". */
import { IndentationText, Project } from "ts-morph";
import type { ProviderFacts } from "../src/catalog/facts.js";
import { CatalogError } from "../src/errors.js";
import { emitData, emitDataTypes, emitTypedData } from "./emit-data.js";
import { emitDocs } from "./emit-docs.js";
import { emitIndex } from "./emit-index.js";
import { emitProvider, type ImportPaths, packagePaths } from "./emit-provider.js";
import { type ProviderPlan, planProvider } from "./plan.js";
import { stamp } from "./stamp.js";
import { byCodeUnit } from "./text.js";

export type { ImportPaths } from "./emit-provider.js";
export { type WriteOptions, type WriteReport, writeFiles } from "./write.js";

/** What is generated, and what it imports from. */
export interface GenerateOptions {
  /** Where generated code imports from; the published package by default. */
  readonly paths?: ImportPaths;
  /** Leaves `index.ts` out, when only some providers are generated. */
  readonly index?: boolean;
  /** Adds `<provider>.md`: a table of its models. */
  readonly docs?: boolean;
  /** Language of the data modules: `js` (default) with declarations beside, or `ts`, which a compiler with an output folder takes along. */
  readonly data?: DataLanguage;
}

/** Language of the data modules. */
export type DataLanguage = "js" | "ts";

/** Files of a generated folder, by name. */
export interface Generated {
  /** Text by file name, in order. */
  readonly files: ReadonlyMap<string, string>;
  /** Providers that could not be generated; the others are. */
  readonly problems: readonly CatalogError[];
}

/** Generates the clients of these providers. Equal input gives equal bytes. Never throws: what is wrong is in `problems`. */
export function generate(providers: readonly ProviderFacts[], options: GenerateOptions = {}): Generated {
  const project = new Project({
    useInMemoryFileSystem: true,
    skipFileDependencyResolution: true,
    manipulationSettings: { indentationText: IndentationText.TwoSpaces },
  });
  const files = new Map<string, string>();
  const problems: CatalogError[] = [];
  const plans: ProviderPlan[] = [];
  for (const provider of [...providers].sort((a, b) => byCodeUnit(a.id, b.id))) {
    try {
      const plan = planProvider(provider);
      if (files.has(`${plan.file}.ts`)) throw new Error(`another provider already has the file ${plan.file}.ts`);
      for (const [name, text] of emitFiles(project, { provider, plan }, options)) files.set(name, text);
      plans.push(plan);
    } catch (cause) {
      const message = `${provider.id}: cannot be generated: ${cause instanceof Error ? cause.message : String(cause)}`;
      problems.push(new CatalogError("invalid-catalog", message, { cause, provider: provider.id }));
    }
  }
  if (options.index !== false) files.set("index.ts", stamp("index.ts", "the-catalog", emitIndex(plans)));
  return { files, problems };
}

/** The files of one provider. */
function emitFiles(
  project: Project,
  { provider, plan }: { readonly provider: ProviderFacts; readonly plan: ProviderPlan },
  { paths = packagePaths, docs = false, data = "js" }: GenerateOptions,
): Map<string, string> {
  const bodies: [string, string][] = [
    [`${plan.file}.ts`, emitProvider(project, plan, paths)],
    ...dataFiles(plan, { paths, data }),
    ...(docs ? [[`${plan.file}.md`, emitDocs(provider)] satisfies [string, string]] : []),
  ];
  return new Map(bodies.map(([name, body]) => [name, stamp(name, `${plan.file}.json`, body)]));
}

function dataFiles(
  plan: ProviderPlan,
  { paths, data }: { readonly paths: ImportPaths; readonly data: DataLanguage },
): [string, string][] {
  const name = `${plan.file}.data`;
  if (data === "ts") return [[`${name}.ts`, emitTypedData(plan, paths.define)]];
  return [
    [`${name}.js`, emitData(plan)],
    [`${name}.d.ts`, emitDataTypes(paths.define)],
  ];
}
