/**
 * What the types cost the compiler, beside peers' that say less, and what they refuse: the same program written with
 * each client, one more call, the declarations that an import loads, all providers at once, and the misuses.
 */
import { readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { privatePackages } from "../private-packages.js";
import { root, sourceFiles } from "../source-tree.js";
import { misuses } from "../types/misuse.js";
import { programOf } from "../types/programs.js";
import { createProject, createProjectWith, type Project } from "../types/project.js";
import { valid } from "../types/valid.js";
import { rounds as roundsOf } from "./command-line.js";
import { peerVersions } from "./contenders.js";
import { record } from "./record.js";
import { machine, median } from "./statistics.js";
import { installProviders, syntheticProviders } from "./synthetic.js";

const rounds = roundsOf(5, 3);
const compiler = "typescript";

const schemas = `
const city = z.object({ city: z.string(), days: z.number().optional() });
const recipe = z.object({ name: z.string(), steps: z.array(z.string()) });
`;

/** What the schemas cost where only zod is used: no client is to blame for it. */
const zodOnly = `
import { z } from "zod";
${schemas}
export const call: z.infer<typeof city> = { city: "Oslo" };
export const dish: z.infer<typeof recipe> = { name: "Soup", steps: [] };
`;

interface Client {
  readonly imports: string;
  /** Chat, stream with a picture, tool and structured output on one model. */
  readonly reference: string;
  /** One plain call. `n` makes it another. */
  readonly call: (n: number) => string;
}

const ours: Client = {
  imports: 'import { image, user } from "modelwright";\nimport { openai } from "modelwright/openai";',
  reference: `
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
console.log(output.steps.length);`,
  call: (n) => `export const reply${n} = await openai("gpt-4.1").chat({
  messages: [{ role: "user", content: "Hi" }],
  maxOutputTokens: ${100 + n},
});`,
};

const peers: { readonly [name: string]: Client } = {
  openai: {
    imports: `import OpenAI from "openai";
import { zodFunction, zodResponseFormat } from "openai/helpers/zod";
const client = new OpenAI({ apiKey: "x" });
const model = "gpt-4.1";`,
    reference: `
const first = await client.chat.completions.create({ model, messages: [{ role: "user", content: "Hi" }], temperature: 0.5 });
console.log(first.choices[0]?.message.content?.length, first.usage);
const picture = { type: "image_url" as const, image_url: { url: "https://example.com/a.png" } };
const look = [{ role: "user" as const, content: [{ type: "text" as const, text: "Look" }, picture] }];
for await (const chunk of await client.chat.completions.create({ model, messages: look, stream: true }))
  console.log(chunk.choices[0]?.delta.content);
const called = await client.chat.completions.parse({
  model,
  messages: [{ role: "user", content: "Weather?" }],
  tools: [zodFunction({ name: "weather", description: "Looks it up", parameters: city, function: ({ city }) => city.length })],
});
for (const call of called.choices[0]?.message.tool_calls ?? []) console.log(call.function.name, call.function.parsed_arguments);
const parsed = await client.chat.completions.parse({
  model,
  messages: [{ role: "user", content: "A soup" }],
  response_format: zodResponseFormat(recipe, "recipe"),
});
console.log(parsed.choices[0]?.message.parsed?.steps.length);`,
    call: (n) => `export const reply${n} = await client.chat.completions.create({
  model,
  messages: [{ role: "user", content: "Hi" }],
  max_tokens: ${100 + n},
});`,
  },
  "ai + @ai-sdk/openai": {
    imports: `import { generateText, Output, streamText, tool } from "ai";
import { openai } from "@ai-sdk/openai";
const model = openai("gpt-4.1");`,
    reference: `
const first = await generateText({ model, messages: [{ role: "user", content: "Hi" }], temperature: 0.5 });
console.log(first.text.length, first.usage);
const picture = { type: "image" as const, image: new URL("https://example.com/a.png") };
const look = [{ role: "user" as const, content: [{ type: "text" as const, text: "Look" }, picture] }];
for await (const text of streamText({ model, messages: look }).textStream) console.log(text);
const called = await generateText({
  model,
  messages: [{ role: "user", content: "Weather?" }],
  tools: { weather: tool({ description: "Looks it up", inputSchema: city, execute: async ({ city }) => city.length }) },
});
for (const call of called.toolCalls) if (!call.dynamic) console.log(call.input.city.length);
const { output } = await generateText({
  model,
  messages: [{ role: "user", content: "A soup" }],
  output: Output.object({ schema: recipe }),
});
console.log(output.steps.length);`,
    call: (n) => `export const reply${n} = await generateText({
  model,
  messages: [{ role: "user", content: "Hi" }],
  maxOutputTokens: ${100 + n},
});`,
  },
  "@tanstack/ai-openai": {
    imports: `import { chat, toolDefinition } from "@tanstack/ai";
import { openaiText } from "@tanstack/ai-openai";
const adapter = openaiText("gpt-4.1");`,
    reference: `
const first = await chat({ adapter, messages: [{ role: "user", content: "Hi" }], stream: false });
console.log(first.length);
const picture = { type: "image" as const, source: { type: "url" as const, value: "https://example.com/a.png" } };
const look = [{ role: "user" as const, content: [{ type: "text" as const, content: "Look" }, picture] }];
for await (const event of chat({ adapter, messages: look }))
  if (event.type === "TEXT_MESSAGE_CONTENT") console.log(event.delta);
const weather = toolDefinition({ name: "weather", description: "Looks it up", inputSchema: city }).server(
  ({ city }) => city.length,
);
const called = await chat({ adapter, messages: [{ role: "user", content: "Weather?" }], tools: [weather], stream: false });
console.log(called.length);
const dish = await chat({ adapter, messages: [{ role: "user", content: "A soup" }], outputSchema: recipe });
console.log(dish.steps.length);`,
    call: (n) => `export const reply${n} = await chat({
  adapter,
  messages: [{ role: "user", content: "Hi" }],
  stream: false,
  modelOptions: { max_output_tokens: ${100 + n} },
});`,
  },
};

interface Cost {
  readonly reference: number;
  readonly furtherCall: number;
}

function costOf(project: Project, { imports, reference, call }: Client): Cost {
  const count = (text: string) => {
    project.write("program.ts", text);
    return project.count({ compiler, files: ["program.ts"] }).instantiations;
  };
  const calls = (many: number) => count([imports, ...Array.from({ length: many }, (_, n) => call(n))].join("\n"));
  return {
    reference: count(`import { z } from "zod";\n${imports}\n${schemas}${reference}`) - count(zodOnly),
    furtherCall: (calls(11) - calls(1)) / 10,
  };
}

/** Declarations of the package that an import of a provider of 100 models loads, by file, in bytes. */
async function loadedDeclarations(project: Project): Promise<ReadonlyMap<string, number>> {
  const providers = await syntheticProviders(100, 100);
  installProviders(project, providers);
  project.write("program.ts", `import * as provider from "modelwright/${providers[0]?.id}";\nexport { provider };\n`);
  const loaded = project.list({ compiler, files: ["program.ts"] });
  return new Map(
    loaded.filter((file) => file.includes("/modelwright/dist/types/")).map((file) => [file, statSync(file).size]),
  );
}

/** Total time with every shipped provider imported, as a ratio to an empty program's; both run in turn. */
function allProviders(project: Project): number {
  const names = sourceFiles("generated")
    .map(({ path }) => basename(path, ".ts"))
    .filter((name) => name !== "index" && !name.includes("."));
  const lines = names.map((name, i) => `import * as p${i} from "modelwright/${name}";\nexport { p${i} };\n`);
  project.write("program.ts", lines.join(""));
  project.write("empty.ts", "export {};");
  const time = (file: string) => project.count({ compiler, files: [file] }).totalTime;
  return median(Array.from({ length: rounds }, () => time("program.ts") / time("empty.ts")));
}

/** Ids of misuses that the compiler lets pass or refuses in other words, and of sound programs that it refuses. */
function judged(project: Project): { readonly passed: readonly string[]; readonly rejected: readonly string[] } {
  // Those without a sentence are for run time, which the tests of the types ask.
  const refusable = misuses.filter(({ says }) => says.length > 0);
  const sound = [...misuses.map(({ id, good, setup }) => ({ id, text: good, setup })), ...valid];
  for (const { id, bad, setup } of refusable) project.write(`${id}.bad.ts`, programOf(bad, setup).text);
  for (const { id, text, setup } of sound) project.write(`${id}.sound.ts`, programOf(text, setup).text);
  const files = [...refusable.map(({ id }) => `${id}.bad.ts`), ...sound.map(({ id }) => `${id}.sound.ts`)];
  const found = project.check({ compiler, files });
  const heads = (file: string) =>
    found.filter((one) => one.file === file).map(({ lines }) => lines.slice(0, 3).join("\n"));
  const isRefused = ({ id, says }: (typeof misuses)[number]) =>
    heads(`${id}.bad.ts`).some((head) => says.every((words) => head.includes(words)));
  return {
    passed: refusable.filter((misuse) => !isRefused(misuse)).map(({ id, title }) => `${id} ${title}`),
    rejected: sound.filter(({ id }) => heads(`${id}.sound.ts`).length > 0).map(({ id }) => id),
  };
}

const project = createProject();
const peerProject = createProjectWith(await privatePackages("speed-peers", peerVersions));
try {
  const own = costOf(project, ours);
  const others = Object.entries(peers).map(([name, client]) => ({ name, ...costOf(peerProject, client) }));
  const version = JSON.parse(readFileSync(join(root, "node_modules", compiler, "package.json"), "utf8")).version;
  console.log(`${machine()}, TypeScript ${version}`);
  console.log("| | instantiations, reference program | a further call |\n| --- | --: | --: |");
  for (const { name, reference, furtherCall } of [{ name: "modelwright", ...own }, ...others])
    console.log(`| ${name} | ${reference} | ${furtherCall} |`);
  const peer = (what: keyof Cost) => others.map((one) => `${one.name} ${one[what]}`).join(", ");
  const declarations = await loadedDeclarations(project);
  const bytes = [...declarations].sort(([, a], [, b]) => b - a);
  const kb = bytes.reduce((sum, [, size]) => sum + size, 0) / 1000;
  console.log(`declarations of a provider of 100 models: ${kb.toFixed(1)} KB in ${bytes.length} files`);
  const ratio = allProviders(project);
  console.log(`all providers, time beside an empty program: ${ratio.toFixed(2)}`);
  const { passed, rejected } = judged(project);
  console.log(
    `misuses that pass: ${passed.join(", ") || "none"}; sound programs refused: ${rejected.join(", ") || "none"}`,
  );
  record("compile", {
    "misuses that tsc lets pass, or refuses in other words": { ours: passed.length, most: 0, why: passed },
    "sound programs that tsc refuses": { ours: rejected.length, most: 0, why: rejected },
    "reference program, instantiations beyond zod's": { ours: own.reference, most: 1_500, peer: peer("reference") },
    "one more call, instantiations": { ours: own.furtherCall, most: 35, peer: peer("furtherCall") },
    "declarations loaded with a provider of 100 models": {
      ours: kb,
      most: 60,
      unit: " KB",
      why: bytes.slice(0, 15).map(([file, size]) => `${size} ${file.replace(/^.*\/dist\/types\//, "")}`),
    },
    "all providers imported, time beside an empty program": { ours: ratio, most: 2, unit: "x" },
  });
} finally {
  project.remove();
  peerProject.remove();
}
