/** No key is seen in anything that a failed call leaves behind, whatever the other side echoes, in whatever form, and where. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Auth, ChatProtocolId, ProviderFacts } from "../../src/catalog/facts.js";
import type { ClientOptions } from "../../src/client/client-options.js";
import { defineProvider } from "../../src/client/define-provider.js";
import type { ChatHandle, EmbeddingHandle } from "../../src/client/handle.js";
import { failover, isModelwrightError, keyPool, ModelwrightError, type Routable } from "../../src/index.js";
import { aws } from "../../src/transport/cloud.js";
import { protocolIds, rooms } from "../routing/wires.js";
import { findings, formsOf } from "./oracle.js";

const key = 'sk-live-Qw3rTy+/=&"<0123456789>zXcV';
const callKey = 'sk-call-Pa55+/=&"<9876543210>mNbV';
const secretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEKEY";
const headerSecret = "hdr-S3cret-Qwerty-0987654321";
const secrets = [key, callKey, secretAccessKey, headerSecret];

const logged: unknown[][] = [];
beforeEach(() => {
  logged.length = 0;
  for (const method of ["log", "info", "warn", "error", "debug", "trace"] as const)
    vi.spyOn(console, method).mockImplementation((...values: unknown[]) => void logged.push(values));
});
afterEach(() => {
  vi.restoreAllMocks();
  expect(logged).toEqual([]);
});

type Echo = (form: string) => Response | Promise<Response>;

const json = (value: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(typeof value === "string" ? value : JSON.stringify(value), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
const sse = (text: string) => new Response(text, { headers: { "content-type": "text/event-stream" } });
/** Header values are Latin-1 on one line. */
const inHeader = (form: string) => form.replace(/\r?\n /g, "");

/** Where a hostile or careless server writes down what it was sent. */
const echoes: { readonly [place: string]: Echo } = {
  "the message of a 401": (form) =>
    json({ error: { message: `bad key ${form} given` }, message: `bad key ${form}` }, 401),
  "code, type, status and param of a 400": (form) =>
    json({ error: { message: "no", code: form, type: form, status: form, param: form } }, 400),
  "members nobody knows of a 403": (form) =>
    json({ error: { message: "no", [form]: form, metadata: { raw: form } }, request_id: form }, 403),
  "a page of a proxy": (form) =>
    json(`<html><title>502 ${form}</title>${form}</html>`, 502, { "content-type": "text/html" }),
  "the request id": (form) =>
    json({ error: { message: "no" } }, 500, {
      "x-request-id": inHeader(form),
      "request-id": inHeader(form),
      "x-amzn-errortype": inHeader(form),
    }),
  "retry-after": (form) => json({ error: { message: `try again in ${form}` } }, 429, { "retry-after": inHeader(form) }),
  "the place of a redirect": (form) =>
    new Response(null, { status: 307, headers: { location: `https://evil.example/?key=${inHeader(form)}` } }),
  "a 200 that is an error": (form) =>
    json({ error: { message: `bad ${form}`, code: form }, type: "error", message: form }),
  "a 200 that is no JSON": (form) => json(`not json ${form}`),
  "a 200 of another shape": (form) =>
    json({ choices: form, content: form, candidates: form, output: form, message: form }),
  "an error in a stream": (form) =>
    sse(
      `event: error\ndata: ${JSON.stringify({ type: "error", error: { message: form, type: form, code: form }, message: form })}\n\n`,
    ),
  "a broken line of a stream": (form) => sse(`data: {"id": "${form}\n\ndata: ${form}\n\n`),
  "text before a cut": (form) =>
    sse(
      `data: ${JSON.stringify({ id: form, choices: [{ index: 0, delta: { content: `your key is ${form}` } }], candidates: [{ content: { parts: [{ text: form }] } }] })}\n\n`,
    ),
};

function factsOf(protocol: ChatProtocolId, auth: Auth): ProviderFacts {
  return {
    id: "p",
    name: "P",
    role: "lab",
    protocol,
    baseURL: "https://api.example.com/v1",
    auth: [auth],
    assume: "permissive",
    unknownModels: "permissive",
    models: {},
  };
}

function providerOf(protocol: ChatProtocolId, auth: Auth, options: ClientOptions) {
  return defineProvider(
    { protocols: [rooms[protocol]], cloud: aws, facts: factsOf(protocol, auth) },
    { retry: false, env: {}, headers: { "x-secret-token": headerSecret }, ...options },
  );
}

/** What a call throws. */
async function thrownBy(call: () => Promise<unknown>): Promise<unknown> {
  return call().then(
    () => "no error",
    (error: unknown) => error,
  );
}

const forms = [...formsOf(key)];
const bearer: Auth = { type: "bearer", env: [] };

describe.each(Object.entries(echoes))("a key echoed in %s", (_place, echo) => {
  it.each(protocolIds)("of %s leaves no trace in any form", async (protocol) => {
    for (const [name, form] of forms) {
      const told: unknown[] = [];
      const hooks = {
        onError: (error: unknown, call: unknown) => void told.push(error, call),
        onEvent: () => undefined,
      };
      const model = providerOf(protocol, bearer, { apiKey: key, fetch: async () => echo(form), hooks }).model(
        "m",
      ) as ChatHandle;
      for (const call of [() => model.chat({ messages: "Hi" }), () => model.stream({ messages: "Hi" }).reply]) {
        const error = await thrownBy(call);
        expect(isModelwrightError(error), `${name}: ${String(error)}`).toBe(true);
        expect(findings(error, secrets), name).toEqual([]);
      }
      expect(findings(told, secrets), `hooks, ${name}`).toEqual([]);
    }
  });
});

describe("every way to authenticate", () => {
  const ways: readonly (readonly [string, Auth, ClientOptions])[] = [
    ["bearer", bearer, { apiKey: key }],
    ["a header", { type: "header", header: "x-api-key", env: [] }, { apiKey: key }],
    ["the query", { type: "query", param: "key", env: [] }, { apiKey: key }],
    ["a function", bearer, { apiKey: async () => key }],
    ["a pool", bearer, { apiKey: keyPool([key, callKey]) }],
    [
      "a signature",
      { type: "aws-sigv4", service: "bedrock", region: "region", env: ["A", "B", "C"] },
      { credentials: { accessKeyId: "AKID", secretAccessKey }, vars: { region: "eu-west-1" } },
    ],
    ["a header of the caller's own", bearer, { headers: { authorization: `Bearer ${key}` } }],
  ];

  it.each(ways)(
    "by %s keeps the secret out of errors, also of a fetch that prints what it was given",
    async (_way, auth, options) => {
      const failures: readonly ((url: URL, init: RequestInit) => Promise<Response>)[] = [
        async (url, init) =>
          Promise.reject(
            new TypeError(`cannot fetch ${url.href} ${JSON.stringify(init.headers)}`, { cause: { url, init } }),
          ),
        async (url, init) => json({ error: { message: `${url.href} ${JSON.stringify(init.headers)}` } }, 400),
      ];
      for (const fetch of failures) {
        const provider = providerOf("openai-chat", auth, { ...options, fetch });
        const calls = [
          () => (provider.model("m") as ChatHandle).chat({ messages: "Hi" }),
          () => (provider.model("m") as ChatHandle).stream({ messages: "Hi" }).reply,
          () => provider.list(),
        ];
        for (const call of calls) {
          const error = await thrownBy(call);
          expect(isModelwrightError(error), String(error)).toBe(true);
          expect(findings(error, secrets)).toEqual([]);
        }
        expect(findings([provider, provider.model("m"), provider.facts], secrets)).toEqual([]);
      }
    },
  );

  it("by a key of the call, of embeddings, and of all members of a group, too", async () => {
    const fetch = async (url: URL, init: RequestInit) =>
      json({ error: { message: `${url.href} ${JSON.stringify(init.headers)}` } }, 503);
    const provider = providerOf("openai-chat", bearer, { apiKey: key, fetch });
    const model = provider.model("m") as ChatHandle & Routable;
    const other = provider.create({ apiKey: key, fetch, retry: false, env: {} }).model("m") as Routable;
    const group = failover([model, other]) as unknown as Pick<ChatHandle, "chat" | "stream">;
    const embedding = defineProvider(
      {
        protocols: [rooms["openai-chat"]],
        facts: { ...factsOf("openai-chat", bearer), models: { e: { kind: "embedding" } } },
      },
      { apiKey: key, fetch, retry: false, env: {} },
    )("e") as EmbeddingHandle;
    for (const call of [
      () => model.chat({ messages: "Hi", apiKey: callKey }),
      () => embedding.embed({ input: "Hi" }),
      () => embedding.embed({ input: "Hi", apiKey: callKey }),
      () => group.chat({ messages: "Hi" }),
      () => group.stream({ messages: "Hi", apiKey: callKey }).reply,
    ]) {
      const error = await thrownBy(call);
      expect(error).toMatchObject({ code: "overloaded" });
      expect(findings(error, secrets)).toEqual([]);
    }
  });
});

describe("a key that no header may hold", () => {
  it.each([`${key}\r`, `${key}\n`, `\n${key}`, `${key}\0`, `${key}\u2028`, `${key}漢`])(
    "%j is told by its place, not its value",
    async (bad) => {
      for (const options of [{}, { fetch: globalThis.fetch }]) {
        const model = providerOf("openai-chat", bearer, {
          apiKey: bad,
          baseURL: "http://127.0.0.1:9",
          ...options,
        }).model("m") as ChatHandle;
        const error = await thrownBy(() => model.chat({ messages: "Hi" }));
        expect(error).toMatchObject({ code: "invalid-configuration" });
        expect((error as Error).message).toMatch(/at position \d+/);
        expect(findings(error, secrets)).toEqual([]);
      }
    },
  );
});

describe("the oracle", () => {
  it.each([...formsOf(key)])("finds a key written as %s", (_name, form) => {
    expect(findings(new Error(`x ${form} y`), [key])).not.toEqual([]);
    expect(findings(new ModelwrightError("network", "x", { partial: { text: [form] } }), [key])).not.toEqual([]);
    expect(findings(new AggregateError([new Error("a", { cause: { [form]: 1 } })]), [key])).not.toEqual([]);
  });
});
