/** Bodies and headers as every room fills them. */
import { describe, expect, it } from "vitest";
import { extraHeaders, withExtraBody, writeParams } from "../../src/protocols/body.js";

const model = {
  kind: "chat",
  input: ["text"],
  output: ["text"],
  features: {},
  params: { effort: { wire: "reasoning.effort", sets: { "reasoning.on": true } }, seed: true },
  limits: {},
  transport: { body: { a: 1, deep: { x: 1 } }, headers: { "X-Beta": "one", "x-other": "catalog" } },
  modes: { fast: { body: { deep: { y: 2 } }, headers: { "x-beta": "two" } } },
} as const;
const request = {
  messages: [],
  tools: [],
  params: { mode: "fast" },
  extraBody: { a: [2], deep: { x: null } },
  extraHeaders: { "X-OTHER": "caller" },
};

describe("parameters", () => {
  it("go to the catalog's path, else the protocol's, else their own name", () => {
    const body = { reasoning: { kept: 1 } };
    const params = { effort: "low", seed: 7, topP: 0.5, own: null, gone: undefined, mode: "fast" };
    writeParams(body, params, { model, paths: { topP: "top_p", seed: "random.seed" } });
    expect(body).toEqual({
      reasoning: { kept: 1, effort: "low", on: true },
      random: { seed: 7 },
      top_p: 0.5,
      own: null,
    });
  });
});

describe("extra members", () => {
  it("come from the connection, the mode and the caller, objects merged", () => {
    expect(withExtraBody({ deep: { w: 0 } }, { model, request })).toEqual({ a: [2], deep: { w: 0, x: null, y: 2 } });
  });

  it("never reach a prototype", () => {
    const extraBody = JSON.parse('{"__proto__": {"polluted": true}, "deep": {"__proto__": {"polluted": true}}}');
    const body = withExtraBody({ deep: {} }, { model, request: { ...request, extraBody } });
    expect([Object.getPrototypeOf(body), Object.getPrototypeOf(body.deep)]).toEqual([
      Object.prototype,
      Object.prototype,
    ]);
    expect(JSON.stringify(body)).toContain("polluted");
    expect({}).not.toHaveProperty("polluted");
  });
});

describe("extra headers", () => {
  it("are joined where they are lists, else the last one wins", () => {
    expect(extraHeaders({ model, request }, ["x-beta"])).toEqual({ "x-beta": "one,two", "x-other": "caller" });
  });
});
