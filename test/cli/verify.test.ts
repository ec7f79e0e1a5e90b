/** The catalog against the truth: what a model refuses although the catalog promises it, and the reverse, within a budget. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { resolveCatalog } from "../../src/catalog/resolve.js";
import { createSimulator, type Simulator } from "../../src/testing.js";
import { providerFile, Workspace } from "./workspace.js";

let there: Workspace | undefined;
let simulator: Simulator | undefined;
afterEach(async () => {
  there?.remove();
  await simulator?.close();
});

const model = (features: object) => ({
  kind: "chat",
  features: { ...features, toolChoice: ["auto", "required"] },
  pricing: { tokens: { input: 1, output: 1 } },
});

it("says where promise and truth differ, and stops at its budget", { timeout: 120_000 }, async () => {
  const truth = { right: model({ tools: true }), hopeful: model({ tools: false }) };
  const claims = { right: model({ tools: true }), hopeful: model({ tools: true }), ghost: model({}) };
  const { providers } = resolveCatalog(
    new Map([["acme.json", JSON.stringify(providerFile("acme", { models: truth }))]]),
  );
  simulator = createSimulator({ providers });
  await simulator.listen();
  const provider = { baseURL: simulator.baseURL("acme"), auth: [{ type: "none" }] };
  there = new Workspace({ "catalog/acme.json": providerFile("acme", { provider, models: claims }) });
  const { code, stdout, stderr } = await there.run("verify", "acme");
  expect(
    stdout
      .split("\n")
      .filter((line) => line.startsWith("wrong"))
      .sort(),
  ).toEqual([
    "wrong   acme/ghost the provider does not have it",
    "wrong   acme/hopeful features.tools: the catalog says yes, the model no",
  ]);
  expect(stdout).toContain("agrees  acme/right tools: yes");
  expect(code).toBe(1);
  expect(stderr).toMatch(/^\d requests, [\d.e-]+ of 0.05 spent\n$/);
  const poor = await there.run("verify", "acme", "--max-cost", "0.000001");
  expect(poor.stderr).toMatch(/^2 requests, .*; 1 model not asked\n$/);
});

it("finds what the catalog says no to", { timeout: 120_000 }, async () => {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += String(part);
    const call = { id: "1", type: "function", function: { name: "report", arguments: '{"value":1}' } };
    const asked = (JSON.parse(body) as { tools?: unknown }).tools !== undefined;
    const message = asked ? { role: "assistant", tool_calls: [call] } : { role: "assistant", content: '{"value":1}' };
    const choices = [{ index: 0, message, finish_reason: asked ? "tool_calls" : "stop" }];
    response.setHeader("content-type", "application/json").end(JSON.stringify({ id: "1", choices }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const models = { shy: { kind: "chat", features: { tools: false }, pricing: { plan: "unknown" } } };
  there = new Workspace({
    "catalog/acme.json": providerFile("acme", { provider: { baseURL, auth: [{ type: "none" }] }, models }),
  });
  const { stdout, code } = await there.run("verify", "acme/shy");
  server.close();
  expect([code, stdout]).toEqual([1, "wrong   acme/shy features.tools: the catalog says no, the model yes\n"]);
});

it("needs a key, and says which", async () => {
  there = new Workspace({ "catalog/acme.json": providerFile("acme") });
  expect(await there.run("verify", "acme/one-1")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("there is no key for acme: set ACME_API_KEY"),
  });
});
