/** A key goes to the origin it was given for and nowhere else: redirects, groups, pools, keys of calls, the environment. */
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { ClientOptions } from "../../src/client/client-options.js";
import { defineProvider } from "../../src/client/define-provider.js";
import type { ChatHandle, EmbeddingHandle } from "../../src/client/handle.js";
import { failover, keyPool, type Routable } from "../../src/index.js";
import { rooms } from "../routing/wires.js";
import { type Received, startServer, type TestServer } from "../transport/server.js";

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(answer: Parameters<typeof startServer>[0]): Promise<TestServer> {
  const server = await startServer(answer);
  servers.push(server);
  return server;
}

const answered = { id: "a", choices: [{ index: 0, message: { content: "ok" }, finish_reason: "stop" }], data: [] };

function providerAt(id: string, baseURL: string, options: ClientOptions) {
  return defineProvider(
    {
      protocols: [rooms["openai-chat"]],
      facts: {
        id,
        baseURL,
        assume: "permissive",
        unknownModels: "permissive",
        auth: [{ type: "bearer", env: [`${id.toUpperCase()}_KEY`] }],
        models: { m: { kind: "chat" }, e: { kind: "embedding" } },
      },
    },
    { retry: false, env: {}, ...options },
  );
}

const transports = [
  ["undici", {}],
  ["fetch", { fetch: globalThis.fetch }],
] as const;

describe.each(transports)("a redirect, over %s", (_name, transport) => {
  const places = (own: string, other: string) => [
    `${own}/elsewhere`,
    `${other}/v1/chat/completions`,
    other.replace("127.0.0.1", "localhost"),
    other.replace("http:", "https:"),
    "//evil.example/v1",
    "file:///etc/passwd",
  ];

  it.each([301, 302, 303, 307, 308])(
    "%i is an error after one request, whatever the place and the call",
    async (status) => {
      const other = await serve((_received, response) => void response.end(JSON.stringify(answered)));
      let place = "";
      const first = await serve((_received, response) => void response.writeHead(status, { location: place }).end());
      const provider = providerAt("p", `${first.url}/v1`, { apiKey: "sk-redirected-123456", ...transport });
      const calls = [
        () => (provider("m") as ChatHandle).chat({ messages: "Hi" }),
        () => (provider("m") as ChatHandle).stream({ messages: "Hi" }).reply,
        () => (provider("e") as EmbeddingHandle).embed({ input: "Hi" }),
        () => provider.list(),
      ];
      let expected = 0;
      for (place of places(first.url, other.url))
        for (const call of calls) {
          await expect(call()).rejects.toMatchObject({ name: "ProviderError", code: "not-found" });
          expected += 1;
        }
      expect(first.received).toHaveLength(expected);
      expect(other.received).toEqual([]);
    },
  );
});

describe("keys of several origins", () => {
  it("never cross, however calls are routed, retried, pooled or given keys of their own", async () => {
    const count = 3;
    const random = { next: 0 };
    // Some requests fail, so that groups go on and pools change keys.
    const fails = () => {
      random.next = (random.next * 48_271 + 11) % 2_147_483_647;
      return random.next % 3 === 0;
    };
    const origins = await Promise.all(
      Array.from({ length: count }, () =>
        serve((_received, response) => {
          const status = fails() ? [401, 429, 503][random.next % 3] : 200;
          response.writeHead(status as number, { "content-type": "application/json" }).end(JSON.stringify(answered));
        }),
      ),
    );
    const keyOf = (i: number, kind: string) => `sk-${kind}-of-origin-${i}-0123456789`;
    const models = origins.flatMap(({ url }, i) => {
      const env = { [`P${i}_KEY`]: keyOf(i, "env"), AI_API_KEY: undefined };
      const options: readonly ClientOptions[] = [
        { apiKey: keyOf(i, "own") },
        { apiKey: async () => keyOf(i, "given") },
        { apiKey: keyPool([keyOf(i, "pool-a"), keyOf(i, "pool-b")]) },
        { env },
        { apiKey: keyOf(i, "again"), retry: { baseMs: 1, maxMs: 1 } },
      ];
      return options.map((option) => ({ i, model: providerAt(`p${i}`, url, option)("m") as ChatHandle & Routable }));
    });
    const oneCall = fc.record({
      members: fc.subarray(models, { minLength: 1, maxLength: 4 }),
      stream: fc.boolean(),
      ownKey: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(oneCall, { minLength: 1, maxLength: 8 }), async (calls) => {
        await Promise.all(
          calls.map(async ({ members, stream, ownKey }) => {
            const group = failover(members.map(({ model }) => model)) as unknown as ChatHandle;
            const sameOrigin = members.every(({ i }) => i === members[0]?.i);
            const apiKey = ownKey && sameOrigin ? keyOf(members[0]?.i ?? 0, "call") : undefined;
            const request = { messages: "Hi", apiKey };
            await (stream ? group.stream(request).reply : group.chat(request)).catch(() => undefined);
          }),
        );
      }),
      { numRuns: 40 },
    );
    const sent = origins.flatMap(({ received }, i) =>
      received.map(({ headers }: Received) => [i, headers.authorization] as const),
    );
    expect(sent.length).toBeGreaterThan(100);
    for (const [i, header] of sent) expect(header).toMatch(new RegExp(`^Bearer sk-[a-z-]+-of-origin-${i}-0123456789$`));
    const kinds = new Set(sent.map(([, header]) => /sk-([a-z-]+)-of/.exec(header ?? "")?.[1]));
    expect([...kinds].sort()).toEqual(["again", "call", "env", "given", "own", "pool-a", "pool-b"]);
  });
});

describe("a key of the call", () => {
  it("is not lent to members of a group that send to another origin", async () => {
    const origins = await Promise.all(
      [0, 1].map(() => serve((_received, response) => void response.writeHead(503).end("{}"))),
    );
    const members = origins.map(({ url }, i) => providerAt(`p${i}`, url, { apiKey: `sk-own-${i}-0123456789` })("m"));
    const group = failover(members as unknown as readonly Routable[]) as unknown as ChatHandle;
    for (const request of [
      { apiKey: "sk-of-a-tenant-0123456789" },
      { extraHeaders: { Authorization: "Bearer sk-of-a-tenant-0123456789" } },
      { extraHeaders: { "x-api-key": "sk-of-a-tenant-0123456789" } },
    ])
      await expect(group.chat({ messages: "Hi", ...request })).rejects.toMatchObject({ code: "invalid-configuration" });
    expect(origins.flatMap(({ received }) => received)).toEqual([]);
  });
});
