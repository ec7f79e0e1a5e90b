/** What the compiler pays for catalogs of growing size: `tsx test/bench/types.ts`. Prints the table of the README. */
import { type Compiler, type Counts, createProject, type Project } from "../types/project.js";
import { callsOn, installProviders, syntheticProviders } from "./synthetic.js";

const compilers: readonly { readonly compiler: Compiler; readonly name: string }[] = [
  { compiler: "typescript", name: "5.9" },
  { compiler: "ts70", name: "7.0" },
];
const runs = 5;

interface Case {
  readonly title: string;
  readonly models: number;
  readonly perProvider: number;
  /** How many of the providers the program imports and calls. */
  readonly used: (providers: number) => number;
  readonly calls: number;
}

const one = () => 1;
const all = (providers: number) => providers;
const sizes = [10, 100, 500, 5_300, 20_000];
const cases: readonly Case[] = [
  ...sizes.map((models) => ({
    title: "all in one provider",
    models,
    perProvider: models,
    used: one,
    calls: 10,
  })),
  ...sizes.slice(2).map((models) => ({
    title: "one of many providers of 100",
    models,
    perProvider: 100,
    used: one,
    calls: 10,
  })),
  ...sizes.slice(2).map((models) => ({
    title: "all providers of 100 imported",
    models,
    perProvider: 100,
    used: all,
    calls: 50,
  })),
];

/** Makes the program of a case; the bytes of the declarations that it imports. */
async function install(project: Project, { models, perProvider, used, calls }: Case): Promise<number> {
  const providers = await syntheticProviders(models, perProvider);
  const imported = used(providers.length);
  const bytes = installProviders(project, providers).slice(0, imported);
  project.write("program.ts", callsOn(providers.slice(0, imported), calls));
  return bytes.reduce((sum, size) => sum + size, 0);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

/** Counts, and the time as a ratio to an empty program's; both run in turn, so that load on the machine hits both. */
function measure(project: Project, compiler: Compiler): Counts & { readonly ratio: number } {
  const pairs = Array.from({ length: runs }, () => ({
    empty: project.count({ compiler, files: ["empty.ts"] }),
    program: project.count({ compiler, files: ["program.ts"] }),
  }));
  const ratio = median(pairs.map(({ empty, program }) => program.totalTime / empty.totalTime));
  return { ...(pairs[0] as (typeof pairs)[number]).program, ratio };
}

const project = createProject();
project.write("empty.ts", "export {};");
console.log(
  "| models | layout | calls | .d.ts | TypeScript | instantiations | types | memory | time / empty program |",
);
console.log("| --: | --- | --: | --: | --- | --: | --: | --: | --: |");
for (const given of cases) {
  const bytes = await install(project, given);
  for (const { compiler, name } of compilers) {
    const { instantiations, types, memory, ratio } = measure(project, compiler);
    const counted = `${Math.round(bytes / 1000)} KB | ${name} | ${instantiations} | ${types} | ${Math.round(memory / 1000)} MB`;
    console.log(`| ${given.models} | ${given.title} | ${given.calls} | ${counted} | ${ratio.toFixed(2)} |`);
  }
}
project.remove();
