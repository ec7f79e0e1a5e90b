/** A chat behind a route, for front ends that are not ours: a model of the simulator that thinks and calls tools. */
import { z } from "zod";
import { anthropic } from "../../generated/anthropic.js";
import type { ScriptedAnswer } from "../../src/simulator/contract.js";
import type { StreamedChat } from "../../src/streams.js";
import { createSimulator } from "../../src/testing.js";
import { privatePackages } from "../private-packages.js";

/** The front ends' own packages. */
export function frontEnds(): Promise<string> {
  return privatePackages("front-ends", {
    ai: "6.0.325",
    "@ag-ui/client": "1.0.0",
    "@ag-ui/core": "1.0.0",
    hono: "4.13.19",
  });
}

export function simulated(...answers: readonly ScriptedAnswer[]) {
  const simulator = createSimulator({ providers: [anthropic.facts] });
  for (const answer of answers) simulator.reply(answer);
  const connection = { apiKey: "simulated", baseURL: simulator.baseURL("anthropic"), fetch: simulator.fetch };
  const model = anthropic.create({ ...connection, retry: false })("claude-sonnet-4-5");
  return { simulator, model };
}

/** `weather` runs on the server, `broken` fails there, `confirm` is the front end's. */
export const tools = {
  weather: { input: z.object({ city: z.string() }), execute: ({ city }: { city: string }) => ({ city, celsius: 21 }) },
  broken: {
    input: z.object({}),
    execute: () => {
      throw new Error("connect ECONNREFUSED 10.0.0.7:5432");
    },
  },
};
export const confirm = { description: "Asks the user", input: z.object({ question: z.string() }) };

export const reasoning = { budget: 2000 } as const;

/** A chat that says nothing until its reader was given a sign of life. */
export function silentUntilSign(chat: StreamedChat, respond: (chat: StreamedChat) => Response): Response {
  let signed = (): void => undefined;
  const sign = new Promise<void>((resolve) => {
    signed = resolve;
  });
  const silent: StreamedChat = {
    cancel: () => chat.cancel(),
    async *[Symbol.asyncIterator]() {
      await sign;
      yield* chat;
    },
  };
  const { body, headers } = respond(silent);
  const watched = body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(bytes, to) {
        if (new TextDecoder().decode(bytes).startsWith(":")) signed();
        to.enqueue(bytes);
      },
    }),
  );
  return new Response(watched ?? null, { headers });
}

/** Thinks, calls two tools, then answers. */
export const script: readonly ScriptedAnswer[] = [
  {
    reasoning: "Rome, then.",
    text: "Let me see.",
    toolCalls: [
      { id: "call-1", name: "weather", input: { city: "Rome" } },
      { id: "call-2", name: "broken", input: {} },
    ],
  },
  { reasoning: "That is it.", text: "21 degrees in Rome." },
];
