/** The clients that speed is compared of: ours as it is packed, its peers, and the floor, each in a process of its own. */
import { type ChildProcess, fork } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { installPackage } from "../installed-package.js";
import { privatePackages } from "../private-packages.js";
import type { Job, Measured } from "./contender-process.js";

/** The newest that run on Node 20.19. */
export const peerVersions = {
  undici: "7.30.2",
  openai: "6.49.0",
  ai: "6.0.326",
  "@ai-sdk/openai": "3.0.141",
  "@langchain/openai": "1.5.8",
  "@langchain/core": "1.4.0",
  "@tanstack/ai": "0.58.0",
  "@tanstack/ai-openai": "0.23.1",
  zod: "4.6.7",
};

const model = '"gpt-4.1"';
const messages = '[{ role: "user", content: "Count." }]';

/** What somebody writes who needs no library: one request, one JSON.parse per answer or event. */
const raw = `
import { request } from "undici";
const headers = { "content-type": "application/json", authorization: "Bearer simulated" };
export const create = (baseURL) => {
  const send = (stream) => {
    const body = JSON.stringify({ model: ${model}, messages: ${messages}, stream });
    return request(baseURL + "/chat/completions", { method: "POST", headers, body });
  };
  return {
    async chat() {
      const { body } = await send(false);
      return JSON.parse(await body.text()).choices[0].message.content;
    },
    async stream(onText) {
      const { body } = await send(true);
      const decoder = new TextDecoder();
      let rest = "";
      for await (const bytes of body) {
        rest += decoder.decode(bytes, { stream: true });
        for (let end = rest.indexOf("\\n\\n"); end !== -1; end = rest.indexOf("\\n\\n")) {
          const data = rest.slice("data: ".length, end);
          rest = rest.slice(end + 2);
          if (data === "[DONE]") break;
          const text = JSON.parse(data).choices[0]?.delta.content;
          if (text) onText(text);
        }
      }
    },
  };
};`;

const modelwright = `
import { createOpenAI } from "modelwright/openai";
export const create = (baseURL) => {
  const model = createOpenAI({ apiKey: "simulated", baseURL })(${model});
  const messages = ${messages};
  return {
    chat: async () => (await model.chat({ messages })).text,
    async stream(onText) {
      for await (const text of model.stream({ messages }).text) onText(text);
    },
  };
};`;

const openai = `
import OpenAI from "openai";
export const create = (baseURL) => {
  const client = new OpenAI({ apiKey: "simulated", baseURL });
  const request = { model: ${model}, messages: ${messages} };
  return {
    chat: async () => (await client.chat.completions.create(request)).choices[0].message.content,
    async stream(onText) {
      for await (const chunk of await client.chat.completions.create({ ...request, stream: true }))
        onText(chunk.choices[0]?.delta.content ?? "");
    },
  };
};`;

const aiSdk = `
import { generateText, streamText } from "ai";
import { createOpenAI } from "@ai-sdk/openai";
export const create = (baseURL) => {
  const model = createOpenAI({ apiKey: "simulated", baseURL }).chat(${model});
  const messages = ${messages};
  return {
    chat: async () => (await generateText({ model, messages })).text,
    async stream(onText) {
      for await (const text of streamText({ model, messages }).textStream) onText(text);
    },
  };
};`;

const langchain = `
import { ChatOpenAI } from "@langchain/openai";
export const create = (baseURL) => {
  const model = new ChatOpenAI({ model: ${model}, apiKey: "simulated", configuration: { baseURL } });
  const messages = ${messages};
  return {
    chat: async () => (await model.invoke(messages)).content,
    async stream(onText) {
      for await (const chunk of await model.stream(messages)) onText(chunk.content);
    },
  };
};`;

const tanstack = `
import { chat } from "@tanstack/ai";
import { createOpenaiChatCompletions } from "@tanstack/ai-openai";
export const create = (baseURL) => {
  const adapter = createOpenaiChatCompletions(${model}, "simulated", { baseURL });
  const messages = ${messages};
  return {
    chat: () => chat({ adapter, messages, stream: false }),
    async stream(onText) {
      for await (const event of chat({ adapter, messages }))
        if (event.type === "TEXT_MESSAGE_CONTENT") onText(event.delta);
    },
  };
};`;

export interface Contender {
  readonly name: string;
  /** Neither the floor nor ours. */
  readonly peer: boolean;
  /** The file of its program. */
  readonly program: string;
}

/**
 * Writes the programs; the floor comes first, then ours. `ours` may name folders that have the package installed, to
 * compare builds; else it is packed now.
 */
export async function prepareContenders(ours: readonly string[]): Promise<readonly Contender[]> {
  const peers = await privatePackages("speed-peers", peerVersions);
  const folders = ours.length > 0 ? ours : [installPackage().app];
  const inFolder = (name: string, folder: string, source: string): Contender => {
    const program = join(folder, `speed-${name.replaceAll(/\W+/g, "-")}.mjs`);
    writeFileSync(program, source);
    return { name, program, peer: folder === peers && source !== raw };
  };
  return [
    inFolder("undici", peers, raw),
    ...folders.map((folder) =>
      inFolder(folders.length > 1 ? `modelwright ${folder}` : "modelwright", folder, modelwright),
    ),
    inFolder("openai", peers, openai),
    inFolder("ai + @ai-sdk/openai", peers, aiSdk),
    inFolder("@langchain/openai", peers, langchain),
    inFolder("@tanstack/ai-openai", peers, tanstack),
  ];
}

/** Starts the server that all contenders ask; its origin. */
export async function startWireServer(): Promise<{ readonly origin: string; stop(): void }> {
  const script = fileURLToPath(new URL("wire-server.ts", import.meta.url));
  const server = fork(script, { execArgv: ["--import", "tsx"] });
  const port = await nextMessage<number>(server);
  return { origin: `http://127.0.0.1:${port}`, stop: () => server.kill() };
}

export interface Runner extends Pick<Contender, "name" | "peer"> {
  measure(job: Job): Promise<Measured>;
  stop(): void;
}

/** A contender's process: plain Node without a loader, so that what is measured is what users run. */
export async function startContender({ name, program, peer }: Contender): Promise<Runner> {
  const script = `${program.slice(0, -".mjs".length)}-process.mjs`;
  const entry = fileURLToPath(new URL("contender-process.ts", import.meta.url));
  await build({
    entryPoints: [entry],
    outfile: script,
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "error",
  });
  const child = fork(script, [program], { execArgv: ["--expose-gc"] });
  await nextMessage(child);
  return {
    name,
    peer,
    measure(job) {
      const measured = nextMessage<Measured>(child);
      child.send(job);
      return measured;
    },
    stop: () => child.disconnect(),
  };
}

function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    const failed = () => reject(new Error(`a process of the bench ended: ${child.spawnargs.at(-1)}`));
    child.once("exit", failed);
    child.once("message", (message) => {
      child.off("exit", failed);
      resolve(message as Message);
    });
  });
}
