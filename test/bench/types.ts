/** What the compiler pays for catalogs of growing size: `tsx test/bench/types.ts`. Prints the table of the README. */
import { join } from "node:path";
import ts from "typescript";
import { generate } from "../../codegen/index.js";
import { type Compiler, type Counts, createProject, type Project } from "../types/project.js";
import { syntheticProviders } from "./synthetic.js";

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

/** Generates the providers into the installed package; the bytes of those that the program imports. */
async function install(project: Project, { models, perProvider, used, calls }: Case): Promise<number> {
  const providers = await syntheticProviders(models, perProvider);
  const { files } = generate(providers, { index: false });
  const imported = used(providers.length);
  let bytes = 0;
  for (const [i, provider] of providers.entries()) {
    const source = files.get(`${provider.id}.ts`) as string;
    const { outputText } = ts.transpileDeclaration(source, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
    if (i < imported) bytes += outputText.length;
    project.write(join("node_modules/modelwright/dist/types/generated", `${provider.id}.d.ts`), outputText);
  }
  const lines = providers.slice(0, imported).map(({ id }, i) => `import * as p${i} from "modelwright/${id}";`);
  const chat = providers
    .slice(0, imported)
    .flatMap((provider, i) => Object.entries(provider.models).map(([id, facts]) => ({ i, id, facts })))
    .filter(({ facts }) => facts.kind === "chat" && facts.status !== "retired" && facts.input.includes("text"));
  const step = Math.max(1, Math.floor(chat.length / calls));
  for (let n = 0; n < calls; n++) {
    const { i, id } = chat[(n * step) % chat.length] as (typeof chat)[number];
    const call = `p${i}.synthetic${i}(${JSON.stringify(id)}).chat({ messages: [{ role: "user", content: "Hi" }] })`;
    lines.push(`export const reply${n} = await ${call};`);
  }
  project.write("program.ts", lines.join("\n"));
  return bytes;
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
    const sizes = `${Math.round(bytes / 1000)} KB | ${name} | ${instantiations} | ${types} | ${Math.round(memory / 1000)} MB`;
    console.log(`| ${given.models} | ${given.title} | ${given.calls} | ${sizes} | ${ratio.toFixed(2)} |`);
  }
}
project.remove();
