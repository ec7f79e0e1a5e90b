/** `npm start`: the main job without key and network: catalog to clients to typed calls through the dev server. */
// All providers are simulated. At a terminal the server then stays up; `npm start -- --stay` or `--once` says so.
import { parseArgs } from "node:util";
import { z } from "zod";
import { user } from "../index.js";
import { type Command, parseArguments } from "./command.js";
import { follow, printDoors } from "./dev.js";
import { printEvent } from "./dev-lines.js";
import { startDevServer } from "./dev-server.js";
import { generate } from "./generate.js";
import { generateJob } from "./generate-job.js";
import { createTerminal } from "./terminal.js";
import { validate } from "./validate.js";

const terminal = createTerminal(process.stdout, process.stderr);
const { values } = parseArgs({ options: { stay: { type: "boolean" }, once: { type: "boolean" } } });
const stay = values.stay ?? (values.once !== true && process.stdout.isTTY === true);

function heading(text: string): void {
  terminal.print("");
  terminal.print({ style: "bold", text });
}

async function runCommand(command: Command): Promise<void> {
  const code = await command.run(parseArguments(command, []), terminal);
  if (code !== 0) process.exit(code);
}

heading("1. Check the catalog (modelwright validate)");
await runCommand(validate);

heading("2. Generate the typed clients (modelwright generate)");
await runCommand(generate);

heading("3. Start the dev server (modelwright dev): no key, no network, nothing below comes from a model");
const job = generateJob(parseArguments(generate, []));
const server = await startDevServer(job, await job.read(), { simulateAll: true });
printDoors(server, terminal);
// The typed client of OpenAI, which here talks to the gateway instead.
const { openai } = await import("../../generated/openai.js");
const client = openai.create({ apiKey: server.token, baseURL: `${server.url}/v1` });
const model = client("gpt-4.1-mini");

heading('4. One chat call: openai("gpt-4.1-mini").chat({ messages: [user("What is a catalog?")] })');
const reply = await model.chat({ messages: [user("What is a catalog?")] });
terminal.print("text    ", { style: "cyan", text: reply.text });
terminal.print(`finish  ${reply.finishReason}; ${reply.usage.inputTokens} tokens in, ${reply.usage.outputTokens} out`);
terminal.print(`cost    ${reply.cost.state === "known" ? `${reply.cost.amount} ${reply.cost.currency}` : "unknown"}`);

heading("5. One stream: each | is an event of its own");
const pieces: string[] = [];
for await (const text of model.stream({ messages: [user("Count to three.")] }).text) pieces.push(text);
terminal.print("text    ", { style: "cyan", text: pieces.join("|") });

heading("6. One tool call: the argument type comes from the schema, the result goes back to the model");
const withTool = await model.chat({
  messages: [user("What is the temperature in Lisbon?")],
  tools: {
    temperature: {
      description: "Current temperature of a city, in degrees Celsius",
      input: z.object({ city: z.string() }),
      execute: ({ city }) => {
        terminal.print(`called  temperature({ city: ${JSON.stringify(city)} })`);
        return { celsius: 21 };
      },
    },
  },
  maxSteps: 2,
});
terminal.print("text    ", { style: "cyan", text: withTool.text });
terminal.print(`steps   ${withTool.steps.length}: the model asked for the tool, then answered`);

heading("7. One structured output: parsed, checked and typed by the schema");
const structured = await model.chat({
  messages: [user("Name a capital of Europe.")],
  output: z.object({ city: z.string(), inhabitants: z.number().int().min(0).max(10_000_000) }),
});
const { city, inhabitants } = structured.output;
terminal.print("output  ", { style: "cyan", text: JSON.stringify({ city, inhabitants }) }, "  [simulated]");

heading("How to go on");
terminal.print("  with a key   OPENAI_API_KEY=... and openai(...) as above, without .create({ ... })");
terminal.print("  models       npx tsx src/cli/main.ts models --provider openai --tools");
terminal.print("  one model    npx tsx src/cli/main.ts explain openai/gpt-4.1-mini");
terminal.print("  your own     write catalog/acme.json (see .github/CONTRIBUTING.md), then npm run generate");
terminal.print("  the server   npm start -- --stay, or npx modelwright dev in a project of your own");
terminal.print("  all tests    npm test");

if (stay) {
  terminal.print("");
  server.feed.subscribe((entry) => printEvent(entry, terminal));
  await follow(server, job.inputs, terminal);
}
await server.close();
