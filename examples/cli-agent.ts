/** An agent at the terminal: it reads files on its own and asks before it writes one. `npx tsx examples/cli-agent.ts <task>` */
import { readFile, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { system, truncateMessages, user } from "modelwright";
import { anthropic } from "modelwright/anthropic";
import { z } from "zod";

const terminal = createInterface({ input: process.stdin, output: process.stdout });

const tools = {
  read: {
    description: "Reads a text file",
    input: z.object({ path: z.string() }),
    execute: ({ path }: { path: string }) => readFile(path, "utf8"),
  },
  write: {
    description: "Writes a text file",
    input: z.object({ path: z.string(), text: z.string() }),
    // Nothing of a step runs before every call that needs it is approved.
    needsApproval: true,
    execute: ({ path, text }: { path: string; text: string }) => writeFile(path, text),
  },
};

const task = process.argv.slice(2).join(" ") || "Say hello.";
const stream = anthropic("claude-sonnet-4-5").stream({
  messages: [system("You work on the files of this folder."), user(task)],
  tools,
  maxSteps: 20,
  approve: async ({ name, input }) => {
    const answer = await terminal.question(`\n${name} ${input.path}? [y/N] `);
    return answer === "y" || { denied: "the user said no" };
  },
  // A long task stays within the model's window: whole rounds go, oldest first.
  prepareStep: ({ messages }) => ({
    messages: truncateMessages(messages, { maxTokens: 150_000 }).messages,
  }),
  // Stop as well when it has cost too many tokens.
  stopWhen: (steps) => steps.reduce((sum, { usage }) => sum + usage.outputTokens, 0) > 50_000,
});

for await (const event of stream) {
  if (event.type === "text-delta") process.stdout.write(event.text);
  if (event.type === "tool-result")
    console.log(`\n[${event.toolName}${event.isError ? ` failed: ${event.output}` : ""}]`);
}
const { cost, steps } = await stream.reply;
console.log(`\n${steps.length} steps, ${cost.state === "known" ? `${cost.amount} ${cost.currency}` : "cost unknown"}`);
terminal.close();
