/** `generate` in someone's own repository: files written, problems told, staleness noticed, saves followed. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { providerFile, until, Workspace } from "./workspace.js";

let open: Workspace | undefined;
const workspace = (files: { readonly [path: string]: unknown }): Workspace => {
  open = new Workspace(files);
  return open;
};
afterEach(() => open?.remove());

const two = { "catalog/acme.json": providerFile("acme"), "catalog/beta.json": providerFile("beta") };
const generated = [
  "acme.data.d.ts",
  "acme.data.js",
  "acme.ts",
  "beta.data.d.ts",
  "beta.data.js",
  "beta.ts",
  "index.ts",
];

describe("generate", () => {
  it("writes one client per provider and an index, importing the published package", async () => {
    const there = workspace(two);
    const { code, stdout } = await there.run("generate");
    expect(there.list("generated")).toEqual(generated);
    expect(there.read("generated/acme.ts")).toContain('from "modelwright/define"');
    expect(there.read("generated/acme.ts")).toContain('from "modelwright/protocols/openai-chat"');
    expect(stdout).toContain("written generated/acme.ts\n");
    expect(code).toBe(0);
  });

  it("writes nothing when nothing changed", async () => {
    const there = workspace(two);
    await there.run("generate");
    const before = there.inode("generated/acme.ts");
    const { code, stdout, stderr } = await there.run("generate");
    expect(stdout).toBe("");
    expect(stderr).toBe("2 providers; 7 files unchanged\n");
    expect(there.inode("generated/acme.ts")).toBe(before);
    expect(code).toBe(0);
  });

  it("deletes what it wrote for a provider that is gone, and nothing else", async () => {
    const there = workspace(two);
    await there.run("generate");
    there.write("generated/notes.ts", "export const mine = 1;\n");
    rmSync(join(there.folder, "catalog/beta.json"));
    const { stdout } = await there.run("generate");
    expect(stdout).toContain("deleted generated/beta.ts\n");
    expect(there.list("generated")).toEqual(["acme.data.d.ts", "acme.data.js", "acme.ts", "index.ts", "notes.ts"]);
  });

  it("does not touch a file of the same name that it did not write", async () => {
    const there = workspace({ ...two, "generated/acme.ts": "export const mine = 1;\n" });
    const { code, stderr } = await there.run("generate");
    expect(there.read("generated/acme.ts")).toBe("export const mine = 1;\n");
    expect(stderr).toContain("generated/acme.ts was not written by modelwright");
    expect(there.list("generated")).toEqual(generated);
    expect(code).toBe(1);
  });

  it("generates only the providers that are named, into the folder that is named", async () => {
    const there = workspace(two);
    const { code } = await there.run("generate", "beta", "--out", "src/llm");
    expect(there.list("src/llm")).toEqual(["beta.data.d.ts", "beta.data.js", "beta.ts"]);
    expect(code).toBe(0);
  });

  it("generates a shipped provider by name, without a catalog of one's own", async () => {
    const there = workspace({});
    expect((await there.run("generate", "openai")).code).toBe(0);
    expect(there.read("generated/openai.ts")).toContain('"gpt-4.1"');
  });

  it("inherits from a shipped model", async () => {
    const models = { "our-gpt": { base: "openai/gpt-4.1", pricing: { plan: "unknown" } } };
    const there = workspace({ "catalog/acme.json": providerFile("acme", { models }) });
    expect((await there.run("generate")).code).toBe(0);
    expect(there.list("generated")).toEqual(["acme.data.d.ts", "acme.data.js", "acme.ts", "index.ts"]);
    expect(there.read("generated/acme.data.js")).toContain("1047576");
  });

  it("lays an overlay over a provider", async () => {
    const overlay = { provider: { id: "acme" }, models: { "one-1": { limits: { context: 77_777 } } } };
    const there = workspace({ ...two, "mine.json": overlay });
    expect((await there.run("generate", "--overlay", "mine.json")).code).toBe(0);
    expect(there.read("generated/acme.data.js")).toContain("77777");
  });

  it("writes tables of the models when asked", async () => {
    const there = workspace(two);
    await there.run("generate", "--docs");
    expect(there.read("generated/acme.md")).toMatch(/\| .*one-1/);
  });

  it.each([
    [[], "there is no folder catalog here"],
    [["opneai"], 'no provider "opneai"; did you mean "openai"?'],
    [["openai", "--overlay", "none.json"], "none.json does not exist"],
  ])("says what is missing for %j", async (args, message) => {
    const { code, stderr } = await workspace({}).run("generate", ...args);
    expect(stderr).toContain(message);
    expect(code).toBe(1);
  });

  it("refuses --check together with --watch", async () => {
    expect((await workspace(two).run("generate", "--check", "--watch")).code).toBe(2);
  });
});

describe("generate from a broken catalog", () => {
  it("generates the other files, says what is wrong and ends with 1", async () => {
    const there = workspace({ ...two, "catalog/broken.json": '{ "catalogVersion": 1, oops' });
    const { code, stderr } = await there.run("generate");
    expect(stderr).toMatch(/catalog\/broken\.json:1:\d+ .*not valid JSON/);
    expect(there.list("generated")).toEqual(generated);
    expect(code).toBe(1);
  });

  it("leaves out the bad model only", async () => {
    const models = { good: { kind: "chat" }, bad: { kind: "chatt" } };
    const there = workspace({ "catalog/acme.json": providerFile("acme", { models }) });
    const { code, stderr } = await there.run("generate");
    expect(stderr).toContain('did you mean "chat"?');
    expect(there.read("generated/acme.ts")).toMatch(/\bgood\b/);
    expect(there.read("generated/acme.ts")).not.toMatch(/\bbad\b/);
    expect(code).toBe(1);
  });

  it("keeps what was generated from a file before it broke", async () => {
    const there = workspace(two);
    await there.run("generate");
    there.write("catalog/acme.json", "{");
    expect((await there.run("generate")).code).toBe(1);
    expect(there.list("generated")).toEqual(generated);
    expect(there.read("generated/index.ts")).toContain("acme");
  });
});

describe("generate --check", () => {
  it("is content with fresh files, and writes nothing", async () => {
    const there = workspace(two);
    await there.run("generate");
    const { code, stdout } = await there.run("generate", "--check");
    expect(stdout).toBe("");
    expect(code).toBe(0);
  });

  it("names stale files and ends with 1, and writes nothing", async () => {
    const there = workspace(two);
    await there.run("generate");
    const before = there.read("generated/acme.ts");
    there.write("catalog/acme.json", providerFile("acme", { models: { "two-2": { kind: "chat" } } }));
    const { code, stdout } = await there.run("generate", "--check");
    expect(stdout).toBe("stale generated/acme.ts\nstale generated/acme.data.js\n");
    expect(there.read("generated/acme.ts")).toBe(before);
    expect(code).toBe(1);
  });

  it("remembers contents that were fresh, not times, and notices whatever changes in them", async () => {
    const there = workspace({ ...two, "node_modules/.keep": "" });
    const { stderr } = await there.run("generate");
    const check = async () => (await there.run("generate", "--check")).code;
    const known = () => JSON.parse(there.read("node_modules/.cache/modelwright/fresh.json")) as unknown[];
    expect(await check()).toBe(0);
    expect(known()).toHaveLength(1);
    expect((await there.run("generate", "--check")).stderr).toContain("2 providers; 7 files unchanged");
    expect(stderr).toContain("2 providers");
    const [catalog, client] = [there.read("catalog/acme.json"), there.read("generated/acme.ts")];
    there.write("generated/acme.ts", `${client}\n`);
    expect(await check()).toBe(1);
    there.write("generated/acme.ts", client);
    expect(await check()).toBe(0);
    there.write("catalog/acme.json", providerFile("acme", { models: { "two-2": { kind: "chat" } } }));
    expect(await check()).toBe(1);
    there.write("catalog/acme.json", catalog);
    expect(await check()).toBe(0);
    expect((await there.run("generate", "--check", "--docs")).code).toBe(1);
    expect(known()).toHaveLength(1);
  });

  it("ends with 1 where nothing was generated yet", async () => {
    const there = workspace(two);
    expect((await there.run("generate", "--check")).code).toBe(1);
    expect(there.list(".")).toEqual(["catalog"]);
  });
});

describe("generate --watch", () => {
  it("regenerates only what changed, keeps the last good of a broken save, and ends when interrupted", async () => {
    const there = workspace(two);
    const running = there.start("generate", "--watch");
    await until(() => running.output().includes("watching"), running.output);
    const beta = there.inode("generated/beta.ts");

    there.write("catalog/acme.json", providerFile("acme", { models: { "two-2": { kind: "chat" } } }));
    await until(() => there.read("generated/acme.ts").includes("two-2"), running.output);
    expect(there.inode("generated/beta.ts")).toBe(beta);

    there.write("catalog/acme.json", '{ "catalogVersion": 1, oops');
    await until(() => running.output().includes("not valid JSON"), running.output);
    expect(there.read("generated/acme.ts")).toContain("two-2");

    there.write("catalog/acme.json", providerFile("acme", { models: { "three-3": { kind: "chat" } } }));
    await until(() => there.read("generated/acme.ts").includes("three-3"), running.output);

    there.write("catalog/gamma.json", providerFile("gamma"));
    await until(() => there.read("generated/index.ts").includes("gamma"), running.output);
    expect(there.inode("generated/beta.ts")).toBe(beta);

    expect(await running.stop()).toBe(0);
  });
});
