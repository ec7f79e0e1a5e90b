/** Choosing by needs and by rules: deterministic, typed, and explained. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anthropic } from "../../generated/anthropic.js";
import { groq } from "../../generated/groq.js";
import { openai } from "../../generated/openai.js";
import {
  type ChatModelWith,
  explainPick,
  failover,
  isModelwrightError,
  modelRules,
  type Needs,
  parseModelRules,
  pick,
  user,
} from "../../src/index.js";
import { createBed } from "./bed.js";

const models = [
  openai("gpt-4"),
  openai("gpt-4o"),
  openai("gpt-4o-mini"),
  anthropic("claude-haiku-4-5"),
  groq("groq/compound"),
] as const;

describe("pick", () => {
  it.each<[string, Needs, string]>([
    ["the first that fits", { can: ["tools", "image"] }, "openai/gpt-4o"],
    [
      "function calls under $5 per million tokens of output",
      { can: ["tools"], maxOutputPrice: 5 },
      "openai/gpt-4o-mini",
    ],
    ["the cheapest", { can: ["tools"], prefer: "cheapest" }, "openai/gpt-4o-mini"],
    ["the longest context", { prefer: "longest-context" }, "anthropic/claude-haiku-4-5"],
    ["one provider's", { providers: ["anthropic"] }, "anthropic/claude-haiku-4-5"],
    ["enough room", { minContext: 150_000 }, "anthropic/claude-haiku-4-5"],
  ])("gives %s", (_title, needs, wanted) => {
    const model = pick(models, needs);
    expect(`${model.provider}/${model.id}`).toBe(wanted);
    expect(explainPick(models, needs).chosen).toBe(wanted);
  });

  it("gives a handle of just what was asked for, which can be called", async () => {
    const bed = await createBed();
    const own = openai.create({ baseURL: bed.baseURL("openai"), apiKey: "simulated" });
    const model: ChatModelWith<"image"> = pick([own("gpt-4"), own("gpt-4o")], { can: ["image"] });
    const reply = await model.chat({ messages: [user("Hi")] });
    expect(reply.model).toBe("gpt-4o");
    const group = failover([model, own("gpt-4")]);
    expect((await group.chat({ messages: [user("Hi")] })).model).toBe("gpt-4o");
    await bed.close();
  });

  it("explains what stands against each, in the error, too", () => {
    const needs: Needs = { can: ["tools", "audio"], maxOutputPrice: 1, minOutput: 1_000_000 };
    const { chosen, verdicts } = explainPick(models, needs);
    expect(chosen).toBeUndefined();
    expect(verdicts.map(({ model }) => model)).toEqual(models.map(({ provider, id }) => `${provider}/${id}`));
    expect(verdicts[1]?.against).toEqual([
      "does not support audio",
      "costs 10 per million output tokens",
      expect.stringMatching(/^has \d+ tokens of output$/),
    ]);
    expect(verdicts[4]?.against).toContain("has no known output price in USD");
    expect(() => pick(models, needs)).toThrow(
      /^pick: unsupported: no model fits: openai\/gpt-4 does not support .* and costs 60 per/,
    );
    expect(() => pick([], {})).toThrow("there is none to choose from");
  });

  it("chooses, by any needs, a model that fits, and none when none does", () => {
    const needs = fc.record(
      {
        can: fc.subarray(["tools", "image", "pdf", "audio", "output", "reasoning", "temperature"] as const),
        maxInputPrice: fc.double({ min: 0, max: 40, noNaN: true }),
        maxOutputPrice: fc.double({ min: 0, max: 80, noNaN: true }),
        minContext: fc.nat(300_000),
        prefer: fc.constantFrom("first" as const, "cheapest" as const, "longest-context" as const),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(needs, (given) => {
        const { chosen, verdicts } = explainPick(models, given);
        const fitting = verdicts.filter(({ against }) => against.length === 0).map(({ model }) => model);
        if (chosen === undefined) return fitting.length === 0;
        const model = models.find(({ provider, id }) => `${provider}/${id}` === chosen);
        return fitting.includes(chosen) && model?.supports(...(given.can ?? [])) === true;
      }),
    );
  });
});

const file = JSON.stringify({
  rules: [
    { name: "vip", when: { "tenant.tier": "vip" }, models: ["anthropic/claude-haiku-4-5", "openai/gpt-4o"] },
    { name: "batch", when: { job: ["nightly", "weekly"] }, needs: { prefer: "cheapest", can: ["tools"] } },
    { name: "everyone", needs: { can: ["tools"], maxOutputPrice: 5 } },
  ],
});

describe("rules of a file", () => {
  const rules = modelRules(models, parseModelRules(file, "rules.json"));

  it.each([
    [{ tenant: { tier: "vip" } }, "anthropic/claude-haiku-4-5", "vip"],
    [{ tenant: { tier: "free" } }, "openai/gpt-4o-mini", "everyone"],
    [{}, "openai/gpt-4o-mini", "everyone"],
    [{ job: "weekly" }, "openai/gpt-4o-mini", "batch"],
    [{ tenant: Object.create({ tier: "vip" }) as object }, "openai/gpt-4o-mini", "everyone"],
  ])("give %j the model %s", (context, wanted, rule) => {
    const model = rules.pick(context, "tools");
    expect(`${model.provider}/${model.id}`).toBe(wanted);
    expect(rules.explain(context, "tools")).toMatchObject({ chosen: wanted, rule });
  });

  it("are explained: which did not apply and why, and what stood against each model", () => {
    expect(rules.explain({ tenant: { tier: "free" } })).toEqual({
      chosen: "openai/gpt-4o-mini",
      rule: "everyone",
      rules: [
        { rule: "vip", unmet: ['tenant.tier is "free", not "vip"'] },
        { rule: "batch", unmet: ['job is not given, not "nightly" or "weekly"'] },
        {
          rule: "everyone",
          unmet: [],
          chosen: "openai/gpt-4o-mini",
          verdicts: expect.arrayContaining([
            { model: "openai/gpt-4o", against: ["costs 10 per million output tokens"] },
          ]),
        },
      ],
    });
  });

  it("go on to the next rule where no model has what the code needs, and fail with all reasons", () => {
    expect(rules.explain({ tenant: { tier: "vip" } }, "audio").rules.map(({ rule }) => rule)).toEqual([
      "vip",
      "batch",
      "everyone",
    ]);
    expect(() => rules.pick({ tenant: { tier: "vip" } }, "audio")).toThrow(/claude-haiku-4-5 does not support audio/);
  });

  it("name models that are there", () => {
    expect(() => modelRules(models, [{ name: "x", models: ["openai/gpt-4p"] }])).toThrow(
      'rules[0].models[0]: invalid-configuration: "openai/gpt-4p" is not among the models given; did you mean "openai/gpt-4"?',
    );
  });

  it.each([
    [
      '{"rules": [{"name": "a", "neds": {}}]}',
      'rules[0].neds: unknown, expected name | when | models | needs; did you mean "needs"?',
    ],
    ['{"rules": [{"name": "a", "needs": {"can": ["tool"]}}]}', "rules[0].needs.can[0]: expected"],
    [
      '{"rules": [{"name": "a", "needs": {"maxOutputPrice": "5"}}]}',
      'maxOutputPrice: expected a number of at least 0, found "5"',
    ],
    ['{"rules": [{"when": {"a": null}}]}', "rules[0].name: missing"],
    ['{"rules": {}}', "rules: expected a list of rules, found {}"],
    ["[]", "expected an object, found []"],
    ["{", "rules.json:1:"],
    ['{"rules": [], "__proto__": {"polluted": true}}', "__proto__"],
  ])("%s is refused with place and expectation", (text, message) => {
    let error: unknown;
    try {
      parseModelRules(text, "rules.json");
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: "invalid-configuration", file: "rules.json" });
    expect(isModelwrightError(error) && error.message).toContain(message);
  });
});
