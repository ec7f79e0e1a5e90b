/** Keys of a gateway: an intern's key reaches no costly model by any way, and what is refused costs nothing and is written down. */
import { createHash } from "node:crypto";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { anthropic } from "../../generated/anthropic.js";
import { google } from "../../generated/google.js";
import { openai } from "../../generated/openai.js";
import { parseAccess } from "../../src/access.js";
import { audit, memoryAuditSink } from "../../src/audit.js";
import { memoryLedger } from "../../src/budget.js";
import { failover, type ModelwrightError } from "../../src/index.js";
import { type AccessDocument, createAccess, createGateway, serve } from "../../src/server.js";
import { prometheusMetrics } from "../../src/telemetry.js";
import { createSimulator } from "../../src/testing.js";
import { type Json, jsonRequest } from "./support.js";

const simulator = createSimulator({ providers: [openai.facts, anthropic.facts, google.facts] });
await simulator.listen();
afterAll(() => simulator.close());
beforeEach(() => simulator.reset());

const client = (provider: string, apiKey = "sk-upstream") => ({
  apiKey,
  baseURL: simulator.baseURL(provider),
  retry: false as const,
});
const clients = (apiKey?: string) => ({
  openai: openai.create(client("openai", apiKey)),
  anthropic: anthropic.create(client("anthropic", apiKey)),
  google: google.create(client("google", apiKey)),
});

const hash = (secret: string): string => createHash("sha256").update(secret).digest("hex");
const intern = "mw_intern";
const engineer = "mw_engineer";
const stranger = "mw_stranger";

const cheap = "openai/gpt-4.1-nano";
const costly = "openai/o1";

const document: AccessDocument = {
  roles: {
    intern: { models: ["openai/*", "google/*"], maxPrice: 1 },
    engineer: { models: ["*"], unknownMembers: true },
  },
  keys: [
    { name: "ann", tenant: "acme", roles: ["intern"], hash: hash(intern), user: "ann@acme.example" },
    { name: "bob", tenant: "acme", roles: ["engineer"], hash: hash(engineer), tags: { team: "search" } },
    { name: "eve", tenant: "evil", roles: ["engineer"], hash: hash(stranger) },
  ],
};

function gatewayWith(changes: Partial<AccessDocument> = {}, options: Parameters<typeof createAccess>[1] = {}) {
  const sink = memoryAuditSink();
  const metrics = prometheusMetrics();
  const access = createAccess({ ...document, ...changes }, options);
  const made = clients();
  const gateway = createGateway({
    models: {
      providers: Object.values(made),
      routes: {
        backup: failover([made.openai("gpt-4.1-nano"), made.openai("o1")]),
        best: failover([made.openai("o1"), made.openai("gpt-4.1-nano")]),
        dear: failover([made.openai("o1"), made.anthropic("claude-opus-4-5")]),
        // Whatever the environment chooses.
        usual: openai.create({ ...client("openai"), env: { OPENAI_MODEL: "o1" } }).model("auto"),
      },
      aliases: { "house-model": costly },
    },
    access,
    audit: audit({ sink }),
    telemetry: metrics,
    metrics: { source: metrics, token: "scraper" },
  });
  const call = async (path: string, body: Json, key: string) => {
    const response = await gateway.fetch(jsonRequest(path, body, { authorization: `Bearer ${key}` }));
    return { status: response.status, headers: response.headers, json: (await response.json()) as Json };
  };
  const chat = (model: string, key = intern, more: Json = {}) =>
    call("/chat/completions", { model, messages: [{ role: "user", content: "hi" }], max_tokens: 50, ...more }, key);
  const records = async () => (await listOf(sink.records())).map(({ event }) => event);
  return { gateway, access, call, chat, records };
}

async function listOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const asked = () => simulator.requests.map(({ provider, model }) => `${provider}/${model}`);

describe("an intern's key", () => {
  const beyond = [costly, "o1", "house-model", "dear", "usual", "anthropic/claude-opus-4-5"];
  it.each(beyond)("does not reach %s", async (model) => {
    const { chat, records } = gatewayWith();
    const { status, json } = await chat(model);
    expect([status, json.error.code, json.modelwright.code]).toEqual([403, "permission_denied", "permission"]);
    expect(json.error.message).toMatch(/the key "ann" may not use|openai\/o1: permission/);
    expect(simulator.requests).toEqual([]);
    expect((await records()).at(-1)).toMatchObject({
      type: "call-ended",
      outcome: "failed",
      code: "permission",
      attempts: 0,
      actor: { tenant: "acme", key: "ann", user: "ann@acme.example" },
    });
  });

  it("is refused in the words of each wire", async () => {
    const { call } = gatewayWith();
    const messages = [{ role: "user", content: "hi" }];
    const anthropicForm = await call("/messages", { model: costly, max_tokens: 9, messages }, intern);
    expect([anthropicForm.status, anthropicForm.json.error.type]).toEqual([403, "permission_error"]);
    const responses = await call("/responses", { model: costly, input: "hi", stream: true }, intern);
    expect(responses.status).toBe(403);
    const embedded = await call("/embeddings", { model: "google/gemini-embedding-001", input: "hi" }, intern);
    expect(embedded.status).toBe(200);
    const counted = await call("/messages/count_tokens", { model: costly, messages }, intern);
    expect(counted.status).toBe(403);
    const picture = await call("/images/generations", { model: "openai/gpt-image-1", prompt: "a cat" }, intern);
    expect(picture.status).toBe(403);
    expect(asked()).toEqual(["google/gemini-embedding-001"]);
  });

  it("falls back only to what it may use", async () => {
    const { chat } = gatewayWith();
    expect((await chat("best")).status).toBe(200);
    simulator.fault("status-503", { times: 2 });
    expect((await chat("backup")).status).toBe(403);
    expect((await chat("backup", engineer)).status).toBe(200);
    expect(asked()).toEqual([cheap, cheap, cheap, costly]);
  });

  it("cannot name another model in members that nobody here knows", async () => {
    const { chat } = gatewayWith();
    const { status, json } = await chat(cheap, intern, { models: ["openai/o1"] });
    expect([status, json.error.message]).toEqual([403, expect.stringContaining("may not send models")]);
    expect(simulator.requests).toEqual([]);
    expect((await chat(cheap, engineer, { models: ["openai/o1"] })).status).not.toBe(403);
  });

  it("cannot name another model in a tool of the provider", async () => {
    const { call } = gatewayWith();
    const tools = [{ type: "image_generation", model: "gpt-image-1" }];
    const ask = (key: string, own: object[]) => call("/responses", { model: cheap, input: "hi", tools: own }, key);
    expect((await ask(intern, tools)).status).toBe(403);
    expect(simulator.requests).toEqual([]);
    expect((await ask(engineer, tools)).status).toBe(200);
    expect(simulator.requests.at(-1)?.body).toMatchObject({ tools });
    expect((await ask(intern, [{ type: "image_generation" }])).status).toBe(200);
  });

  it("sees only the models that it may use", async () => {
    const { gateway } = gatewayWith();
    const list = async (path: string, key: string) => {
      const headers = { authorization: `Bearer ${key}` };
      const response = await gateway.fetch(new Request(`http://gateway.test/v1/models${path}`, { headers }));
      return { status: response.status, json: (await response.json()) as Json };
    };
    const ids = (await list("", intern)).json.data.map(({ id }: Json) => id) as string[];
    expect(ids).toEqual(expect.arrayContaining(["best", cheap]));
    for (const hidden of [costly, "dear", "anthropic/claude-opus-4-5"]) expect(ids).not.toContain(hidden);
    expect((await list("", engineer)).json.data.length).toBeGreaterThan(ids.length);
    expect((await list(`/${costly}`, intern)).status).toBe(403);
    expect((await list(`/${cheap}`, intern)).status).toBe(200);
  });
});

describe("strangers", () => {
  it("are written down without their key, and cannot fill the trail", async () => {
    const { gateway, records } = gatewayWith();
    const knock = (authorization?: string) =>
      gateway.fetch(
        jsonRequest("/chat/completions?key=secret", {}, authorization === undefined ? {} : { authorization }),
      );
    expect((await knock("Bearer sk-guessed")).status).toBe(401);
    expect((await knock()).status).toBe(401);
    const about = { type: "entry-refused", code: "authentication", method: "POST", path: "/v1/chat/completions" };
    expect(await records()).toMatchObject([{ ...about, shown: hash("sk-guessed").slice(0, 16) }, about]);
    expect(JSON.stringify(await records())).not.toMatch(/guessed|secret/);
    for (let i = 0; i < 200; i++) await knock();
    expect(await records()).toHaveLength(60);
  });
});

describe("limits", () => {
  const limited = (limits: object): Partial<AccessDocument> => ({
    roles: { ...document.roles, engineer: { models: ["*"], ...limits } },
  });

  it("hold for each key by itself, and say when to come again", async () => {
    const { chat } = gatewayWith(limited({ requestsPerMinute: 2 }));
    const statuses = [await chat(cheap, engineer), await chat(cheap, engineer)].map(({ status }) => status);
    const third = await chat(cheap, engineer);
    expect([...statuses, third.status]).toEqual([200, 200, 429]);
    expect(Number(third.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await chat(cheap, stranger)).status).toBe(200);
    expect(simulator.requests).toHaveLength(3);
  });

  it("bound the calls at a time", async () => {
    const { chat } = gatewayWith(limited({ maxInFlight: 1 }));
    const all = await Promise.all([chat(cheap, engineer), chat(cheap, engineer), chat(cheap, stranger)]);
    expect(all.map(({ status }) => status).sort()).toEqual([200, 200, 503]);
    expect((await chat(cheap, engineer)).status).toBe(200);
  });

  it("keep each tenant's money apart, and put each call into the ledger once", async () => {
    const ledger = memoryLedger();
    simulator.reply({ text: "Done.", usage: { input: 10, output: 50 } });
    const roles = { ...document.roles, engineer: { models: ["*"], budget: { amount: 1 } } };
    // What a call to o1 may cost at most lies between.
    const { chat } = gatewayWith({ roles, tenants: { evil: { budget: { amount: 0.001 } } } }, { ledger });
    const refused = await chat(costly, stranger);
    expect([refused.status, refused.json.error.code]).toEqual([402, "budget_exceeded"]);
    expect(refused.json.error.message).toContain("tenant evil");
    expect((await chat(costly, engineer)).status).toBe(200);
    const [spend, ...others] = await listOf(ledger.spends());
    expect(others).toEqual([]);
    expect(spend?.tags).toEqual({ tenant: "acme", key: "bob", team: "search" });
    expect(asked()).toEqual([costly]);
  });
});

describe("keys", () => {
  it("are issued, rotated with grace and revoked while the gateway runs", async () => {
    let now = Date.now();
    const { access, chat } = gatewayWith({}, { now: () => now });
    const name = { tenant: "acme", name: "carl" };
    const { secret } = await access.issue({ ...name, roles: ["intern"] });
    expect(JSON.stringify(access.document)).not.toContain(secret);
    expect((await chat(cheap, secret)).status).toBe(200);
    await expect(access.issue({ ...name, roles: ["intern"] })).rejects.toThrow("has a key carl already");
    await expect(access.issue({ tenant: "a", name: "b", roles: ["interm"] })).rejects.toThrow('did you mean "intern"?');

    const next = await access.rotate(name, { graceMs: 1000 });
    expect([(await chat(cheap, secret)).status, (await chat(cheap, next.secret)).status]).toEqual([200, 200]);
    now += 1001;
    expect([(await chat(cheap, secret)).status, (await chat(cheap, next.secret)).status]).toEqual([401, 200]);
    access.revoke(name);
    expect((await chat(cheap, next.secret)).status).toBe(401);
    expect((await chat(cheap, "")).status).toBe(401);
    // The hash itself is no key.
    expect((await chat(cheap, hash(intern))).status).toBe(401);
  });

  it("go on counting when another document comes, and have its rights", async () => {
    const roles = { ...document.roles, engineer: { models: ["*"], requestsPerMinute: 1 } };
    const { access, chat } = gatewayWith({ roles });
    expect((await chat(costly, engineer)).status).toBe(200);
    access.replace({ ...document, roles: { ...roles, intern: { models: ["*"] } } });
    expect([(await chat(costly, engineer)).status, (await chat(costly)).status]).toEqual([429, 200]);
  });

  it("may stand for upstream keys of their tenant's own", async () => {
    const sent: (string | null)[] = [];
    const providerOf = (apiKey: string) => {
      const fetch: typeof globalThis.fetch = (input, init) => {
        sent.push(new Headers(init?.headers).get("authorization"));
        return simulator.fetch(input, init);
      };
      return openai.create({ ...client("openai", apiKey), fetch });
    };
    const tenants = { acme: { providers: [providerOf("sk-acme")] }, evil: { providers: [providerOf("sk-evil")] } };
    const gateway = createGateway({
      models: (caller) => tenants[caller?.tenant as keyof typeof tenants],
      access: createAccess(document),
    });
    for (const key of [engineer, stranger]) {
      const body = { model: cheap, messages: [{ role: "user", content: "hi" }] };
      await gateway.fetch(jsonRequest("/chat/completions", body, { authorization: `Bearer ${key}` }));
    }
    expect(sent).toEqual(["Bearer sk-acme", "Bearer sk-evil"]);
  });

  it("take the place of the server's token; metrics have one of their own", async () => {
    const { gateway } = gatewayWith();
    await using server = await serve(gateway);
    const status = async (path: string, key?: string) => {
      const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
      return (await fetch(`${server.url}${path}`, { headers })).status;
    };
    expect(await status("/v1/models")).toBe(401);
    expect(await status("/v1/models", server.token)).toBe(401);
    expect(await status("/v1/models", intern)).toBe(200);
    expect([await status("/metrics"), await status("/metrics", intern), await status("/metrics", "scraper")]).toEqual([
      401, 401, 200,
    ]);
  });

  it("show what they did in the metrics", async () => {
    const { gateway, chat } = gatewayWith();
    await chat(cheap);
    await chat(costly);
    const headers = { authorization: "Bearer scraper" };
    const text = await (await gateway.fetch(new Request("http://gateway.test/metrics", { headers }))).text();
    expect(text).toMatch(/modelwright_calls_total\{.*model="gpt-4.1-nano".*outcome="completed".*\} 1/);
    expect(text).toMatch(/modelwright_calls_total\{.*model="o1".*code="permission".*\} 1/);
  });
});

describe("an access file", () => {
  it("is read whole", () => {
    expect(parseAccess(JSON.stringify(document), { providers: Object.values(clients()) })).toEqual(document);
  });

  it("says every mistake at its place, with the nearest name", () => {
    const text = JSON.stringify(
      {
        roles: { intern: { models: ["openai/gpt-4.1-nanno"], requestPerMinute: 5 } },
        keys: [{ name: "ann", tenant: "acme", roles: ["interm"], hash: "secret" }],
      },
      null,
      1,
    );
    const problemOf = (given: string): ModelwrightError => {
      try {
        parseAccess(given, { file: "access.json", providers: Object.values(clients()) });
      } catch (error) {
        return error as ModelwrightError;
      }
      throw new Error("it was read");
    };
    const shape = problemOf(text);
    expect([shape.code, shape.file]).toEqual(["invalid-configuration", "access.json"]);
    expect(shape.message).toMatch(/^access\.json:\d+:\d+ roles\.intern\.requestPerMinute: unknown key/);
    expect(shape.message).toContain('did you mean "requestsPerMinute"?');
    expect(shape.message).toContain("keys[0].hash: expected a SHA-256 hash");
    const names = problemOf(
      text.replace("requestPerMinute", "requestsPerMinute").replace('"secret"', `"${hash("x")}"`),
    );
    expect(names.message).toContain('there is no role "interm"; did you mean "intern"?');
    expect(names.message).toContain('no model is called "openai/gpt-4.1-nanno"; did you mean "openai/gpt-4.1-nano"?');
  });
});
