/** `npm start`: the main job once, without key and network. Catalog to clients to a typed call, against the simulator. */
import { z } from "zod";
import { user } from "../index.js";
import { createSimulator } from "../testing.js";
import { type Command, parseArguments } from "./command.js";
import { generate } from "./generate.js";
import { createTerminal } from "./terminal.js";
import { validate } from "./validate.js";

const terminal = createTerminal(process.stdout, process.stderr);

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

heading("3. Start the simulator (modelwright/testing): no key, no network, nothing below comes from a model");
const { openai } = await import("../../generated/openai.js");
const simulator = createSimulator({ providers: [openai.facts] });
terminal.print(`listening on ${await simulator.listen()}`);
const client = openai.create({ apiKey: "simulated", baseURL: simulator.baseURL("openai") });
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
await simulator.close();

heading("How to go on");
terminal.print("  with a key   OPENAI_API_KEY=... and openai(...) as above, without .create({ ... })");
terminal.print("  models       npx tsx src/cli/main.ts models --provider openai --tools");
terminal.print("  one model    npx tsx src/cli/main.ts explain openai/gpt-4.1-mini");
terminal.print("  your own     write catalog/acme.json (see .github/CONTRIBUTING.md), then npm run generate");
terminal.print("  all tests    npm test");
