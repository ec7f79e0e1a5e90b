/** Catalogs that move on: the exact places of a project that would not compile, and the models in it that end. */
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { root } from "../source-tree.js";
import { providerFile, Workspace } from "./workspace.js";

let open: Workspace | undefined;
afterEach(() => open?.remove());

// Generated code does not hold all of it, which is no change.
const chat = {
  kind: "chat",
  family: "acme",
  dates: { knowledge: "2025-01" },
  features: { tools: true },
  params: { temperature: true },
  pricing: { plan: "unknown" },
};

const program = `import { acme } from "../generated/acme.js";
import { user } from "modelwright";
const messages = [user("Hello")];
export const a = () => acme("one").chat({ messages, temperature: 0.5 });
export const b = () => acme("two").chat({ messages });
export const c = () => acme("three").chat({ messages });
export const d = () => acme("one").chat({ messages, temperature: 1 });
export const wrongAlready: string = 1;
export const fine = () => acme("one").chat({ messages });
`;

const compilerOptions = {
  strict: true,
  module: "nodenext",
  target: "es2022",
  skipLibCheck: true,
  types: ["node"],
  typeRoots: [join(root, "node_modules/@types")],
  baseUrl: ".",
  paths: {
    modelwright: [join(root, "src/index.ts")],
    "modelwright/define": [join(root, "src/define.ts")],
    "modelwright/protocols/*": [join(root, "src/protocols/*/index.ts")],
  },
};

function project(): Workspace {
  open = new Workspace({
    "tsconfig.json": { compilerOptions, include: ["src"] },
    "src/x.ts": program,
    "catalog/acme.json": providerFile("acme", { models: { one: chat, two: chat, three: chat } }),
  });
  return open;
}

// The compiler reads the sources of the whole package.
it("lists the places that break, in the words of the types, and writes nothing", { timeout: 300_000 }, async () => {
  const there = project();
  await there.run("generate");
  const before = there.read("generated/acme.ts");
  const retired = { ...chat, status: "retired", dates: { ...chat.dates, retires: "2026-03-04" }, successor: "one" };
  const models = { one: { ...chat, params: { temperature: false } }, three: retired, four: chat };
  there.write("catalog/acme.json", providerFile("acme", { models }));
  const { code, stdout, stderr } = await there.run("upgrade", "--check");
  expect(stdout.split("\n")).toEqual([
    "breaking acme/one params.temperature: true -> false",
    'breaking acme/three status: none -> "retired"',
    "breaking acme/two removed",
    "widening acme/four added",
    'notice   acme/three dates.retires: none -> "2026-03-04"',
    'notice   acme/three successor: none -> "one"',
    "one does not accept temperature: 2 places",
    "  src/x.ts:4",
    "  src/x.ts:7",
    'there is no model "two" in this catalog: 1 place',
    "  src/x.ts:5",
    "three was retired on 2026-03-04; use one: 1 place",
    "  src/x.ts:6",
    "",
  ]);
  expect(stderr).toBe("6 changes\n4 places would not compile\n");
  expect(code).toBe(1);
  expect(there.read("generated/acme.ts")).toBe(before);
});

it("generates when nothing breaks", {
  timeout: 300_000,
}, async () => {
  const there = project();
  await there.run("generate");
  const models = { one: chat, two: chat, three: { ...chat, limits: { context: 5 } }, four: chat };
  there.write("catalog/acme.json", providerFile("acme", { models }));
  const { code, stdout } = await there.run("upgrade");
  expect([code, stdout]).toEqual([0, expect.stringContaining("written generated/acme.ts")]);
  expect((await there.run("generate", "--check")).code).toBe(0);
});

it("outdated names the models in the code that end, soonest first, with the place", async () => {
  const soon = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const ending = (retires: string) => ({ ...chat, status: "deprecated", dates: { retires }, successor: "one" });
  const models = {
    one: chat,
    two: ending(soon),
    three: { ...ending("2020-01-01"), status: "retired" },
    unused: ending(soon),
  };
  open = new Workspace({
    "src/x.ts": program,
    "src/elsewhere.ts": 'const word = "three";',
    "src/names.ts": 'export const model = "acme/two";',
    "catalog/acme.json": providerFile("acme", { models }),
  });
  const { code, stdout } = await open.run("outdated");
  expect(stdout.split("\n")).toEqual([
    "ends  acme/three was retired on 2020-01-01; use one",
    "  src/x.ts:6",
    `ends  acme/two ends on ${soon}; use one`,
    "  src/names.ts:1",
    "  src/x.ts:5",
    "",
  ]);
  expect(code).toBe(1);
  open.write("src/x.ts", "");
  expect(await open.run("outdated", "--within", "10")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("later "),
  });
  expect((await open.run("outdated", "--all")).stdout).toContain("acme/unused");
});
