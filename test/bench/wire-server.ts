/** A provider that costs nothing: fixed answers of the OpenAI chat wire, in a process of its own that sends its port. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { chunksPerAnswer, chunksPerStream, slowPath, wholePath } from "./wire-paths.js";

const head = { id: "chatcmpl-1", created: 1_750_000_000, model: "gpt-4.1" };
const usage = { prompt_tokens: 10, completion_tokens: 120, total_tokens: 130 };
const content = "one two three ";

function chunk(delta: object, finish: string | null, more: object = {}): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
  return `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices, ...more })}\n\n`;
}

const first = chunk({ role: "assistant", content: "" }, null);
const middle = chunk({ content }, null);
const last = `${chunk({}, "stop")}data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices: [], usage })}\n\ndata: [DONE]\n\n`;
const whole = JSON.stringify({
  ...head,
  object: "chat.completion",
  choices: [
    { index: 0, message: { role: "assistant", content: content.repeat(chunksPerAnswer) }, finish_reason: "stop" },
  ],
  usage,
});

/** Each chunk is a write of its own, as from a provider; as many as the socket takes, then as it drains. */
async function sendFast(response: ServerResponse, chunks: number): Promise<void> {
  response.write(first);
  for (let i = 0; i < chunks; i++)
    if (!response.write(middle)) await new Promise((resolve) => response.once("drain", resolve));
  response.end(last);
}

function sendSlowly(response: ServerResponse): void {
  response.write(first);
  response.write(middle);
  const timer = setInterval(() => response.write(middle), 1_000);
  response.on("close", () => clearInterval(timer));
}

const server = createServer(async (request, response) => {
  let body = "";
  for await (const data of request) body += data;
  if (!body.includes('"stream":true')) {
    response.writeHead(200, { "content-type": "application/json" }).end(whole);
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  if (request.url?.startsWith(slowPath)) sendSlowly(response);
  // For clients that ask for a stream in any case.
  else await sendFast(response, request.url?.startsWith(wholePath) ? chunksPerAnswer : chunksPerStream);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit());
