/** How long an editor waits for the types: `tsx test/bench/editor.ts`. tsserver on typed programs, against the same ones untyped. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { root } from "../source-tree.js";
import { createProject } from "../types/project.js";
import { rounds as roundsOf } from "./command-line.js";
import { record } from "./record.js";

const rounds = roundsOf(40, 10);

/** The program an editor holds: chat, stream, tool and output. Only where the provider comes from differs. */
function program(declaration: string, provider: string, id: string): string {
  return `${declaration}
import { z } from "zod";
const city = z.object({ city: z.string(), days: z.number().optional() });
const recipe = z.object({ name: z.string(), steps: z.array(z.string()) });
const model = ${provider}("${id}");
const reply = await model.chat({
  messages: [{ role: "user", content: [{ type: "text", text: "Hi" }] }],
  maxOutputTokens: 100,
});
console.log(reply.text);
for await (const event of model.stream({ messages: [{ role: "user", content: "Hi" }] }))
  if (event.type === "text-delta") console.log(event.text);
const execute = (given: z.infer<typeof city>) => given.city.length;
const called = await model.chat({
  messages: [{ role: "user", content: "Weather?" }],
  tools: { weather: { description: "Looks it up", input: city, execute } },
});
console.log(called.toolCalls.map((call) => call.name));
const { output } = await model.chat({ messages: [{ role: "user", content: "A soup" }], output: recipe });
console.log(output);
`;
}

/** The package's own face without types per model: any id, any option. */
const untyped = (provider: string) =>
  `import type { ChatHandle } from "modelwright";\ndeclare const ${provider}: (id: string) => ChatHandle;`;
const typed = (provider: string) => `import { ${provider} } from "modelwright/${provider}";`;

/** One tsserver. Requests are answered in order; diagnostics come as events. */
class Server {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<string, (body: unknown) => void>();
  #sequence = 0;

  constructor() {
    const tsserver = join(root, "node_modules/typescript/lib/tsserver.js");
    this.#process = spawn(process.execPath, [tsserver, "--disableAutomaticTypingAcquisition"]);
    createInterface({ input: this.#process.stdout as NodeJS.ReadableStream }).on("line", (line) => {
      if (!line.startsWith("{")) return;
      const message = JSON.parse(line) as { type: string; event?: string; request_seq?: number; body?: unknown };
      const key = message.type === "response" ? String(message.request_seq) : (message.event ?? "");
      this.#waiting.get(key)?.(message.body);
      this.#waiting.delete(key);
    });
  }

  tell(command: string, given: object): number {
    this.#sequence += 1;
    const request = { seq: this.#sequence, type: "request", command, arguments: given };
    this.#process.stdin?.write(`${JSON.stringify(request)}\n`);
    return this.#sequence;
  }

  ask(command: string, given: object): Promise<unknown> {
    return this.#answer(String(this.tell(command, given)));
  }

  /** Syntactic, semantic and suggestion diagnostics of a file. */
  diagnose(file: string): Promise<unknown> {
    this.tell("geterr", { files: [file], delay: 0 });
    return this.#answer("requestCompleted");
  }

  #answer(key: string): Promise<unknown> {
    return new Promise((resolve) => this.#waiting.set(key, resolve));
  }

  end(): void {
    this.#process.kill();
  }
}

interface Position {
  readonly line: number;
  readonly offset: number;
}

/** The place just after `words` in `text`, counted from 1. */
function after(text: string, words: string): Position {
  const lines = text.slice(0, text.indexOf(words) + words.length).split("\n");
  return { line: lines.length, offset: (lines.at(-1)?.length ?? 0) + 1 };
}

type Action = (server: Server, file: string, text: string) => Promise<unknown>;

function actionsOf(provider: string): { readonly [title: string]: Action } {
  const at = (command: string, words: string): Action => {
    return (server, file, text) => server.ask(command, { file, ...after(text, words) });
  };
  // An edit throws away what the checker knows, as typing does.
  const edited =
    (action: Action): Action =>
    (server, file, text) => {
      const end = { line: text.split("\n").length, offset: 1 };
      server.tell("change", { file, ...end, endLine: end.line, endOffset: end.offset, insertString: "// edit\n" });
      return action(server, file, text);
    };
  return {
    "completions at a model id": edited(at("completionInfo", `= ${provider}("`)),
    "completions at a part's type": edited(at("completionInfo", 'type: "')),
    "completions at an option": edited(at("completionInfo", "  maxOut")),
    "hover on chat": edited(at("quickinfo", "model.ch")),
    "diagnostics after an edit": edited((server, file) => server.diagnose(file)),
  };
}

async function time(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

const project = createProject();
project.write(
  "tsconfig.json",
  JSON.stringify({
    compilerOptions: { strict: true, module: "NodeNext", target: "ES2022", skipLibCheck: true, types: [] },
  }),
);
console.log("| provider | action | untyped ms | typed ms | ratio |\n| --- | --- | --: | --: | --: |");
const ratios = new Map<string, number>();
for (const [provider, id] of [
  ["openai", "gpt-4o"],
  ["openrouter", "openai/gpt-4o"],
] as const) {
  const sides = [untyped, typed].map((declare) => {
    const text = program(declare(provider), provider, id);
    const file = join(project.folder, `${provider}-${declare.name}.ts`);
    project.write(`${provider}-${declare.name}.ts`, text);
    const server = new Server();
    server.tell("open", { file, fileContent: text });
    return { text, file, server };
  });
  for (const [title, action] of Object.entries(actionsOf(provider))) {
    const times: [number[], number[]] = [[], []];
    for (let round = -3; round < rounds; round++)
      for (const [i, { server, file, text }] of sides.entries()) {
        const took = await time(() => action(server, file, text));
        if (round >= 0) times[i as 0 | 1].push(took);
      }
    const [plain, own] = times.map(median) as [number, number];
    ratios.set(`${provider}: ${title}`, own / plain);
    console.log(`| ${provider} | ${title} | ${plain.toFixed(1)} | ${own.toFixed(1)} | ${(own / plain).toFixed(2)} |`);
  }
  for (const { server } of sides) server.end();
}
project.remove();
const slowest = [...ratios].sort(([, a], [, b]) => b - a);
record("editor", {
  "editor's slowest answer, time beside the same program untyped": {
    ours: slowest[0]?.[1] ?? Number.NaN,
    most: 1.2,
    unit: "x",
    why: slowest.map(([action, ratio]) => `${ratio.toFixed(2)} ${action}`),
  },
});
