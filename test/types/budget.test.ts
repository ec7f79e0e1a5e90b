/** Holds what the types cost the compiler: instantiations and bytes, which unlike times are the same on every machine. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installProviders, callsOn as syntheticCalls, syntheticProviders } from "../bench/synthetic.js";
import { root, sourceFiles } from "../source-tree.js";
import { createProject, type Project } from "./project.js";

let project: Project;
beforeAll(() => {
  project = createProject();
});
afterAll(() => project.remove());

const schemas = `
const city = z.object({ city: z.string(), days: z.number().optional() });
const recipe = z.object({ name: z.string(), steps: z.array(z.string()) });
`;

/** What the same schemas cost where only zod is used. */
const zodOnly = `
import { z } from "zod";
${schemas}
export const call: z.infer<typeof city> = { city: "Oslo" };
export const dish: z.infer<typeof recipe> = { name: "Soup", steps: [] };
`;

/** Chat, stream, tool and structured output on one model. */
const reference = `
import { image, user } from "modelwright";
import { openai } from "modelwright/openai";
import { z } from "zod";
${schemas}
const model = openai("gpt-4.1");
const first = await model.chat({ messages: [{ role: "user", content: "Hi" }], temperature: 0.5 });
console.log(first.text.length, first.usage);
for await (const event of model.stream({ messages: [user("Look", image("https://example.com/a.png"))] }))
  if (event.type === "text-delta") console.log(event.text);
const called = await model.chat({
  messages: [{ role: "user", content: "Weather?" }],
  tools: { weather: { description: "Looks it up", input: city, execute: ({ city }) => city.length } },
});
for (const call of called.toolCalls) console.log(call.input.city.length);
const { output } = await model.chat({ messages: [{ role: "user", content: "A soup" }], output: recipe });
console.log(output.steps.length);
`;

/** One plain call on each of these models, of the providers imported under their own names. */
function callsOn(models: readonly (readonly [provider: string, id: string])[]): string {
  const providers = [...new Set(models.map(([provider]) => provider))];
  return [
    ...providers.map((provider) => `import { ${provider} } from "modelwright/${provider}";`),
    ...models.map(
      ([provider, id], i) => `export const reply${i} = await ${provider}(${JSON.stringify(id)}).chat({
  messages: [{ role: "user", content: "Hi" }],
  maxOutputTokens: ${100 + i},
});`,
    ),
  ].join("\n");
}

/** The lines of a generated provider that list its models. */
function entries(text: string): string {
  return /^export interface \w+Entries {\n(.*?)^}/ms.exec(text)?.[1] ?? "";
}

/** Chat models of a generated provider: those that it lists by their profile. */
function chatModelsOf(provider: string): [string, string][] {
  const text = readFileSync(join(root, `generated/${provider}.ts`), "utf8");
  return [...entries(text).matchAll(/^ {2}"([^"\\]+)": (?!\w+Model<)/gm)].map(([, id = ""]) => [provider, id]);
}

const providers = sourceFiles("generated")
  .map(({ path }) => path.slice("generated/".length, -".ts".length))
  .filter((name) => name !== "index" && !name.includes("."));

function importOf(provider: string, i: number): string {
  return `import * as provider${i} from "modelwright/${provider}";\nexport { provider${i} };\n`;
}

describe.each(["typescript", "ts70"] as const)("%s", (compiler) => {
  const instantiations = (text: string) => {
    project.write("program.ts", text);
    return project.count({ compiler, files: ["program.ts"] }).instantiations;
  };
  const report = (what: string, count: number) => {
    console.log(`${compiler}: ${what}: ${count} instantiations`);
    return count;
  };

  it("instantiates nothing for providers that are only imported", () => {
    expect(report("import of one provider", instantiations(importOf("openai", 0)))).toBe(0);
    const all = providers.map(importOf).join("");
    expect(report(`import of all ${providers.length} providers`, instantiations(all))).toBe(0);
  });

  it("checks the reference program within its budget", () => {
    const own = instantiations(reference) - instantiations(zodOnly);
    expect(report("reference program beyond zod", own)).toBeLessThanOrEqual(1_500);
  });

  it("checks a further call on the same model almost for nothing", () => {
    const call = ["openai", "gpt-4.1"] as const;
    const further = (instantiations(callsOn(Array(11).fill(call))) - instantiations(callsOn([call]))) / 10;
    expect(report("further call on the same model", further)).toBeLessThanOrEqual(35);
  });

  it("checks the first call on a further model within its budget", () => {
    const models = chatModelsOf("openai").slice(0, 31);
    const further = (instantiations(callsOn(models)) - instantiations(callsOn(models.slice(0, 1)))) / 30;
    expect(report("first call on a further model", further)).toBeLessThanOrEqual(200);
  });

  it("checks 50 calls on 50 models of several providers within its budget", () => {
    const models = ["anthropic", "google", "mistral", "openai", "xai"].flatMap((provider) =>
      chatModelsOf(provider).slice(0, 10),
    );
    expect(models).toHaveLength(50);
    expect(report("50 calls on 50 models", instantiations(callsOn(models)))).toBeLessThanOrEqual(12_000);
  });
});

describe("growth", () => {
  it("of a provider from 500 to 5,000 models costs a program with ten calls next to nothing", async () => {
    const counts: number[] = [];
    for (const models of [500, 5_000]) {
      const providers = await syntheticProviders(models, models);
      installProviders(project, providers);
      project.write("program.ts", syntheticCalls(providers, 10));
      counts.push(project.count({ compiler: "typescript", files: ["program.ts"] }).instantiations);
    }
    console.log(`ten calls at 500 and 5,000 models: ${counts.join(" and ")} instantiations`);
    expect(counts[1]).toBeLessThan((counts[0] as number) * 1.1);
  });
});

describe("declarations", () => {
  it("name nothing that is left out of them as internal", () => {
    const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { exports: object };
    const named = Object.keys(exports).filter((door) => !/[*]|json$/.test(door));
    const doors = [...named, "./openai", "./protocols/openai-chat"].map((door) => door.replace(/^[.]/, "modelwright"));
    const text = doors.map((door, i) => `import * as door${i} from "${door}";\nexport { door${i} };\n`);
    project.write("program.ts", text.join(""));
    const found = project.check({ compiler: "typescript", files: ["program.ts"], declarations: true });
    // Packages that only some doors need are not installed here.
    expect(
      found.filter(({ lines }) => !/^Cannot find (module|name) '(node:|Node|Buffer|[a-z-]+')/.test(lines[0] ?? "")),
    ).toEqual([]);
  });

  it("of a provider stay small per model", () => {
    const text = readFileSync(join(root, "generated/openai.ts"), "utf8");
    const models = [...entries(text).matchAll(/^ {2}["[].+: .+;$/gm)].length;
    const declarations = join(project.folder, "node_modules/modelwright/dist/types/generated/openai.d.ts");
    const per100 = (statSync(declarations).size / models) * 100;
    console.log(`openai.d.ts: ${Math.round(per100)} bytes per 100 models`);
    expect(per100).toBeLessThanOrEqual(60_000);
  });

  it("that an import loads do not grow with the number of other providers", () => {
    project.write("program.ts", importOf("openai", 0));
    const loaded = project.list({ compiler: "typescript", files: ["program.ts"] });
    const own = loaded.filter((file) => file.includes("/modelwright/dist/types/"));
    expect(own.filter((file) => file.includes("/generated/"))).toEqual([expect.stringMatching(/\/openai\.d\.ts$/)]);
    const shared = own.filter((file) => !file.includes("/generated/"));
    // What users see of protocol rooms is `call.ts`; what is inside them, and inside a dialect, is not theirs to load.
    expect(shared.filter((file) => /\/(protocols\/(?!call\.)|dialects\/(?!switches\.))/.test(file))).toEqual([]);
    const bytes = shared.reduce((sum, file) => sum + statSync(file).size, 0);
    console.log(`shared declarations: ${bytes} bytes in ${shared.length} files`);
    expect(bytes).toBeLessThanOrEqual(110_500);
  });
});
