/** The provider of the soak run, in a process of its own: does what each message asks for, and watches keys and sockets. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a message may ask for; the rest of it is echoed. */
export const behaviours = [
  "whole",
  "stream",
  "tool",
  "stall",
  "cut",
  "reset",
  "overloaded",
  "refused",
  "redirect",
  "long-error",
] as const;
export type Behaviour = (typeof behaviours)[number];

/** `behaviour tenant number`. */
export const keyOf = (tenant: string): string => `key-of-${tenant}`;

let requests = 0;
let crossed = 0;
let connections = 0;
let peak = 0;

interface Body {
  readonly stream?: boolean;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === "/stats") {
    response.end(JSON.stringify({ requests, crossed, connections, peak }));
    return;
  }
  let text = "";
  for await (const chunk of request) text += String(chunk);
  const { stream = false, messages } = JSON.parse(text) as Body;
  const asked = messages[0]?.content ?? "";
  const [behaviour, tenant = ""] = asked.split(" ") as [Behaviour, string];
  requests += 1;
  if (request.headers.authorization !== `Bearer ${keyOf(tenant)}`) crossed += 1;
  const fail = (status: number, message: string, headers = {}): void => {
    response.writeHead(status, headers).end(JSON.stringify({ error: { message } }));
  };
  switch (behaviour) {
    case "overloaded":
      return fail(503, "busy");
    case "refused":
      return fail(400, "bad request");
    case "long-error":
      return fail(500, "x".repeat(300_000));
    case "redirect":
      return fail(307, "elsewhere", { location: "http://127.0.0.1:9/" });
    case "reset":
      return void response.destroy();
    case "tool":
      if (messages.at(-1)?.role === "tool") break;
      return answer(response, { content: null, tool_calls: [toolCall] }, { stream, finish: "tool_calls" });
    default:
  }
  answer(response, { content: asked }, { stream, finish: "stop", breaks: behaviour });
}

const toolCall = { index: 0, id: "c", type: "function", function: { name: "now", arguments: "{}" } };

function answer(
  response: ServerResponse,
  message: object,
  { stream, finish, breaks }: { readonly stream: boolean; readonly finish: string; readonly breaks?: Behaviour },
): void {
  if (!stream) {
    const body = { choices: [{ index: 0, message, finish_reason: finish }] };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  const event = (choice: object): string => `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`;
  response.write(event({ delta: message }));
  if (breaks === "stall") return;
  if (breaks !== "cut") response.write(`${event({ delta: {}, finish_reason: finish })}data: [DONE]\n\n`);
  response.end();
}

/** Serves until its parent goes away; tells its port. */
export function startSoakServer(): void {
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.on("connection", (socket) => {
    connections += 1;
    peak = Math.max(peak, connections);
    socket.on("close", () => {
      connections -= 1;
    });
  });
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
  process.on("disconnect", () => process.exit());
}
