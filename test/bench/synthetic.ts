/** Catalogs of any size with realistic models: those of the shipped catalog over and over, under other names. */
import { join } from "node:path";
import ts from "typescript";
import { generate } from "../../codegen/index.js";
import type { ModelFacts, ProviderFacts } from "../../src/catalog/facts.js";
import { loadCatalog } from "../../src/catalog/load.js";
import { root } from "../source-tree.js";
import type { Project } from "../types/project.js";

/** Providers with `perProvider` models each, `total` in all. */
export async function syntheticProviders(total: number, perProvider: number): Promise<ProviderFacts[]> {
  const { providers } = await loadCatalog(join(root, "catalog"));
  const openai = providers.find(({ id }) => id === "openai") as ProviderFacts;
  const shipped = providers.flatMap(({ models }) => Object.entries(models));
  const made: ProviderFacts[] = [];
  for (let from = 0; from < total; from += perProvider) {
    const models: { [id: string]: ModelFacts } = {};
    for (let i = from; i < Math.min(from + perProvider, total); i++) {
      // Neighbours stay together: models of one provider have much in common.
      const [id, facts] = shipped[i % shipped.length] as [string, ModelFacts];
      const { aliases: _aliases, idPattern: _pattern, transport: _transport, ...model } = facts;
      models[`${id.replace(/[^a-z0-9.-]+/g, "-")}-${i}`] = model;
    }
    made.push({ ...openai, id: `synthetic-${made.length}`, name: `Synthetic ${made.length}`, models });
  }
  return made;
}

/** Adds the providers' declarations to the installed package; the bytes of each. */
export function installProviders(project: Project, providers: readonly ProviderFacts[]): number[] {
  const { files } = generate(providers, { index: false });
  return providers.map(({ id }) => {
    const options = { compilerOptions: { target: ts.ScriptTarget.ES2022 } };
    const { outputText } = ts.transpileDeclaration(files.get(`${id}.ts`) as string, options);
    project.write(join("node_modules/modelwright/dist/types/generated", `${id}.d.ts`), outputText);
    return outputText.length;
  });
}

/** A program that makes this many plain calls, spread over the chat models of the providers. */
export function callsOn(providers: readonly ProviderFacts[], calls: number): string {
  const chat = providers.flatMap((provider, i) =>
    Object.entries(provider.models)
      .filter(([, { kind, status, input }]) => kind === "chat" && status !== "retired" && input.includes("text"))
      .map(([id]) => `p${i}.synthetic${i}(${JSON.stringify(id)})`),
  );
  const step = Math.max(1, Math.floor(chat.length / calls));
  const called = Array.from({ length: calls }, (_, n) => chat[(n * step) % chat.length] as string);
  return [
    ...providers.map(({ id }, i) => `import * as p${i} from "modelwright/${id}";`),
    ...called.map(
      (model, n) => `export const r${n} = await ${model}.chat({ messages: [{ role: "user", content: "Hi" }] });`,
    ),
  ].join("\n");
}
