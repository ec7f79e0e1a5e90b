/** `validate`, `models`, `explain` and the frame around them, as someone at a shell sees them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { root } from "../source-tree.js";
import { providerFile, Workspace } from "./workspace.js";

let open: Workspace | undefined;
const workspace = (files: { readonly [path: string]: unknown }): Workspace => {
  open = new Workspace(files);
  return open;
};
afterEach(() => open?.remove());

const acme = providerFile("acme", {
  provider: { defaultModel: "one-1", defaults: { limits: { output: 500 } } },
  profiles: { chat: { features: { tools: true }, params: { temperature: { min: 0, max: 2 } } } },
  models: {
    "one-1": { kind: "chat", use: ["chat"], limits: { context: 1000 }, pricing: { tokens: { input: 1, output: 2 } } },
    "two-2": { base: "#one-1", input: ["text", "image"], pricing: { tokens: { input: 9 } } },
    vectors: { kind: "embedding" },
  },
});

describe("the command", () => {
  it("shows its commands and exit codes, and 2 when none is named", async () => {
    const there = workspace({});
    const asked = await there.run("--help");
    expect(asked.code).toBe(0);
    expect(asked.stdout).toMatch(/generate .*\n.*validate .*\n.*models .*\n.*explain /);
    expect(asked.stdout).toContain("Exit codes: 0 done; 1 ");
    expect((await there.run()).code).toBe(2);
  });

  it("does not mind a reader that leaves early", async () => {
    expect(await workspace({ "catalog/acme.json": acme }).runUnread("models")).toMatch(/^0: \d+ models; prices/);
  });

  it.each([
    [["valdate"], 'unknown command "valdate"; did you mean "validate"?'],
    [["models", "--visoin"], "--visoin"],
    [["models", "--max-price", "cheap"], '--max-price must be a number of US dollars, not "cheap"'],
    [["validate", "extra"], "unexpected argument: extra"],
    [["explain"], "name a model, such as openai/gpt-4.1"],
  ])("answers %j with exit code 2 and what is wrong", async (args, message) => {
    const { code, stderr, stdout } = await workspace({}).run(...args);
    expect(stderr).toContain(message);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  it("shows what presets set", async () => {
    const { code, stdout } = await workspace({}).run("presets");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\.\.\.production\(\)$/m);
    expect(stdout).toMatch(/^ {2}circuitBreaker +failures 5, openMs 30000, successes 3$/m);
    expect(stdout).toMatch(/^\.\.\.development\(\)\n {2}retry +off$/m);
    const json = JSON.parse((await workspace({}).run("presets", "--json")).stdout);
    expect(json.production.concurrency).toEqual({ maxInFlight: 100, maxQueue: 200 });
  });

  it("writes no escape sequences to a pipe", async () => {
    const { stdout, stderr } = await workspace({ "catalog/acme.json": acme, "catalog/bad.json": "{" }).run("models");
    expect(stdout + stderr).not.toContain("\u001b");
  });
});

describe("validate", () => {
  it("counts what is valid", async () => {
    const { code, stdout, stderr } = await workspace({ "catalog/acme.json": acme }).run("validate");
    expect(stderr).toBe("");
    expect(stdout).toBe("read: 1 provider, 3 models\n");
    expect(code).toBe(0);
  });

  const broken = (models: object) => providerFile("broken", { models });
  it.each([
    [
      "text that is no JSON",
      '{ "catalogVersion": 1,\n  "provider": oops }',
      /broken\.json:2:\d+ .*not valid JSON.*"o"/,
    ],
    [
      "a key given twice",
      '{ "catalogVersion": 1,\n\n "catalogVersion": 1 }',
      /broken\.json:3:\d+ catalogVersion: .*twice/,
    ],
    [
      "a wrong type",
      broken({ one: { kind: "chat", limits: { context: "many" } } }),
      /broken\.json:\d+:\d+ models\.one\.limits\.context: expected number, found "many"/,
    ],
    [
      "an unknown key",
      broken({ one: { kind: "chat", limts: {} } }),
      /broken\.json:\d+:\d+ models\.one\.limts: unknown key "limts"; did you mean "limits"\?/,
    ],
    [
      "an unknown value",
      broken({ one: { kind: "chatt" } }),
      /models\.one\.kind: expected .*"chat" \| .*, found "chatt"; did you mean "chat"\?/,
    ],
    [
      "a base that does not exist",
      broken({ one: { base: "acme/one-2" } }),
      /models\.one\.base: unknown model "one-2"; did you mean "one-1"\?/,
    ],
    [
      "a profile that does not exist",
      broken({ one: { kind: "chat", use: ["chta"] } }),
      /models\.one\.use\[0\]: profile "chta" is not in this file/,
    ],
    [
      "models that inherit from each other",
      broken({ one: { base: "#two" }, two: { base: "#one" } }),
      /models\.(one|two)\.base: #(one|two) inherits from this model: a cycle/,
    ],
  ])("tells %s with file, place, what was found and what was expected", async (_what, file, message) => {
    const there = workspace({ "catalog/acme.json": acme, "catalog/broken.json": file });
    const { code, stdout, stderr } = await there.run("validate");
    expect(stderr).toMatch(message);
    expect(stderr).toContain("catalog/broken.json:");
    expect(stdout).toMatch(/^read: \d providers?, 3 models\n$/);
    expect(code).toBe(1);
  });

  it("says when there is no such folder", async () => {
    const { code, stderr } = await workspace({}).run("validate", "--catalog", "nowhere");
    expect(stderr).toMatch(/catalog folder .*nowhere cannot be read/);
    expect(code).toBe(1);
  });
});

describe("models", () => {
  const ids = async (...filters: string[]): Promise<string[]> => {
    const all = ["models", "--provider", "acme", "--json", ...filters];
    const { stdout } = await workspace({ "catalog/acme.json": acme }).run(...all);
    return (JSON.parse(stdout) as { id: string }[]).map(({ id }) => id);
  };

  it.each([
    [[], ["acme/one-1", "acme/two-2", "acme/vectors"]],
    [["one"], ["acme/one-1"]],
    [["--vision"], ["acme/two-2"]],
    [["--tools"], ["acme/one-1", "acme/two-2"]],
    [["--reasoning"], []],
    [["--kind", "embedding"], ["acme/vectors"]],
    [["--max-price", "5"], ["acme/one-1"]],
  ])("filters by %j", async (filters, expected) => {
    expect(await ids(...filters)).toEqual(expected);
  });

  it("prints a table with limits and prices", async () => {
    const { stdout } = await workspace({ "catalog/acme.json": acme }).run("models", "--provider", "acme");
    expect(stdout).toMatch(/model +kind +context +output +\$ in +\$ out +accepts/);
    expect(stdout).toMatch(/acme\/one-1 +chat +1000 +500 +1 +2 +tools\n/);
    expect(stdout).toMatch(/acme\/vectors +embedding +- /);
  });

  it("prints a list for language models, in which no name is markup", async () => {
    const models = { "a`<b>": { kind: "chat", limits: { context: 1000 }, pricing: { plan: "unknown" } } };
    const odd = providerFile("odd", { provider: { name: "Odd [x](javascript:y)\n# Boo" }, models });
    const { stdout } = await workspace({ "catalog/odd.json": odd }).run("models", "--provider", "odd", "--llms");
    expect(stdout.split("\n").slice(4)).toEqual([
      "## Odd x(javascript:y) # Boo",
      "",
      "- `odd/ab`: chat, context 1000",
      "",
    ]);
  });
});

describe("explain", () => {
  const run = (...args: string[]) => workspace({ "catalog/acme.json": acme }).run("explain", ...args);

  it("says where each fact is stated, by file, line and layer", async () => {
    const { code, stdout } = await run("acme/two-2");
    const text = JSON.stringify(acme, null, 2).split("\n");
    const line = (needle: string) => text.findIndex((candidate) => candidate.includes(needle)) + 1;
    expect(stdout).toContain(`catalog/acme.json:${line('"base": "#one-1"') + 1} (own)`);
    expect(stdout).toMatch(
      new RegExp(`limits.context +1000 +catalog/acme.json:${line('"context": 1000')} \\(base acme/one-1\\)`),
    );
    expect(stdout).toMatch(/limits\.output +500 +catalog\/acme\.json:\d+ \(base acme\/one-1, provider\.defaults\)/);
    expect(stdout).toMatch(/features\.tools +true +catalog\/acme\.json:\d+ \(base acme\/one-1, profile "chat"\)/);
    expect(code).toBe(0);
  });

  it("says what the types accept and refuse, in the words of the compiler", async () => {
    const { stdout } = await run("acme/two-2");
    const [accepts, refuses] = stdout.slice(stdout.indexOf("\naccepts")).split("\nrefuses\n");
    expect(accepts).toContain("  image input\n");
    expect(accepts).toContain("  temperature between 0 and 2");
    expect(refuses).toContain("  two-2 does not accept audio input\n");
    expect(refuses).toContain("  two-2 does not accept topK\n");
  });

  it("shows one field", async () => {
    const { stdout } = await run("acme/two-2", "pricing.tokens.input");
    expect(stdout.split("\n").filter((line) => line.startsWith("  "))).toHaveLength(1);
    expect(stdout).toContain("pricing.tokens.input  9");
  });

  it.each([
    [["acme/two-3"], 'acme has no model "two-3"; did you mean "two-2"?'],
    [["acne/two-2"], 'no provider "acne"; did you mean "acme"?'],
    [["acme/two-2", "limit"], 'nothing is stated about "limit"; did you mean "limits"?'],
  ])("answers %j with the nearest name", async (args, message) => {
    const { code, stderr } = await run(...args);
    expect(stderr).toContain(message);
    expect(code).toBe(1);
  });
});

it("schema prints what editors check catalog files with", async () => {
  open = new Workspace({});
  const { code, stdout } = await open.run("schema");
  expect([code, stdout]).toEqual([0, readFileSync(join(root, "catalog/provider.schema.json"), "utf8")]);
});
