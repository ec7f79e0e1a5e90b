/** A route handler for `useChat` of `@ai-sdk/react`: save it as app/api/chat/route.ts of a Next.js application. */
import { system } from "modelwright";
import { openai } from "modelwright/openai";
import { readUiMessages, uiMessageStreamResponse } from "modelwright/streams";
import { z } from "zod";

const model = openai("gpt-4.1");

const weather = {
  description: "The weather of a city",
  input: z.object({ city: z.string() }),
  execute: ({ city }: { city: string }) => ({ city, celsius: 21 }),
};

export async function POST(request: Request): Promise<Response> {
  const { messages } = (await request.json()) as { messages: unknown };
  // What a browser sends is checked. Only media that you name here get through, and the model must take them:
  // with "video" in this list, the call below would not compile.
  const history = readUiMessages(messages, { media: ["image"] });
  const chat = model.stream({
    messages: [system("You are a travel guide. Be brief."), ...history],
    tools: { weather },
    maxSteps: 4,
    // Leaving the page ends the call at the provider.
    signal: request.signal,
  });
  return uiMessageStreamResponse(chat, {
    metadata: ({ usage }) => ({ tokens: usage.inputTokens + usage.outputTokens }),
  });
}
