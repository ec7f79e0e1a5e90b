/** From nothing to a typed streamed call: a provider is one small file that the command writes, and never overwrites. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { generate } from "../../codegen/index.js";
import { loadCatalog } from "../../src/catalog/load.js";
import type { Provider } from "../../src/client/provider.js";
import type { ChatModelWith } from "../../src/model/dynamic.js";
import { createSimulator } from "../../src/testing.js";
import { compile } from "../codegen/compile.js";
import { sourcePaths } from "../codegen/source-paths.js";
import { root } from "../source-tree.js";
import { Workspace } from "./workspace.js";

let open: Workspace | undefined;
const workspace = (files: { readonly [path: string]: unknown } = {}): Workspace => {
  open = new Workspace(files);
  return open;
};
afterEach(() => open?.remove());

const acme = ["provider", "acme", "--base-url", "https://llm.acme.example/v1", "--model", "acme-large"];

it("writes a valid provider of at most 15 lines", async () => {
  const there = workspace();
  const { code, stdout } = await there.run("add", ...acme);
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining("written catalog/acme.json\nnext    npx modelwright generate"),
  ]);
  expect(there.read("catalog/acme.json").trimEnd().split("\n").length).toBeLessThanOrEqual(15);
  expect((await there.run("validate")).code).toBe(0);
});

it("never overwrites, and takes back what is not valid", async () => {
  const there = workspace();
  await there.run("add", ...acme);
  const before = there.read("catalog/acme.json");
  expect(await there.run("add", ...acme)).toMatchObject({ code: 2, stderr: expect.stringContaining("exists already") });
  const wrong = await there.run("add", "model", "acme/small", "--base", "openai/gpt-4.11");
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('did you mean "gpt-4.1"') });
  const bad = await there.run("add", "provider", "other", "--base-url", "ftp://acme.example");
  expect(bad).toMatchObject({ code: 1, stderr: expect.stringContaining("nothing was written") });
  expect([there.list("catalog"), there.read("catalog/acme.json")]).toEqual([["acme.json"], before]);
});

it("binds a deployment to a model of the catalog, so that its types are that model's", async () => {
  const there = workspace();
  const { code } = await there.run(
    "add",
    "model",
    "azure-openai/my-prod",
    "--base",
    "openai/gpt-4.1",
    "--wire-id",
    "prod-41",
  );
  expect(code).toBe(0);
  const { stdout } = await there.run("explain", "azure-openai/my-prod", "wireId");
  expect(stdout).toContain('"prod-41"');
  expect((await there.run("generate")).code).toBe(0);
  expect(there.read("generated/azure-openai.ts")).toMatch(/"my-prod": ImagePdfTools/);
});

it("leads from nothing to a typed streamed call", async () => {
  const there = workspace();
  await there.run("add", ...acme);
  const { providers } = await loadCatalog(join(there.folder, "catalog"));
  // Inside the repository, so that the generated code finds the sources.
  const out = mkdtempSync(join(root, "test/.cache/add-"));
  try {
    for (const [name, text] of generate(providers, { paths: sourcePaths(out) }).files)
      writeFileSync(join(out, name), text);
    // Nothing is known of the model, so nothing is refused.
    const program = (id: string) =>
      `import { acme } from "./acme.js"; for await (const text of acme("${id}").stream({ messages: [{ role: "user", content: "Hi" }], temperature: 0.5 }).text) text.trim();`;
    const texts = new Map([
      [join(out, "right.ts"), program("acme-large")],
      [join(out, "wrong.ts"), program("acme-larg")],
    ]);
    const errors = compile([...texts.keys()], texts);
    expect(errors.filter((error) => !error.includes("wrong.ts"))).toEqual([]);
    expect(errors[0]).toContain('there is no model \\"acme-larg\\" in this catalog');
    const { acme: provider } = (await import(join(out, "acme.js"))) as {
      acme: Provider<{ "acme-large": ChatModelWith }>;
    };
    await using simulator = createSimulator({ providers });
    await simulator.listen();
    const client = provider.create({ apiKey: "key", baseURL: simulator.baseURL("acme") });
    let streamed = "";
    for await (const text of client("acme-large").stream({ messages: [{ role: "user", content: "Hi" }] }).text)
      streamed += text;
    expect(streamed).toContain("[simulated]");
  } finally {
    rmSync(out, { recursive: true });
  }
});
