/** The program that every runtime and bundler runs: a chat, a stream, a tool call and a structured output over HTTP. */

/** What it prints when all four did what they should. */
export const expected = "chat stream tool output";

const body = `
  const model = createOpenAI({ apiKey: "simulated", baseURL })("gpt-4.1");
  const messages = [user("Hello")];
  const done = [];
  const reply = await model.chat({ messages });
  if (reply.text.includes("Hello") && reply.usage.outputTokens > 0) done.push("chat");
  let text = "";
  for await (const part of model.stream({ messages }).text) text += part;
  if (text === reply.text) done.push("stream");
  let called = 0;
  const execute = () => {
    called += 1;
    return "noon";
  };
  const tools = { time: { input: { type: "object", properties: {} }, execute } };
  const told = await model.chat({ messages, tools, toolChoice: "required", maxSteps: 2 });
  if (called === 1 && told.finishReason === "stop") done.push("tool");
  const properties = { city: { type: "string" } };
  const output = { type: "object", properties, required: ["city"], additionalProperties: false };
  const read = await model.chat({ messages, output });
  if (typeof read.output.city === "string") done.push("output");
  return done.join(" ");
`;

/** An ES module that exports `run(baseURL)`. */
export const program = `
import { user } from "modelwright";
import { createOpenAI } from "modelwright/openai";
export async function run(baseURL) {${body}}
`;

/** The same as a CommonJS script that runs at once. */
export function commonJs(baseURL: string): string {
  return `
const { user } = require("modelwright");
const { createOpenAI } = require("modelwright/openai");
async function run(baseURL) {${body}}
run(${JSON.stringify(baseURL)}).then(console.log);
`;
}

/** Imports a provider and does not use it: a bundler that believes "sideEffects": false leaves nothing of it. */
export const unused = 'import { openai } from "modelwright/openai";\nconsole.log("nothing else");\n';

/** For compilers: correct as it stands, and wrong where it says so. */
export const typed = `
import { image, user } from "modelwright";
import { openai } from "modelwright/openai";
export const reply = await openai("gpt-4.1").chat({ messages: [user("What is this?", image("https://a.example/x.png"))] });
export const text: string = reply.text;
// @ts-expect-error gpt-3.5-turbo does not accept image input
export const refused = openai("gpt-3.5-turbo").chat({ messages: [user("x", image("https://a.example/x.png"))] });
`;
