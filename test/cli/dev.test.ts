/** `modelwright dev` as a process: serves at once, follows the catalog and the keys, and keeps what is good. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { DevEntry } from "../../src/server/dev-feed.js";
import type { DevStatus, ListedModel } from "../../src/server/dev-handler.js";
import type { ModelPage } from "../../src/server/dev-source.js";
import { providerFile, until, Workspace } from "./workspace.js";

const models = { large: { kind: "chat", input: ["text"], params: { temperature: { min: 0, max: 2 } } } };
const narrowed = { large: { ...models.large, params: { temperature: { min: 0, max: 1 } } } };
const file = (of: object): object => providerFile("acme", { models: of });

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function startDev() {
  const there = new Workspace({ "catalog/acme.json": file(models) });
  const dev = there.start("dev", "--port", "0");
  ends.push(async () => {
    await dev.stop();
    there.remove();
  });
  await until(() => dev.output().includes("watching"), dev.output);
  const found = join(there.folder, ".modelwright/dev.json");
  const { url, token } = JSON.parse(there.read(".modelwright/dev.json"));
  const get = async <Body>(path: string): Promise<Body> =>
    (await fetch(url + path, { headers: { authorization: `Bearer ${token}` } })).json() as Promise<Body>;
  const ask = (temperature: number, stream = false, model = "large"): Promise<Response> =>
    fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ model, messages: [{ role: "user", content: "hi" }], temperature, stream }),
    });
  const events = async (): Promise<DevEntry[]> => {
    const response = await fetch(`${url}/api/events?once`, { headers: { authorization: `Bearer ${token}` } });
    return [...(await response.text()).matchAll(/^data: (.+)$/gm)].map(([, data]) => JSON.parse(data ?? ""));
  };
  const seen = async <Type extends DevEntry["type"]>(type: Type, count = 1) => {
    await expect.poll(async () => (await events()).filter((entry) => entry.type === type).length).toBe(count);
    return (await events()).findLast((entry) => entry.type === type) as Extract<DevEntry, { type: Type }>;
  };
  return { there, dev, found, url, get, ask, seen };
}

describe("modelwright dev", () => {
  it("serves simulated models at once, and tells of them", async () => {
    const { dev, found, url, get, ask } = await startDev();
    expect(statSync(found).mode & 0o777).toBe(0o600);
    const answer = await ask(1.5);
    expect(answer.headers.get("x-modelwright-simulated")).toBe("true");
    expect(await answer.text()).toContain("[simulated]");
    expect(await get<DevStatus>("/api/status")).toMatchObject({
      generation: "1",
      providers: [{ id: "acme", simulated: true, keys: ["ACME_API_KEY"] }],
    });
    expect(await get<readonly ListedModel[]>("/api/models")).toMatchObject([{ id: "acme/large", kind: "chat" }]);
    const page = await get<ModelPage>("/api/models/acme/large");
    expect(page.origins).toContainEqual(
      expect.objectContaining({ path: "params.temperature.max", value: 2, file: "catalog/acme.json", layer: "own" }),
    );
    expect(page.types).toMatch(/^ {2}"large": Text_\w+;$/m);
    expect(page.refuses).toContain("large does not accept image input");
    expect((await fetch(`${url}/api/status`)).status).toBe(401);
    await until(
      () => /200 {6}POST \/v1\/chat\/completions {2}acme\/large \(simulated\)/.test(dev.output()),
      dev.output,
    );
  });

  it("takes an edit to the types and to the next call; a broken one changes nothing", async () => {
    const { there, dev, ask, seen } = await startDev();
    there.write("catalog/acme.json", file(narrowed));
    const change = await seen("catalog");
    expect(change).toMatchObject({
      generation: "2",
      changes: [{ class: "breaking", provider: "acme", model: "large", path: "params.temperature" }],
      files: expect.arrayContaining(["generated/acme.data.js"]),
    });
    expect(change.steps.map(({ name }) => name)).toEqual(["read", "diff", "types", "swap"]);
    const refused = await ask(1.5);
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain("between 0 and 1");

    there.write("catalog/acme.json", '{ "catalogVersion": 1, oops');
    const { problems } = await seen("problems");
    expect(problems).toMatchObject([{ file: "catalog/acme.json", message: expect.stringContaining("acme.json:1:") }]);
    expect((await ask(0.5)).status).toBe(200);
    there.write("catalog/acme.json", file(models));
    expect((await seen("problems", 2)).problems).toEqual([]);
    await seen("catalog", 2);
    expect((await ask(1.5)).status).toBe(200);
    expect(dev.output()).toMatch(/live {5}generation 2.*read \d+ ms, diff \d+ ms, types \d+ ms, swap \d+ ms/);
  });

  it("makes a provider real when its key comes, and simulated when it goes; the key is nowhere to be seen", async () => {
    const { there, dev, get, seen } = await startDev();
    there.write(".env", "ACME_API_KEY=sk-very-secret-key\n");
    expect((await seen("keys")).real).toEqual(["acme"]);
    expect((await get<DevStatus>("/api/status")).providers[0]?.simulated).toBe(false);
    const told = JSON.stringify([
      await get("/api/status"),
      await get("/api/models/acme/large"),
      await get("/api/models"),
    ]);
    expect(told + dev.output()).not.toContain("very-secret");
    there.write(".env", "");
    expect((await seen("keys", 2)).simulated).toEqual(["acme"]);
  });

  it("serves the routes of the project's file, follows it, and says what is wrong in it", async () => {
    const { there, get, ask, seen } = await startDev();
    const routes = { steady: ["acme/large"], lost: { group: "cheapest", members: ["acme/large", "acme/larg"] } };
    there.write("modelwright.config.json", { routes });
    expect((await seen("routes")).routes).toEqual(["steady"]);
    const answer = await ask(1.5, false, "steady");
    expect([answer.status, answer.headers.get("x-modelwright-model")]).toEqual([200, "large"]);
    const { routes: served, problems } = await get<DevStatus>("/api/status");
    expect(served).toEqual([{ name: "steady", group: "failover", members: ["acme/large"] }]);
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^modelwright\.config\.json:\d+:\d+ routes\.lost\.members\[1\]: .*acme\/larg.*acme\/large/),
    ]);
    there.write("modelwright.config.json", { routes: { steady: { group: "quickest", members: ["acme/large"] } } });
    await expect.poll(async () => (await get<DevStatus>("/api/status")).problems[0]?.message).toMatch(/routes\.steady/);
    expect((await ask(1.5, false, "steady")).status).toBe(200);
  });

  it("takes its token file away when it ends", async () => {
    const { dev, found } = await startDev();
    expect(await dev.stop()).toBe(0);
    expect(existsSync(found)).toBe(false);
  });

  it.each([
    ["beyond this machine without a token", ["--host", "0.0.0.0"], 1],
    ["on a port that is none", ["--port", "http"], 2],
  ])("does not start %s", async (_name, args, code) => {
    const there = new Workspace({ "catalog/acme.json": file(models) });
    ends.push(async () => there.remove());
    expect((await there.run("dev", ...args)).code).toBe(code);
  });
});
