/** What programs weigh in a bundle, beside their peers: `tsx test/bench/bundle.ts [--sources]`. Prints the table of the README. */
import { existsSync, readFileSync } from "node:fs";
import { openai } from "../../generated/openai.js";
import { createSimulator } from "../../src/testing.js";
import { type Bundle, bundleAndRun, type Size } from "../bundle.js";
import { installPackage } from "../installed-package.js";
import { privatePackages } from "../private-packages.js";
import { given } from "./command-line.js";
import { type Figure, record } from "./record.js";

interface Program {
  readonly name: string;
  readonly source: string;
  readonly folder: string;
  readonly platform: "node" | "browser";
}

/** The same in all programs: a chat and a stream of text. */
const ours = (imports: string, model: string, more = ""): string => `
  ${imports}
  const model = ${model};
  const messages = [{ role: "user", content: "Hello" }];
  console.log((await model.chat({ messages${more} })).text);
  for await (const text of model.stream({ messages }).text) console.log(text);
`;
const connection = "{ apiKey: process.env.KEY, baseURL: process.env.URL }";
const own = {
  imports: `
    import { defineProvider } from "modelwright";
    import { openaiChat } from "modelwright/protocols/openai-chat";`,
  model: `defineProvider({
    protocols: [openaiChat],
    facts: { id: "acme", baseURL: "https://llm.acme.example/v1", models: { "gpt-4.1": { features: { tools: true } } } },
  }, ${connection})("gpt-4.1")`,
};
const shipped = {
  imports: 'import { createOpenAI } from "modelwright/openai";',
  model: `createOpenAI(${connection})("gpt-4.1")`,
};
const tools = `,
  maxSteps: 2,
  tools: { time: { input: { type: "object", properties: {} }, execute: () => "noon" } }`;
const output =
  ', output: { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false }';

const openaiSdk = `
  import OpenAI from "openai";
  const client = new OpenAI({ apiKey: process.env.KEY, baseURL: process.env.URL, dangerouslyAllowBrowser: true });
  const request = { model: "gpt-4.1", messages: [{ role: "user", content: "Hello" }] };
  console.log((await client.chat.completions.create(request)).choices[0].message.content);
  for await (const chunk of await client.chat.completions.create({ ...request, stream: true }))
    console.log(chunk.choices[0]?.delta.content ?? "");
`;
const aiSdk = `
  import { generateText, streamText } from "ai";
  import { createOpenAI } from "@ai-sdk/openai";
  const model = createOpenAI({ apiKey: process.env.KEY, baseURL: process.env.URL }).chat("gpt-4.1");
  const messages = [{ role: "user", content: "Hello" }];
  console.log((await generateText({ model, messages })).text);
  for await (const text of streamText({ model, messages }).textStream) console.log(text);
`;

const simulator = createSimulator({ providers: [openai.facts] });
await simulator.listen();
const [folder] = given;
const installed = folder === undefined ? installPackage() : { app: folder, remove: () => undefined };
const peers = await privatePackages("bundle-peers", {
  openai: "6.49.0",
  ai: "6.0.326",
  "@ai-sdk/openai": "3.0.141",
  zod: "4.6.7",
});
const here = { folder: installed.app, platform: "node" } as const;
const programs: readonly Program[] = [
  { ...here, name: "own catalog", source: ours(own.imports, own.model) },
  { ...here, name: "own catalog, for browsers", source: ours(own.imports, own.model), platform: "browser" },
  {
    ...here,
    name: "`modelwright/openai-compatible`, which has no models",
    source: ours(
      'import { createOpenaiCompatible } from "modelwright/openai-compatible";',
      `createOpenaiCompatible(${connection}).model("gpt-4.1")`,
    ),
  },
  { ...here, name: "`modelwright/openai`", source: ours(shipped.imports, shipped.model) },
  { ...here, name: "with tools", source: ours(own.imports, own.model, tools) },
  { ...here, name: "with structured output", source: ours(own.imports, own.model, output) },
  {
    ...here,
    name: "with failover",
    source: ours(
      own.imports.replace("{ defineProvider }", "{ defineProvider, failover }"),
      `failover([${own.model}, ${own.model}])`,
    ),
  },
  { name: "openai", source: openaiSdk, folder: peers, platform: "node" },
  { name: "ai + @ai-sdk/openai", source: aiSdk, folder: peers, platform: "node" },
];

const kb = ({ raw, gzip }: Size): string => `${(gzip / 1000).toFixed(1)} KB | ${(raw / 1000).toFixed(1)} KB`;
console.log("| chat and stream | loaded, gzip | minified | before the first call, gzip | all chunks, gzip |");
console.log("| --- | --: | --: | --: | --: |");
const bundles = new Map<string, Bundle>();
try {
  for (const { name, source, folder, platform } of programs) {
    const env = { KEY: "simulated", URL: simulator.baseURL("openai") };
    const bundle = await bundleAndRun(folder, source, { platform, env });
    const { start, loaded, all } = bundle;
    bundles.set(name, bundle);
    const [before, whole] = [start.gzip, all.gzip].map((bytes) => `${(bytes / 1000).toFixed(1)} KB`);
    console.log(`| ${name} | ${kb(loaded)} | ${before} | ${whole} |`);
  }
  const loadedKb = (name: string) => (bundles.get(name)?.loaded.gzip ?? Number.NaN) / 1000;
  const best = ["openai", "ai + @ai-sdk/openai"].reduce((a, b) => (loadedKb(b) < loadedKb(a) ? b : a));
  const peer = `${best} ${loadedKb(best).toFixed(1)}`;
  const figure = (name: string, most: number): Figure => ({
    ours: loadedKb(name),
    most,
    unit: " KB",
    peer,
    why: largestSources(name),
  });
  record("bundle", {
    "own catalog for Node, loaded by a chat and a stream, gzip": figure("own catalog", 12),
    "own catalog for browsers, loaded by a chat and a stream, gzip": figure("own catalog, for browsers", 14),
  });
  if (process.argv.includes("--sources")) for (const line of largestSources("own catalog")) console.log(line);
} finally {
  installed.remove();
  await simulator.close();
}

/** Minified bytes before compression, with what a chunk of ours gives to others: its name says nothing. */
function largestSources(name: string): readonly string[] {
  const sources = [...(bundles.get(name)?.sources ?? [])].sort(([, a], [, b]) => b - a);
  return sources
    .slice(0, 20)
    .map(([path, bytes]) => `${bytes} ${path.replace(/^.*node_modules\//, "")}${exportsOf(path)}`);
}

function exportsOf(path: string): string {
  const [, names = ""] = /export\{([^}]*)\};?\s*$/.exec(existsSync(path) ? readFileSync(path, "utf8") : "") ?? [];
  const given = names.split(",").map((name) => name.split(" as ").at(-1));
  return names === "" ? "" : `: ${given.slice(0, 6).join(", ")}${given.length > 6 ? ", ..." : ""}`;
}
