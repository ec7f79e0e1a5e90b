/** A project that starts: one command writes what it needs, asks little, and leaves alone what is there. */
import { afterEach, expect, it } from "vitest";
import { Workspace } from "./workspace.js";

let open: Workspace | undefined;
const workspace = (files: { readonly [path: string]: unknown } = {}): Workspace => {
  open = new Workspace({ "package.json": { name: "app", type: "module" }, ...files });
  return open;
};
afterEach(() => open?.remove());

it("writes a valid catalog, scripts and marks for git, and a second time nothing", async () => {
  const there = workspace();
  const { code, stdout } = await there.run("init", "--yes");
  expect([code, stdout]).toEqual([0, expect.stringContaining("written catalog/local.json")]);
  expect(there.list(".")).toEqual([".gitattributes", "catalog", "package.json"]);
  expect(JSON.parse(there.read("package.json"))).toEqual({
    name: "app",
    type: "module",
    scripts: { generate: "modelwright generate", "generate:check": "modelwright generate --check" },
  });
  expect(there.read(".gitattributes")).toBe("/generated/** linguist-generated eol=lf\n");
  const before = there.list(".").map((path) => there.inode(path));
  expect((await there.run("init", "--yes", "--provider", "acme")).code).toBe(0);
  expect([there.list("."), there.list("catalog")]).toEqual([
    [".gitattributes", "catalog", "package.json"],
    ["local.json"],
  ]);
  expect(there.list(".").map((path) => there.inode(path))).toEqual(before);
  expect((await there.run("generate")).stdout).toContain("written generated/local.ts");
});

it("generates into src where that is, and every command knows", async () => {
  const there = workspace({ "src/index.ts": "" });
  await there.run("init", "--yes", "--catalog", "data/models");
  expect(JSON.parse(there.read("modelwright.config.json"))).toEqual({ catalog: "data/models", out: "src/generated" });
  expect((await there.run("generate")).stdout).toContain("written src/generated/local.ts");
  expect((await there.run("generate", "--check")).code).toBe(0);
  expect((await there.run("validate")).stdout).toBe("read: 1 provider, 0 models\n");
  await there.run("add", "model", "local/llama");
  expect((await there.run("validate")).stdout).toBe("read: 1 provider, 1 model\n");
  there.write("modelwright.config.json", { catalogue: "data/models" });
  expect(await there.run("validate")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('unknown key "catalogue"; did you mean "catalog"?'),
  });
});

it("keeps what a person wrote in package.json and .gitattributes", async () => {
  const own = '{\n\t"name": "app",\n\t"scripts": { "generate": "graphql-codegen" }\n}';
  const there = workspace({ "package.json": own, ".gitattributes": "*.png binary" });
  const { stderr } = await there.run("init", "--yes");
  expect(stderr).toContain("package.json has a script generate already; ours is: modelwright generate");
  expect(there.read("package.json")).toBe(
    '{\n\t"name": "app",\n\t"scripts": {\n\t\t"generate": "graphql-codegen",\n\t\t"generate:check": "modelwright generate --check"\n\t}\n}',
  );
  expect(there.read(".gitattributes")).toBe("*.png binary\n/generated/** linguist-generated eol=lf\n");
});

it("asks three questions, and takes what is usual when nobody answers", async () => {
  const there = workspace();
  const asked = there.start("init");
  asked.answer("acme\nhttps://llm.acme.example/v1\nacme-large\n");
  expect(await asked.ended).toBe(0);
  expect(JSON.parse(there.read("catalog/acme.json"))).toMatchObject({
    provider: { id: "acme", baseURL: "https://llm.acme.example/v1", role: "host", defaultModel: "acme-large" },
    models: { "acme-large": { kind: "chat" } },
  });
});

it("says what is missing where there is no package", async () => {
  const there = new Workspace();
  open = there;
  expect(await there.run("init", "--yes")).toMatchObject({ code: 1, stderr: expect.stringContaining("npm init") });
  expect(there.list(".")).toEqual([]);
});
