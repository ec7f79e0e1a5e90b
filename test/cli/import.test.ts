/** Lists of others in a catalog of one's own: every fact keeps its source, and a person's word stays. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { providerFile, Workspace } from "./workspace.js";

const opened: (() => unknown)[] = [];
afterEach(() => opened.splice(0).map((close) => close()));

function workspace(files: { readonly [path: string]: unknown }): Workspace {
  const there = new Workspace(files);
  opened.push(() => there.remove());
  return there;
}

async function serve(answer: (url: string, body: string) => { status?: number; headers?: object; body?: unknown }) {
  const server: Server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { status = 200, headers = {}, body = {} } = answer(request.url ?? "", Buffer.concat(parts).toString());
    response.writeHead(status, { ...headers }).end(typeof body === "string" ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  opened.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const modelsDev = (model: object) => ({ acme: { id: "acme", models: { one: { id: "one", ...model } } } });
const litellm = (model: object) => ({ "acme/one": { litellm_provider: "acme", mode: "chat", ...model } });

interface Entry {
  readonly [key: string]: unknown;
  readonly extra: { readonly sources: { readonly [source: string]: readonly string[] } };
}

const entryOf = (there: Workspace, id = "one") =>
  (JSON.parse(there.read("catalog/acme.json")) as { models: { [id: string]: Entry } }).models[id] as Entry;

describe("an imported fact", () => {
  it("keeps its source, is updated by it alone, and a second import changes no byte", async () => {
    const there = workspace({
      "catalog/acme.json": providerFile("acme", { models: {} }),
      "dev.json": modelsDev({ limit: { context: 1000 }, cost: { input: 1 }, tool_call: false }),
      "lite.json": litellm({ max_input_tokens: 2000, max_output_tokens: 500, supports_function_calling: true }),
    });
    expect((await there.run("import", "dev.json")).stdout).toContain("added   acme/one");
    const before = there.inode("catalog/acme.json");
    await there.run("import", "dev.json");
    expect(there.inode("catalog/acme.json")).toBe(before);

    const second = await there.run("import", "lite.json");
    expect(second.stdout).toContain("changed acme/one limits.output: none -> 500");
    expect(second.stderr).toContain("acme/one limits.context: models.dev says 1000, the list 2000; kept");
    // A wrong no would refuse good programs: both answers are allowed.
    expect(second.stderr).toContain(
      "acme/one features.tools: models.dev says false, the list true; both are allowed now",
    );
    expect(entryOf(there)).toMatchObject({
      features: { tools: true },
      limits: { context: 1000, output: 500 },
      verified: { by: "import", source: "models.dev" },
      extra: { sources: { litellm: ["limits.output"] } },
    });
    expect(entryOf(there).extra.sources["models.dev"]).toContain("limits.context");

    there.write("dev.json", modelsDev({ limit: { context: 3000 }, cost: { input: 0.5 } }));
    await there.run("import", "dev.json", "--prices-only");
    expect(entryOf(there)).toMatchObject({ limits: { context: 1000 }, pricing: { tokens: { input: 0.5 } } });
    await there.run("import", "dev.json");
    expect(entryOf(there)).toMatchObject({ limits: { context: 3000 } });
    expect((await there.run("validate")).code).toBe(0);
  });

  it("never overwrites what a person wrote or verified", async () => {
    const own = { kind: "chat", limits: { context: 10 }, features: { tools: false }, pricing: { plan: "unknown" } };
    const there = workspace({
      "catalog/acme.json": providerFile("acme", { models: { one: own } }),
      "dev.json": modelsDev({ limit: { context: 1000, output: 5 }, cost: { input: 1 }, tool_call: true }),
    });
    const { stderr } = await there.run("import", "dev.json");
    expect(stderr).toContain("acme/one limits.context: a person says 10, the list 1000; kept");
    expect(entryOf(there)).toMatchObject({ features: { tools: false }, limits: { context: 10, output: 5 } });
    // The plan was not known, so the price is news.
    expect(entryOf(there).pricing).toMatchObject({ tokens: { input: 1 } });
    const file = JSON.parse(there.read("catalog/acme.json"));
    file.models.one.verified = { at: "2026-01-01", by: "user" };
    there.write("catalog/acme.json", file);
    there.write("dev.json", modelsDev({ limit: { context: 1000, output: 6 } }));
    await there.run("import", "dev.json");
    expect(entryOf(there)).toMatchObject({ limits: { output: 5 }, verified: { by: "user" } });
  });

  it("moves no request without a word: a base URL of a single model is taken when asked for", async () => {
    const listed = { id: "one", provider: "acme", costPer1kInputTokens: 0.002, baseUrl: "https://eu.acme.example/v1/" };
    const there = workspace({
      "catalog/acme.json": providerFile("acme", { models: {} }),
      "models.json": { models: [listed, { ...listed, id: "two", baseUrl: "https://api.acme.example/v1" }] },
    });
    const { stderr } = await there.run("import", "models.json");
    expect(stderr).toContain(
      'acme/one is listed at "https://eu.acme.example/v1"; --base-urls sends it there, with the key',
    );
    expect(stderr).not.toContain("acme/two is listed");
    expect(entryOf(there)).not.toHaveProperty("transport");
    const { stdout } = await there.run("import", "models.json", "--base-urls");
    expect(stdout).toBe('changed acme/one transport.baseURL: none -> "https://eu.acme.example/v1"\n');
    expect(entryOf(there)).toMatchObject({ pricing: { tokens: { input: 2 } } });
    expect((await there.run("validate")).code).toBe(0);
    expect((await there.run("import", "models.json")).stderr).not.toContain("is listed at");
  });

  it("becomes a tombstone when its source no longer lists the model, and the types say so", async () => {
    const there = workspace({
      "catalog/acme.json": providerFile("acme", { models: {} }),
      "dev.json": { acme: { id: "acme", models: { one: { id: "one" }, two: { id: "two" } } } },
    });
    await there.run("import", "dev.json");
    there.write("dev.json", modelsDev({}));
    expect((await there.run("import", "dev.json")).stderr).toContain("acme/two is no longer listed");
    await there.run("import", "dev.json", "--retire");
    await there.run("generate");
    expect(there.read("generated/acme.ts")).toMatch(/"two": RetiredModel<"two was retired on \d{4}-\d\d-\d\d">/);
  });

  it("that is not valid leaves its model out, and says so", async () => {
    const there = workspace({
      "catalog/acme.json": providerFile("acme", { models: {} }),
      "dev.json": { acme: { id: "acme", models: { good: { id: "good" }, " bad\u0000": { id: "bad" } } } },
    });
    const { code, stderr } = await there.run("import", "dev.json");
    expect([code, stderr]).toEqual([1, expect.stringContaining("an id without control characters")]);
    expect(Object.keys(JSON.parse(there.read("catalog/acme.json")).models)).toEqual(["good"]);
    expect((await there.run("validate")).code).toBe(0);
  });
});

describe("a list from a URL", () => {
  it("is read, and a provider that the catalog does not have comes with its address", async () => {
    const acme = {
      id: "acme",
      name: "Acme",
      npm: "@ai-sdk/openai-compatible",
      api: "https://llm.acme.example/v1",
      env: ["K"],
    };
    const at = await serve(() => ({
      body: { acme: { ...acme, models: { one: { id: "one" } } }, other: { id: "other", models: { x: { id: "x" } } } },
    }));
    const there = workspace({});
    expect((await there.run("import", `${at}/api.json`)).stderr).toContain(
      "name the providers to import; the list has acme, other",
    );
    expect((await there.run("import", `${at}/api.json`, "acme")).code).toBe(0);
    expect(JSON.parse(there.read("catalog/acme.json"))).toMatchObject({
      provider: { baseURL: "https://llm.acme.example/v1" },
    });
    expect((await there.run("import", `${at}/api.json`, "other")).stderr).toContain(
      "does not say how other is reached",
    );
  });

  it("brings prices and nothing else", async () => {
    const at = await serve(() => ({ body: modelsDev({ limit: { context: 9 }, cost: { input: 3, output: 4 } }) }));
    const one = { kind: "chat", pricing: { plan: "unknown" }, limits: { output: 5 } };
    const there = workspace({ "catalog/acme.json": providerFile("acme", { models: { one } }) });
    const { stdout } = await there.run("import", `${at}/api.json`, "--prices-only");
    expect(stdout).toBe(
      "changed acme/one pricing.tokens.input: none -> 3\nchanged acme/one pricing.tokens.output: none -> 4\n",
    );
    expect(entryOf(there)).toMatchObject({ limits: { output: 5 }, pricing: { tokens: { input: 3, output: 4 } } });
  });

  it("asks Ollama what each model can do", async () => {
    const at = await serve((url, body) =>
      url === "/api/tags"
        ? { body: { models: [{ name: "llama:8b", model: "llama:8b", digest: "1" }] } }
        : { body: { capabilities: JSON.parse(body).model === "llama:8b" ? ["completion", "tools"] : [] } },
    );
    const there = workspace({});
    await there.run("import", `${at}/api/tags`);
    expect(JSON.parse(there.read("catalog/ollama.json"))).toMatchObject({
      provider: { role: "local" },
      models: { "llama:8b": { features: { tools: true } } },
    });
  });

  it("follows no redirect, shows no query, and takes neither too much nor plain http", async () => {
    const at = await serve((url) =>
      url.startsWith("/away")
        ? { status: 302, headers: { location: "https://elsewhere.example/" } }
        : url.startsWith("/no")
          ? { status: 404 }
          : { body: `{"a":"${"x".repeat(17 * 1024 * 1024)}"}` },
    );
    const there = workspace({});
    const stderr = async (place: string) => (await there.run("import", place)).stderr;
    expect(await stderr(`${at}/away?key=secret`)).toMatch(/\/away: a redirect, which is never followed/);
    expect(await stderr(`${at}/no?key=secret`)).not.toContain("secret");
    expect(await stderr(`${at}/large`)).toMatch(/16777216|too large|larger|exceed/);
    expect(await stderr("http://lists.example/api.json")).toContain("must begin with https://");
    expect(await stderr("missing.json")).toContain("missing.json: there is no such file");
  });
});

it("sync asks the provider itself, with its key, and tells what is new and gone", async () => {
  const at = await serve(() => ({
    body: { object: "list", data: [{ id: "one", context_length: 9000, output_tokens: 500 }, { id: "new" }] },
  }));
  const provider = { baseURL: `${at}/v1`, auth: [{ type: "none" }], discover: { adapter: "openai", path: "/models" } };
  const one = { kind: "chat", pricing: { plan: "unknown" } };
  const there = workspace({ "catalog/acme.json": providerFile("acme", { provider, models: { one } }) });
  const first = await there.run("sync");
  expect(first.stdout).toContain("changed acme/one limits.context: none -> 9000");
  expect(first.stdout).toContain("changed acme/one limits.output: none -> 500");
  expect(first.stderr).toContain("acme/new is not in the catalog");
  await there.run("sync", "acme", "--add");
  expect(entryOf(there, "new")).toMatchObject({ kind: "chat", verified: { source: "acme live list" } });
  there.write("catalog/acme.json", providerFile("acme"));
  expect((await there.run("sync")).stderr).toContain("skipped acme: no key in the environment");
});
