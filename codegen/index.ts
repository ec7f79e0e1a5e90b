/** The generator: a resolved catalog in, files out. No network, no clock, no environment. The door "modelwright/codegen". */
import { IndentationText, Project } from "ts-morph";
import type { ProviderFacts } from "../src/catalog/facts.js";
import { CatalogError } from "../src/errors.js";
import { emitData, emitDataTypes } from "./emit-data.js";
import { emitDocs } from "./emit-docs.js";
import { emitIndex } from "./emit-index.js";
import { emitProvider, type ImportPaths, packagePaths } from "./emit-provider.js";
import { type ProviderPlan, planProvider } from "./plan.js";
import { stamp } from "./stamp.js";

export type { ImportPaths } from "./emit-provider.js";

export { type WriteReport, writeFiles } from "./write.js";

export interface GenerateOptions {
  /** Where generated code imports from; the published package by default. */
  readonly paths?: ImportPaths;
  /** Leaves `index.ts` out, when only some providers are generated. */
  readonly index?: boolean;
  /** Adds `<provider>.md`: a table of its models. */
  readonly docs?: boolean;
}

export interface Generated {
  /** Text by file name, in order. */
  readonly files: ReadonlyMap<string, string>;
  /** Providers that could not be generated; the others are. */
  readonly problems: readonly CatalogError[];
}

/** Generates the clients of these providers. Equal input gives equal bytes. */
export function generate(providers: readonly ProviderFacts[], options: GenerateOptions = {}): Generated {
  const paths = options.paths ?? packagePaths;
  const project = new Project({
    useInMemoryFileSystem: true,
    skipFileDependencyResolution: true,
    manipulationSettings: { indentationText: IndentationText.TwoSpaces },
  });
  const files = new Map<string, string>();
  const problems: CatalogError[] = [];
  const plans: ProviderPlan[] = [];
  for (const provider of [...providers].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    try {
      const plan = planProvider(provider);
      const types = emitProvider(project, plan, paths);
      const add = (name: string, body: string) => files.set(name, stamp(name, `${plan.file}.json`, body));
      add(`${plan.file}.ts`, types);
      add(`${plan.file}.data.js`, emitData(plan));
      add(`${plan.file}.data.d.ts`, emitDataTypes(paths.define));
      if (options.docs === true) add(`${plan.file}.md`, emitDocs(provider));
      plans.push(plan);
    } catch (cause) {
      const message = `${provider.id}: cannot be generated: ${cause instanceof Error ? cause.message : String(cause)}`;
      problems.push(new CatalogError("invalid-catalog", message, { cause, provider: provider.id }));
    }
  }
  if (options.index !== false) files.set("index.ts", stamp("index.ts", "the-catalog", emitIndex(plans)));
  return { files, problems };
}
