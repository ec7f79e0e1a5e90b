/** Providers over a local server for tests of the client: answers in the openai-chat wire. */
import type { ServerResponse } from "node:http";
import { afterEach } from "vitest";
import type { ModelFacts } from "../../src/catalog/facts.js";
import type { ClientOptions } from "../../src/client/client-options.js";
import { type AnyProvider, defineProvider, type ProviderLiteral } from "../../src/client/define-provider.js";
import type { ChatHandle, EmbeddingHandle } from "../../src/client/handle.js";
import { openaiChat } from "../../src/protocols/openai-chat/index.js";
import { type Received, startServer, type TestServer } from "../transport/server.js";

export const key = 'sk-test-0123456789abcdef+/=&"x';

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

export type WireAnswer = (body: WireBody, response: ServerResponse, received: Received) => void | Promise<void>;
export interface WireBody {
  readonly [member: string]: unknown;
  readonly stream?: boolean;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
}

/** A server that hands each request to the next of `answers`; the last one answers all that follow. */
export async function serve(...answers: readonly WireAnswer[]): Promise<TestServer & { bodies(): WireBody[] }> {
  let count = 0;
  const server = await startServer((received, response) => {
    const answer = answers[Math.min(count, answers.length - 1)];
    count += 1;
    return answer?.(received.body === "" ? { messages: [] } : JSON.parse(received.body), response, received);
  });
  servers.push(server);
  return Object.assign(server, { bodies: () => server.received.map(({ body }) => JSON.parse(body) as WireBody) });
}

/** Facts of a model that takes the usual parameters. */
export const plainModel: Partial<ModelFacts> = {
  features: { tools: true, toolChoice: ["auto", "none", "required", "named"], structuredOutput: "schema" },
  params: { temperature: { min: 0, max: 2 }, maxOutputTokens: true },
};

export function provider(
  baseURL: string,
  models: ProviderLiteral["models"] = { m: plainModel },
  rest: { readonly facts?: Partial<ProviderLiteral>; readonly options?: ClientOptions } = {},
): AnyProvider {
  const facts: ProviderLiteral = { id: "p", baseURL, assume: "strict", unknownModels: "reject", models, ...rest.facts };
  return defineProvider({ protocols: [openaiChat], facts }, { apiKey: key, env: {}, retry: false, ...rest.options });
}

export function chatModel(
  url: string,
  facts: Partial<ModelFacts> = plainModel,
  options: ClientOptions = {},
): ChatHandle {
  return provider(url, { m: facts }, { options })("m") as ChatHandle;
}

export function embeddingModel(url: string, facts: Partial<ModelFacts>): EmbeddingHandle {
  return provider(url, { e: { kind: "embedding", ...facts } })("e") as EmbeddingHandle;
}

const usage = { prompt_tokens: 10, completion_tokens: 5 };

/** A whole answer. */
export function answers(message: object, finish = "stop"): WireAnswer {
  return (_body, response) => {
    const choice = { index: 0, message: { role: "assistant", ...message }, finish_reason: finish };
    response
      .writeHead(200, { "content-type": "application/json", "x-request-id": "req-1" })
      .end(JSON.stringify({ id: "a-1", choices: [choice], usage }));
  };
}

export function calls(...list: readonly { readonly name: string; readonly input: unknown }[]): WireAnswer {
  const tool_calls = list.map(({ name, input }, i) => ({
    id: `call-${i}`,
    type: "function",
    function: { name, arguments: typeof input === "string" ? input : JSON.stringify(input) },
  }));
  return answers({ content: null, tool_calls }, "tool_calls");
}

/** The text of a stream with the given deltas. */
export function streamText(deltas: readonly object[], finish = "stop"): string {
  const chunks = [
    ...deltas.map((delta) => ({ id: "s-1", choices: [{ index: 0, delta }] })),
    { id: "s-1", choices: [{ index: 0, delta: {}, finish_reason: finish }] },
    { id: "s-1", choices: [], usage },
  ];
  return `${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("")}data: [DONE]\n\n`;
}

export const eventStream = { "content-type": "text/event-stream", "x-request-id": "req-2" };

export function streams(...deltas: readonly object[]): WireAnswer {
  return (_body, response) => void response.writeHead(200, eventStream).end(streamText(deltas));
}

export function fails(status: number, body: unknown, headers: { readonly [name: string]: string } = {}): WireAnswer {
  return (_body, response) => {
    response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
  };
}
