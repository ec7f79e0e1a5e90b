/** Where a client sends and with which key: precedence, refusals before HTTP, and keys that cannot be printed. */
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";
import { inspect } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Auth, ProviderFacts } from "../../src/catalog/facts.js";
import type { ClientOptions } from "../../src/client/client-options.js";
import type { ChatHandle } from "../../src/client/handle.js";
import type { TransportRequest } from "../../src/transport/transport.js";
import { answers, chatModel, key, plainModel, provider, serve } from "./support.js";

const bearer: Auth = { type: "bearer", env: ["P_KEY", "P_KEY_2"] };

/** What one call sends, with the given facts, options and environment. */
async function sent(facts: Partial<ProviderFacts>, options: ClientOptions, call: object = {}) {
  const requests: TransportRequest[] = [];
  const p = provider("https://catalog.test/v1", undefined, {
    facts: { auth: [bearer], baseURLEnv: ["P_URL"], ...facts },
    options: {
      apiKey: undefined,
      transport: async (request) => {
        requests.push(request);
        throw new Error("unreachable");
      },
      ...options,
    },
  });
  const error = await (p("m") as ChatHandle).chat({ messages: "Hi", ...call }).catch((failure) => failure);
  const [request] = requests;
  return { url: request?.url.href, headers: request?.headers ?? {}, timeouts: request?.timeouts, error };
}

describe("the key", () => {
  const all = { P_KEY: "own-1", P_KEY_2: "own-2", AI_API_KEY: "generic" };

  it.each<[string, ClientOptions, object, string]>([
    ["of the call", { apiKey: "client", env: all }, { apiKey: "call" }, "call"],
    ["of the client", { apiKey: "client", env: all }, {}, "client"],
    ["that a function gives", { apiKey: async () => "made", env: all }, {}, "made"],
    ["of the provider's first name", { env: all }, {}, "own-1"],
    ["of the provider's next name", { env: { ...all, P_KEY: " " } }, {}, "own-2"],
    ["of the generic name", { env: { AI_API_KEY: "generic" } }, {}, "generic"],
    ["with white space of a file cut off", { env: { P_KEY: "own-1\r\n" } }, {}, "own-1"],
  ])("is the one %s", async (_name, options, call, expected) => {
    expect((await sent({}, options, call)).headers.authorization).toBe(`Bearer ${expected}`);
  });

  it("of the provider never goes to a base URL of the generic name", async () => {
    const env = { P_KEY: "own", AI_BASE_URL: "https://elsewhere.test" };
    const refused = await sent({}, { env });
    expect(refused.url).toBeUndefined();
    expect(refused.error).toMatchObject({ code: "authentication", message: expect.stringContaining("set AI_API_KEY") });
    const { url, headers } = await sent({}, { env: { ...env, AI_API_KEY: "generic" } });
    expect(url).toBe("https://elsewhere.test/chat/completions");
    expect(headers.authorization).toBe("Bearer generic");
    expect((await sent({}, { env: { ...env, P_URL: "https://own.test" } })).headers.authorization).toBe("Bearer own");
  });

  it("that is missing is an error before HTTP that names the environment", async () => {
    const { url, error } = await sent({}, { env: {} });
    expect(url).toBeUndefined();
    expect(error).toMatchObject({
      code: "authentication",
      message: "p: no API key: set P_KEY or P_KEY_2 or AI_API_KEY, or pass apiKey",
      fallbackable: true,
    });
    expect((await sent({}, { env: {}, apiKey: () => "" })).error).toMatchObject({ code: "authentication" });
  });

  it("is placed as the catalog says", async () => {
    const header: Auth = { type: "header", header: "X-Api-Key", prefix: "Key ", env: ["H"] };
    const query: Auth = { type: "query", param: "key", env: ["Q"] };
    expect((await sent({ auth: [bearer, header] }, { env: { H: "h" } })).headers).toMatchObject({
      "x-api-key": "Key h",
    });
    expect((await sent({ auth: [query] }, { env: { Q: "a&b" } })).url).toBe(
      "https://catalog.test/v1/chat/completions?key=a%26b",
    );
    expect((await sent({ auth: [header] }, { apiKey: "given" })).headers["x-api-key"]).toBe("Key given");
  });

  it("is left out where none is needed, or a header of the caller's stands for it", async () => {
    const free = await sent({ auth: [{ type: "none" }] }, { env: { AI_API_KEY: "generic" } });
    expect(free.headers).not.toHaveProperty("authorization");
    expect((await sent({ auth: [{ ...bearer, optional: true }] }, { env: {} })).url).toBeDefined();
    const own = await sent({}, { env: {}, headers: { Authorization: "Bearer mine" } });
    expect(own.headers).toMatchObject({ authorization: "Bearer mine" });
  });

  it.each([
    ["a line break", "sk-abc\ndef", "the API key contains a line break at position 6"],
    ["a foreign letter", "sk-абв", "the API key contains a character that no header may hold at position 3"],
  ])("with %s is refused by position, not by value", async (_name, apiKey, message) => {
    const { url, error } = await sent({}, { apiKey });
    expect(url).toBeUndefined();
    expect(error).toMatchObject({ code: "invalid-configuration", message: `p/m: invalid-configuration: ${message}` });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(apiKey);
  });

  it("cannot be printed from provider, handle or stream", async () => {
    const p = provider("https://catalog.test", undefined, { options: { headers: { "x-token": key } } });
    const handle = p("m") as ChatHandle;
    for (const value of [
      p,
      handle,
      handle.stream({ messages: "Hi", apiKey: key }),
      p.create({ apiKey: key }),
      p.models,
    ]) {
      expect(inspect(value, { depth: 20, showHidden: true, getters: true })).not.toContain(key.slice(0, 8));
      expect(JSON.stringify({ value })).not.toContain(key.slice(0, 8));
      expect(JSON.stringify({ ...(value as object) })).not.toContain(key.slice(0, 8));
    }
  });

  it("is not in the objects that middleware sees", async () => {
    const seen: unknown[] = [];
    const options: ClientOptions = {
      apiKey: key,
      middleware: [
        (next) => (call) => {
          seen.push(call);
          return next(call);
        },
      ],
    };
    await sent({}, options, { apiKey: key });
    expect(seen).toHaveLength(1);
    expect(inspect(seen, { depth: 20, showHidden: true, getters: true })).not.toContain(key.slice(0, 8));
  });
});

describe("the base URL", () => {
  const env = { P_KEY: "k", P_URL: "https://env.test/v2/", AI_BASE_URL: "https://generic.test", AI_API_KEY: "g" };

  it.each<[string, ClientOptions, string]>([
    ["options", { baseURL: "https://given.test/x", env }, "https://given.test/x/chat/completions"],
    ["the provider's environment", { env }, "https://env.test/v2/chat/completions"],
    ["the generic environment", { env: { ...env, P_URL: undefined } }, "https://generic.test/chat/completions"],
    ["the catalog", { env: { P_KEY: "k" } }, "https://catalog.test/v1/chat/completions"],
  ])("comes from %s", async (_name, options, expected) => {
    expect((await sent({}, options)).url).toBe(expected);
  });

  it("of a model of its own gives way to one that is given", async () => {
    const models = { m: { transport: { baseURL: "https://model.test" } } };
    expect((await sent({ models } as never, { apiKey: "k" })).url).toBe("https://model.test/chat/completions");
    const given = { apiKey: "k", baseURL: "https://given.test" };
    expect((await sent({ models } as never, given)).url).toBe("https://given.test/chat/completions");
  });

  it("is filled from options, environment and defaults", async () => {
    const facts = {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the catalog's own templates
      baseURL: "https://${account}.api.test/${region}",
      vars: { account: { env: ["ACCOUNT"] }, region: { default: "eu" } },
    };
    expect((await sent(facts, { apiKey: "k", env: { ACCOUNT: "acme" } })).url).toBe(
      "https://acme.api.test/eu/chat/completions",
    );
    expect((await sent(facts, { apiKey: "k", env: {}, vars: { account: "b", region: "us" } })).url).toBe(
      "https://b.api.test/us/chat/completions",
    );
    expect((await sent(facts, { apiKey: "k", env: {} })).error).toMatchObject({
      code: "invalid-configuration",
      message: "p/m: invalid-configuration: the base URL needs a value for 'account'",
    });
  });
});

describe("time-outs and headers", () => {
  it("of the call win over the client's, the environment's, the catalog's and the defaults", async () => {
    const env = { P_KEY: "k", AI_TIMEOUT_SECS: "7" };
    expect((await sent({}, { env })).timeouts).toEqual({
      connect: 5000,
      firstByte: 300_000,
      idle: 120_000,
      total: 7000,
    });
    const stated = { timeouts: { connect: 4, idle: 5, total: 6 } };
    const { timeouts } = await sent(stated, { env, timeouts: { idle: 1, total: 2 } }, { timeouts: { total: 3 } });
    expect(timeouts).toEqual({ connect: 4, firstByte: 300_000, idle: 1, total: 3 });
    for (const wrong of [Number.NaN, -1, "5s" as never])
      for (const [client, call] of [
        [{ total: wrong }, {}],
        [{}, { total: wrong }],
      ] as const)
        expect((await sent({}, { env, timeouts: client }, { timeouts: call })).error).toMatchObject({
          code: "invalid-configuration",
          message: expect.stringContaining("timeouts.total must be a number of milliseconds"),
        });
    expect((await sent({}, { env: { AI_TIMEOUT_SECS: "soon" } })).error).toMatchObject({
      code: "invalid-configuration",
    });
  });

  it("of the call win over the client's and the catalog's", async () => {
    const { headers } = await sent(
      { headers: { "X-A": "catalog", "X-B": "catalog", "X-C": "catalog" } },
      { apiKey: "k", headers: { "x-a": "client", "x-b": "client" } },
      { extraHeaders: { "X-a": "call" } },
    );
    expect(headers).toMatchObject({ "x-a": "call", "x-b": "client", "x-c": "catalog" });
  });

  it("use a given fetch for all calls", async () => {
    const urls: string[] = [];
    const p = provider("https://catalog.test", undefined, {
      options: {
        fetch: async (url) => {
          urls.push(url.href);
          return new Response(JSON.stringify({ data: [{ id: "x" }] }));
        },
      },
    });
    expect(await p.list()).toMatchObject([{ id: "x" }]);
    expect(urls).toEqual(["https://catalog.test/models"]);
  });
});

describe("the proxy", () => {
  it("of the environment is gone through, and stands back behind the client's", async () => {
    const server = await serve(answers({ content: "Hello" }));
    const [generic, own] = [await tunnel(), await tunnel()];
    const env = { AI_PROXY_URL: generic.url };
    await chatModel(server.url, plainModel, { env }).chat({ messages: "Hi" });
    expect([generic.opened, own.opened]).toEqual([1, 0]);
    await chatModel(server.url, plainModel, { env, proxy: own.url }).chat({ messages: "Hi" });
    expect([generic.opened, own.opened]).toEqual([1, 1]);
    expect(server.received).toHaveLength(2);
  });
});

/** A proxy that counts the tunnels it opened. */
async function tunnel(): Promise<{ readonly url: string; readonly opened: number }> {
  const counted = { url: "", opened: 0 };
  const sockets = new Set<Duplex>();
  const proxy = createServer().on("connect", (request, client: Duplex) => {
    counted.opened += 1;
    const { hostname, port } = new URL(`http://${request.url}`);
    const upstream = connect(Number(port), hostname, () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) sockets.add(socket.on("error", () => {}));
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  counted.url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return counted;
}
