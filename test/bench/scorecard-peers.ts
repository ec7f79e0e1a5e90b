/** The clients of the scorecard: how each calls a primary and a second model with the fallback that it offers. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { anthropic } from "../../generated/anthropic.js";
import { openai } from "../../generated/openai.js";
import { failover, user } from "../../src/index.js";
import { createGateway } from "../../src/server/gateway.js";
import { serve } from "../../src/server/serve.js";
import type { Simulator } from "../../src/testing.js";
import { privatePackages } from "../private-packages.js";
import { compatibleModel, primaryModel, secondModels, secondOf } from "../routing/bed.js";
import { type Outcome, patienceMs } from "../routing/judge.js";
import type { Scenario } from "../routing/scenarios.js";

export interface Client {
  readonly name: string;
  /** What stands in for a fallback. */
  readonly how: string;
  call(scenario: Scenario, upstream: Upstream): Promise<Omit<Outcome, "ms">>;
}

/** Where the models are. */
export type Upstream = Pick<Simulator, "baseURL">;

const prompt = "Count the words.";
/** Every client waits this long at most, wherever it has such a limit. */
const limitMs = 2_000;
export const apiKey = "sk-simulated-0123456789";

/** The group of this project: primary and second model, with the mid-stream policy that the catalog decides. */
function groupAt(scenario: Scenario, upstream: Upstream) {
  const options = { apiKey, timeouts: { firstByte: limitMs, idle: limitMs } };
  const second = anthropic.create({ ...options, baseURL: upstream.baseURL("anthropic") });
  return failover(
    [
      openai.create({ ...options, baseURL: upstream.baseURL("openai") })(primaryModel),
      scenario.secondRejectsPrefill ? second(secondModels.restarts) : second(secondModels.resumes),
    ],
    { midStream: "auto" },
  );
}

/** A reader of this project's streams follows their `switch` event. */
const ours: Client = {
  name: "modelwright",
  how: 'failover([a, b], { midStream: "auto" })',
  async call(scenario, upstream) {
    const request = { messages: [user(prompt)] };
    const group = groupAt(scenario, upstream);
    if (!scenario.stream) {
      const { text, model, usage } = await group.chat(request);
      return { text, model, outputTokens: usage.outputTokens };
    }
    const stream = group.stream(request);
    let text = "";
    try {
      for await (const event of stream) {
        if (event.type === "text-delta") text += event.text;
        if (event.type === "switch" && event.mode === "restart") text = "";
      }
    } catch (error) {
      return { text, error };
    }
    const { model, usage } = await stream.reply;
    return { text, model, outputTokens: usage.outputTokens };
  },
};

/** One try of one model: text goes to the reader as it comes. */
type Try = (tell: (text: string) => void) => Promise<Omit<Outcome, "ms" | "text">>;

/** The loop that users write where a client has no fallback: the next model on any error, unless text is already out. */
async function loop(tries: readonly Try[]): Promise<Omit<Outcome, "ms">> {
  let text = "";
  let error: unknown;
  for (const attempt of tries) {
    try {
      const result = await attempt((piece) => {
        text += piece;
      });
      return { text, ...result };
    } catch (thrown) {
      error = thrown;
      if (text !== "") break;
    }
  }
  return { text, error };
}

interface OpenAIAnswer {
  readonly model: string;
  readonly choices: readonly {
    readonly message?: { readonly content: string };
    readonly delta?: { readonly content?: string };
  }[];
  readonly usage?: { readonly completion_tokens: number } | null;
}
type OpenAIModule = new (
  options: object,
) => {
  readonly chat: {
    readonly completions: { create(body: object): Promise<OpenAIAnswer & AsyncIterable<OpenAIAnswer>> };
  };
};

function openaiTry(
  OpenAI: OpenAIModule,
  model: string,
  baseURL: string,
  stream: boolean,
  maxRetries = 2,
  timeout = limitMs,
): Try {
  return async (tell) => {
    const client = new OpenAI({ apiKey, baseURL, timeout, maxRetries, logLevel: "off" });
    const body = { model, messages: [{ role: "user", content: prompt }] };
    if (!stream) {
      const answer = await client.chat.completions.create(body);
      tell(answer.choices[0]?.message?.content ?? "");
      return { model: answer.model, outputTokens: answer.usage?.completion_tokens };
    }
    let last: OpenAIAnswer | undefined;
    let outputTokens: number | undefined;
    const chunks = await client.chat.completions.create({
      ...body,
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const chunk of chunks) {
      last = chunk;
      outputTokens = chunk.usage?.completion_tokens ?? outputTokens;
      tell(chunk.choices[0]?.delta?.content ?? "");
    }
    return { model: last?.model, outputTokens };
  };
}

interface AiStreamPart {
  readonly type: string;
  readonly text?: string;
  readonly error?: unknown;
}
interface AiModule {
  generateText(options: object): Promise<AiResult>;
  streamText(options: object): { readonly fullStream: AsyncIterable<AiStreamPart> } & {
    readonly [Member in keyof AiResult]: Promise<AiResult[Member]>;
  };
}
interface AiResult {
  readonly text: string;
  readonly response: { readonly modelId: string };
  readonly usage: { readonly outputTokens: number | undefined };
}

function aiTry({ generateText, streamText }: AiModule, model: unknown, stream: boolean): Try {
  return async (tell) => {
    // The clock of the step covers its retries too, so it leaves room for them.
    const options = { model, prompt, timeout: { stepMs: 4 * limitMs, chunkMs: limitMs }, onError: () => undefined };
    if (!stream) {
      const { text, response, usage } = await generateText(options);
      tell(text);
      return { model: response.modelId, outputTokens: usage.outputTokens };
    }
    const result = streamText(options);
    for await (const part of result.fullStream) {
      if (part.type === "error") throw part.error;
      if (part.type === "abort") throw new Error("aborted by the time-out");
      if (part.type === "text-delta") tell(part.text ?? "");
    }
    return { model: (await result.response).modelId, outputTokens: (await result.usage).outputTokens };
  };
}

interface LangChainMessage {
  readonly content: string;
  readonly response_metadata?: { readonly model_name?: string };
  readonly usage_metadata?: { readonly output_tokens?: number };
}
interface LangChainModel {
  withFallbacks(models: { readonly fallbacks: readonly LangChainModel[] }): LangChainModel;
  invoke(prompt: string): Promise<LangChainMessage>;
  stream(prompt: string): Promise<AsyncIterable<LangChainMessage>>;
}
interface LangChainModule {
  readonly ChatOpenAI: new (options: object) => LangChainModel;
}

function langchain({ ChatOpenAI }: LangChainModule): Client["call"] {
  const model = (id: string, baseURL: string) =>
    new ChatOpenAI({ model: id, apiKey, timeout: limitMs, maxRetries: 2, configuration: { baseURL, logLevel: "off" } });
  return async ({ stream }, upstream) => {
    const chain = model(primaryModel, upstream.baseURL("openai")).withFallbacks({
      fallbacks: [model(compatibleModel, upstream.baseURL("groq"))],
    });
    let text = "";
    try {
      if (!stream) {
        const message = await chain.invoke(prompt);
        return { text: message.content, ...aboutOf([message]) };
      }
      const messages: LangChainMessage[] = [];
      for await (const message of await chain.stream(prompt)) {
        text += message.content;
        messages.push(message);
      }
      return { text, ...aboutOf(messages) };
    } catch (error) {
      return { text, error };
    }
  };
}

function aboutOf(messages: readonly LangChainMessage[]): Pick<Outcome, "model" | "outputTokens"> {
  const model = messages.findLast((message) => message.response_metadata?.model_name)?.response_metadata?.model_name;
  const outputTokens = messages.findLast((message) => message.usage_metadata)?.usage_metadata?.output_tokens;
  return { model, outputTokens };
}

const versions = {
  ai: "6.0.326",
  "@ai-sdk/openai": "3.0.141",
  "@ai-sdk/anthropic": "3.0.140",
  openai: "6.49.0",
  "@langchain/openai": "1.5.8",
  "@langchain/core": "1.4.0",
  zod: "4.6.7",
};

/** This project's client and the others, the newest that run on Node 20. Each gets what it has, and the loop where it has nothing. */
export async function clients(only: string | undefined): Promise<readonly Client[]> {
  if (only === "modelwright") return [ours];
  const folder = await privatePackages("scorecard", versions);
  const load = createRequire(join(folder, "package.json")) as <Module>(name: string) => Module;
  const OpenAI = load<{ readonly OpenAI: OpenAIModule }>("openai").OpenAI;
  const ai = load<AiModule>("ai");
  const { createOpenAI } = load<{ createOpenAI(options: object): { chat(id: string): unknown } }>("@ai-sdk/openai");
  const { createAnthropic } = load<{ createAnthropic(options: object): (id: string) => unknown }>("@ai-sdk/anthropic");
  const aiTries = (scenario: Scenario, upstream: Upstream) => [
    aiTry(ai, createOpenAI({ apiKey, baseURL: upstream.baseURL("openai") }).chat(primaryModel), scenario.stream),
    aiTry(ai, createAnthropic({ apiKey, baseURL: upstream.baseURL("anthropic") })(secondOf(scenario)), scenario.stream),
  ];
  const openaiTries = ({ stream }: Scenario, upstream: Upstream) => [
    openaiTry(OpenAI, primaryModel, upstream.baseURL("openai"), stream),
    openaiTry(OpenAI, compatibleModel, upstream.baseURL("groq"), stream),
  ];
  const all: readonly Client[] = [
    ours,
    {
      name: "its gateway",
      how: "the same group as a route, asked by OpenAI's own client",
      async call(scenario, upstream) {
        const routes = { auto: groupAt(scenario, upstream) };
        const server = await serve(createGateway({ models: { providers: [], routes } }), { token: apiKey });
        try {
          return await loop([openaiTry(OpenAI, "auto", `${server.url}/v1`, scenario.stream, 0, patienceMs)]);
        } finally {
          await server.close();
        }
      },
    },
    {
      name: `ai ${versions.ai}`,
      how: "has none",
      call: (scenario, upstream) => loop(aiTries(scenario, upstream).slice(0, 1)),
    },
    {
      name: `ai ${versions.ai} + loop`,
      how: "try, catch, next model",
      call: (scenario, upstream) => loop(aiTries(scenario, upstream)),
    },
    {
      name: `openai ${versions.openai}`,
      how: "has none",
      call: (scenario, upstream) => loop(openaiTries(scenario, upstream).slice(0, 1)),
    },
    {
      name: `openai ${versions.openai} + loop`,
      how: "try, catch, next model",
      call: (scenario, upstream) => loop(openaiTries(scenario, upstream)),
    },
    {
      name: `LangChain.js ${versions["@langchain/openai"]}`,
      how: "withFallbacks",
      call: langchain(load<LangChainModule>("@langchain/openai")),
    },
  ];
  return only === undefined ? all : all.filter(({ name }) => name.startsWith(only));
}

/** The route `model` of a server that speaks OpenAI's wire at `baseURL`, asked by OpenAI's own client without retries. */
export async function through(baseURL: string, model: string): Promise<Client> {
  const folder = await privatePackages("scorecard", versions);
  const load = createRequire(join(folder, "package.json")) as (name: string) => { readonly OpenAI: OpenAIModule };
  const { OpenAI } = load("openai");
  return {
    name: baseURL,
    how: `its route "${model}"`,
    call: ({ stream }) => loop([openaiTry(OpenAI, model, baseURL, stream, 0, patienceMs)]),
  };
}
