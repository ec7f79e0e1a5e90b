/** What a person sees when a provider file is wrong: the file, the place, what was found, what was expected. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readJson } from "../../src/catalog/json-text.js";
import { catalogLimits, parseProviderFile } from "../../src/catalog/parse.js";
import { connection, providerFile } from "./files.js";

const parse = (file: unknown) =>
  parseProviderFile("acme.json", typeof file === "string" ? file : JSON.stringify(file, null, 2));
const messages = (file: unknown) => parse(file).problems.map((problem) => problem.message);

describe("a wrong member is told with its line, path, value and the name that was meant", () => {
  const chat = { kind: "chat" };
  test.each([
    [
      "unknown key of a model",
      { a: { ...chat, tempratureRange: 1, featurs: {} } },
      'models.a.featurs: unknown key "featurs"; did you mean "features"?',
    ],
    [
      "unknown parameter bound",
      { a: { ...chat, params: { temperature: { mni: 0 } } } },
      'models.a.params.temperature.mni: unknown key "mni"; did you mean "min"?',
    ],
    ["value outside an enum", { a: { kind: "chatt" } }, 'found "chatt"; did you mean "chat"?'],
    [
      "effort outside the set",
      { a: { ...chat, reasoning: { mode: "always", effort: { levels: ["hig"] } } } },
      'models.a.reasoning.effort.levels[0]: expected "none" | "minimal"',
    ],
    [
      "wrong type",
      { a: { ...chat, features: { tools: "yes" } } },
      'models.a.features.tools: expected boolean, found "yes"',
    ],
    [
      "wrong type in a union",
      { a: { ...chat, params: { topP: 3 } } },
      "models.a.params.topP: expected boolean, found 3",
    ],
    [
      "negative limit",
      { "gpt-x": { ...chat, limits: { context: 0 } } },
      'models["gpt-x"].limits.context: expected more than 0, found 0',
    ],
    [
      "fractional tokens",
      { a: { ...chat, limits: { output: 1.5 } } },
      "models.a.limits.output: expected int, found 1.5",
    ],
    [
      "malformed date",
      { a: { ...chat, dates: { released: "May 2025" } } },
      'expected an ISO date: YYYY, YYYY-MM or YYYY-MM-DD, found "May 2025"',
    ],
    [
      "unknown dialect switch",
      { a: { ...chat, dialect: { "openai-chat": { maxTokenField: "max_tokens" } } } },
      'unknown key "maxTokenField"; did you mean "maxTokensField"?',
    ],
  ])("%s", (_name, models, expected) => {
    const [message = ""] = messages(providerFile(models)).filter((line) => line.includes(expected));
    expect(message).toContain(expected);
    expect(message).toMatch(/^acme\.json:\d+:\d+ /);
  });

  test("the position is that of the wrong member", () => {
    const { problems } = parse('{\n  "catalogVersion": 2,\n  "provider": {}\n}');
    const version = problems.find((problem) => problem.path === "catalogVersion");
    expect(version?.message).toBe("acme.json:2:3 catalogVersion: expected 1, found 2");
    expect(version).toMatchObject({ code: "invalid-catalog", file: "acme.json" });
  });

  test("all problems are told at once, and the good models stay", () => {
    const parsed = parse(
      providerFile({ good: { kind: "chat" }, bad: { kind: 1 }, worse: { kind: "chat", x: 1, y: 2 } }),
    );
    expect(parsed.problems.map((problem) => problem.path)).toEqual([
      "models.bad.kind",
      "models.worse.x",
      "models.worse.y",
    ]);
    expect(Object.keys(parsed.file?.models ?? {})).toEqual(["good"]);
  });
});

describe("a wrong connection refuses the file", () => {
  test.each([
    ["trailing slash", { baseURL: "https://a.test/" }, "without trailing slash"],
    ["credentials in the URL", { baseURL: "https://user:key@a.test" }, "without trailing slash, credentials or query"],
    ["unknown protocol", { protocol: "openai-chats" }, 'did you mean "openai-chat"?'],
    ["header injection", { headers: { "x-a": "1\r\nx-b: 2" } }, "a header value on one line"],
    ["id that is no file name", { id: "../acme" }, "lower-case letters and digits"],
    ["unknown error word", { errors: [{ status: 402, is: "no-money" }] }, "provider.errors[0].is: expected"],
    ["unknown auth", { auth: [{ type: "baerer", env: ["A"] }] }, "provider.auth[0].type: expected"],
  ])("%s", (_name, change, expected) => {
    const parsed = parse(providerFile({}, { provider: { ...connection, ...change } }));
    expect(parsed.file).toBeUndefined();
    expect(parsed.problems.map((problem) => problem.message).join("\n")).toContain(expected);
  });
});

describe("hostile text is refused before it costs anything", () => {
  test("a repeated key is an error of its model only", () => {
    const text = JSON.stringify(providerFile({ a: { kind: "chat" }, b: { kind: "chat" } })).replace(
      '"a":{',
      '"a":{"kind":"image",',
    );
    const parsed = parse(text);
    expect(parsed.problems.map((problem) => problem.message)).toEqual([
      expect.stringContaining("models.a.kind: the key is given twice"),
    ]);
    expect(Object.keys(parsed.file?.models ?? {})).toEqual(["b"]);
  });

  test("__proto__ is refused and never becomes a prototype", () => {
    const text = JSON.stringify(providerFile({ a: { kind: "chat" } })).replace(
      '"models":{',
      '"models":{"__proto__":{"kind":"chat"},',
    );
    const parsed = parse(text);
    expect(parsed.problems[0]?.message).toContain('the key "__proto__" is refused');
    expect(Object.keys(parsed.file?.models ?? {})).toEqual(["a"]);
    expect(({} as { kind?: unknown }).kind).toBeUndefined();
  });

  test("constructor is an id like any other", () => {
    expect(parse(providerFile({ constructor: { kind: "chat" } })).problems).toEqual([]);
  });

  test("depth, size and number of models are bounded", () => {
    expect(messages("[".repeat(100_000))[0]).toContain("nested deeper than 64 levels");
    expect(messages(" ".repeat(catalogLimits.bytes + 1))[0]).toContain("larger than 16777216 bytes");
    const models = Object.fromEntries(Array.from({ length: catalogLimits.models + 1 }, (_, i) => [`m${i}`, {}]));
    expect(messages(providerFile(models))).toEqual([expect.stringContaining("more than 50000 models")]);
  });

  test.each([
    ["{", "expected a key in double quotes, found the end of the file"],
    ['{"a" 1}', 'expected ":", found "1"'],
    ['{"a": 1,}', 'expected a key in double quotes, found "}"'],
    ['{"a": tru}', 'expected a value, found "t"'],
    ['{"a": 1} x', 'expected the end of the file, found "x"'],
    ['{"a": "\\x"}', "expected a string"],
  ])("syntax error in %s", (text, expected) => {
    expect(messages(text)).toEqual([expect.stringContaining(expected)]);
  });
});

test("reads what JSON.parse reads, and never throws on anything else", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), fc.nat(), fc.string(), (json, cut, noise) => {
      const clean = json.replaceAll("__proto__", "proto");
      expect(readJson(clean, 64).value).toEqual(JSON.parse(clean));
      const broken = clean.slice(0, cut % (clean.length + 1)) + noise;
      let expected: unknown;
      try {
        expected = JSON.parse(broken.replaceAll("__proto__", "proto"));
      } catch {
        expected = undefined;
      }
      expect(readJson(broken.replaceAll("__proto__", "proto"), 64).value).toEqual(expected);
    }),
  );
});
