/** The client's reliability goals in figures: `tsx test/bench/reliability.ts`. Real HTTP on this machine; exit code 1 beyond a bound. */
import type { ServerResponse } from "node:http";
import { createServer } from "node:net";
import type { ClientOptions } from "../../src/client/client-options.js";
import { defineProvider } from "../../src/client/define-provider.js";
import type { ChatHandle } from "../../src/client/handle.js";
import type { ChatStream } from "../../src/client/stream.js";
import { isModelwrightError } from "../../src/errors.js";
import { openaiChat } from "../../src/protocols/openai-chat/index.js";
import { startServer, type TestServer, until } from "../transport/server.js";
import { type Figure, record } from "./record.js";

const key = "sk-goal-0123456789abcdef";
const event = (choice: object): string => `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`;
const delta = event({ delta: { content: "Grüß dich" } });
const toolCall = { index: 0, id: "c", type: "function", function: { name: "now", arguments: '{"zone":"UTC"}' } };
const whole = `${delta}${event({ delta: { tool_calls: [toolCall] } })}${event({ delta: {}, finish_reason: "tool_calls" })}data: [DONE]\n\n`;

function modelAt(url: string, options: ClientOptions = {}): ChatHandle {
  const facts = { id: "goal", baseURL: url, models: { m: { features: { tools: true }, params: {} } } } as const;
  return defineProvider({ protocols: [openaiChat], facts }, { apiKey: key, env: {}, ...options })("m") as ChatHandle;
}

type Serve = (response: ServerResponse, number: number) => void;

async function withServer<Value>(serve: Serve, run: (server: TestServer) => Promise<Value>): Promise<Value> {
  let number = 0;
  const server = await startServer((_received, response) => serve(response, number++));
  try {
    return await run(server);
  } finally {
    await server.close();
  }
}

const stream = (text: string, open = false): Serve => {
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    if (text !== "") response.write(text);
    if (!open) response.end();
  };
};
const fails = (status: number, body: object = {}): Serve => {
  return (response) => void response.writeHead(status).end(JSON.stringify(body));
};

/** Milliseconds that `run` takes. */
async function timed(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await run();
  return performance.now() - began;
}

const ask = { messages: "?" };
const failure = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "none",
    (error) => (isModelwrightError(error) ? error.code : String(error)),
  );

/** G2: answers of a stream cut at each byte that are shorter than the whole, and no error. */
async function shortSuccesses(): Promise<number> {
  const bytes = Buffer.from(whole);
  let short = 0;
  const cutAt: Serve = (response, number) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).end(bytes.subarray(0, number));
  };
  await withServer(cutAt, async ({ url }) => {
    const model = modelAt(url, { retry: false });
    for (let length = 0; length < bytes.length; length += 1) {
      const reply = await model.stream(ask).reply.catch(() => undefined);
      if (reply !== undefined && (reply.text !== "Grüß dich" || reply.toolCalls.length !== 1)) short += 1;
    }
  });
  return short;
}

/** G3: from the terminal event to the end, while the socket stays open. */
const endAfterTerminal = () =>
  withServer(stream(whole, true), ({ url }) => timed(() => modelAt(url).stream(ask).reply));

const limit = 300;

/** G4: how much later than its limit a stall is noticed: before the connection, the headers, and an event. */
async function stallNoticed(): Promise<number> {
  const silent = createServer((socket) => void socket.resume().on("error", () => undefined));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as { readonly port: number };
  const options = { retry: false, timeouts: { connect: limit, firstByte: limit, idle: limit } } as const;
  const late = async (url: string): Promise<number> => {
    const model = modelAt(url, options);
    let code = "";
    const ms = await timed(async () => {
      code = await failure(model.stream(ask).reply);
    });
    return code === "timeout" ? ms - limit : Number.POSITIVE_INFINITY;
  };
  const times = [
    await late(`https://127.0.0.1:${port}`),
    await withServer(
      () => undefined,
      ({ url }) => late(url),
    ),
    await withServer(stream("", true), ({ url }) => late(url)),
    await withServer(stream(delta, true), ({ url }) => late(url)),
  ];
  silent.close();
  return Math.max(...times);
}

/** G5: requests at the origin that redirects point to. */
const redirected = () =>
  withServer(fails(200), async (second) => {
    for (const status of [301, 302, 303, 307, 308])
      for (const asked of ["chat", "stream"] as const)
        await withServer(
          (response) => void response.writeHead(status, { location: second.url }).end(),
          ({ url }) => failure(asked === "chat" ? modelAt(url).chat(ask) : modelAt(url).stream(ask).reply),
        );
    return second.received.length;
  });

/** G7: requests of one call on an exhausted quota. */
const quotaRequests = () =>
  withServer(fails(429, { error: { message: "pay", code: "insufficient_quota" } }), async (server) => {
    await failure(modelAt(server.url).chat(ask));
    return server.received.length;
  });

/** G8: a dead provider, by default options: one that refuses connections, one that only fails, one that resets. */
async function deadProvider(): Promise<number> {
  const refusing = await timed(() => failure(modelAt("http://127.0.0.1:1").chat(ask)));
  const resetting = await withServer(
    (response) => void response.destroy(),
    ({ url }) => timed(() => failure(modelAt(url).chat(ask))),
  );
  return Math.max(
    refusing,
    resetting,
    await withServer(fails(503), ({ url }) => timed(() => failure(modelAt(url).chat(ask)))),
  );
}

/** G8: the same with a deadline of the caller's, on a provider that says nothing: how much later the call ends. */
const beyondDeadline = () =>
  withServer(
    () => undefined,
    async ({ url }) => (await timed(() => failure(modelAt(url).chat({ ...ask, timeouts: { total: limit } })))) - limit,
  );

/** G12: from the consumer's stop to the close of the upstream connection; the slowest of 5 ways in 3 phases. */
async function slowestClose(): Promise<number> {
  const ways: readonly ((opened: ChatStream, iterator: AsyncIterator<unknown>, own: AbortController) => unknown)[] = [
    (_opened, iterator) => iterator.return?.(),
    (_opened, iterator) => iterator.throw?.(new Error("mine")) ?? iterator.return?.(),
    (_opened, _iterator, own) => own.abort(),
    (opened) => opened[Symbol.asyncDispose](),
    (opened) => opened.cancel(),
  ];
  let slowest = 0;
  for (const serve of [() => undefined, stream("", true), stream(delta, true)])
    for (const stop of ways)
      await withServer(serve, async (server) => {
        const own = new AbortController();
        const opened = modelAt(server.url).stream({ ...ask, signal: own.signal });
        const iterator = opened[Symbol.asyncIterator]();
        const pending = (async () => {
          for (let result = await iterator.next(); result.done !== true; result = await iterator.next());
        })().catch(() => undefined);
        await until(() => server.received.length === 1);
        await new Promise((resolve) => setTimeout(resolve, 30));
        const ms = await timed(async () => {
          await stop(opened, iterator, own);
          await until(() => server.closedEarly === 1);
        });
        await pending;
        slowest = Math.max(slowest, ms);
      });
  return slowest;
}

const goals: readonly (readonly [what: string, most: number, measure: () => Promise<number>])[] = [
  ["G2 shorter successes among all cuts of a stream", 0, shortSuccesses],
  ["G3 ms to the end after the terminal event, socket open", 100, endAfterTerminal],
  ["G4 ms beyond the limit until a stall is noticed (connect, headers, first, next event)", 250, stallNoticed],
  ["G5 requests at a redirect's target", 0, redirected],
  ["G7 requests on an exhausted quota", 1, quotaRequests],
  ["G8 ms until a dead provider is given up, by default", 10_000, deadProvider],
  ["G8 ms beyond the caller's deadline on a silent provider", 250, beyondDeadline],
  ["G12 ms until the upstream is closed, slowest of 5 ways in 3 phases", 250, slowestClose],
];

// The first call loads what all others have.
await withServer(stream(whole), ({ url }) => modelAt(url).stream(ask).reply);
const figures: { [what: string]: Figure } = {};
for (const [what, most, measure] of goals) {
  const measured = Math.round(await measure());
  figures[what] = { ours: measured, most };
  if (measured > most) process.exitCode = 1;
  console.log(`${measured <= most ? "ok  " : "FAIL"} ${what}: ${measured} (at most ${most})`);
}
record("reliability", figures);
process.exit();
