import { describe, expect, test } from "vitest";
import {
  accepted,
  inputModality,
  parallelTools,
  param,
  prefill,
  structuredOutputPath,
  toolChoice,
  tools,
} from "../../src/catalog/capabilities.js";
import { activeRules, reasoningControls, reasoningState } from "../../src/catalog/conditions.js";
import type { ModelFacts } from "../../src/catalog/facts.js";
import { findModel, unlistedModel } from "../../src/catalog/find-model.js";
import { resolveModels } from "./files.js";
import { modelOf, providers } from "./shipped-model.js";

describe("rules", () => {
  const rulesOn = (name: string, values: Record<string, unknown> = {}, stream = false) => {
    const { model } = modelOf(name);
    return activeRules(model, { reasoning: "on", stream, value: (key) => values[key] });
  };

  test("gpt-5.1 takes sampling parameters only with effort none, which is what silence means", () => {
    const { model } = modelOf("openai/gpt-5.1");
    expect(reasoningState(model, undefined)).toBe("off");
    expect(reasoningState(model, { effort: "none" })).toBe("off");
    expect(reasoningState(model, { effort: "low" })).toBe("on");
    expect(
      rulesOn("openai/gpt-5.1")
        .flatMap((rule) => Object.keys(rule.params ?? {}))
        .sort(),
    ).toEqual(["frequencyPenalty", "logitBias", "logprobs", "presencePenalty", "temperature", "topLogprobs", "topP"]);
  });

  test("a thinking Claude takes temperature 1 and a narrow topP, and cannot be forced to call a tool", () => {
    expect(rulesOn("anthropic/claude-sonnet-4")).toEqual([
      {
        when: { reasoning: "on" },
        params: { temperature: { const: 1 }, topP: { min: 0.95, max: 1 }, topK: false },
        features: { toolChoice: ["auto", "none"], prefill: false },
      },
    ]);
    expect(rulesOn("anthropic/claude-sonnet-4", { temperature: 1 }).at(-1)?.params).toEqual({ topP: false });
  });

  test("claude-opus-5 without thinking stops at effort high", () => {
    const { model } = modelOf("anthropic/claude-opus-5");
    const rules = (effort: "high" | "max", reasoning: "on" | "off") =>
      activeRules(model, { reasoning, effort, stream: false, value: () => undefined });
    expect(rules("max", "off")).toHaveLength(1);
    expect(rules("high", "off")).toEqual([]);
    expect(rules("max", "on")).toEqual([]);
  });

  test("an open Qwen3 that thinks must stream, and does so unless told otherwise", () => {
    const { model } = modelOf("alibaba/qwen3-32b");
    expect(rulesOn("alibaba/qwen3-32b")[0]?.require).toEqual({ stream: true });
    expect(reasoningState(model, undefined)).toBe("on");
    expect(reasoningState(model, { enabled: false })).toBe("off");
  });

  test("DeepSeek maps efforts that it lacks, and ignores sampling while it thinks", () => {
    const { model } = modelOf("deepseek/deepseek-v4-pro");
    expect(model.reasoning?.effort?.alias).toEqual({ minimal: "low", medium: "high" });
    expect(rulesOn("deepseek/deepseek-v4-pro")[0]?.params).toMatchObject({
      temperature: { effect: "ignored" },
      logprobs: false,
    });
  });

  test("audio output needs a voice and a format; streamed, it is raw", () => {
    const rules = rulesOn("openai/gpt-4o-audio-preview", { "output.audio": true }, true);
    expect(rules.map(({ require, params }) => ({ require, params }))).toEqual([
      { require: { voice: true, audioFormat: true }, params: undefined },
      { require: undefined, params: { audioFormat: { const: "pcm16" } } },
    ]);
  });

  test("every condition of a rule must hold", () => {
    const { a } = resolveModels({
      a: {
        kind: "chat",
        rules: [
          {
            when: { reasoning: "on", effort: ["high"], stream: true, present: ["p"], absent: ["q"], equals: { p: 1 } },
          },
        ],
      },
    });
    const subject = {
      reasoning: "on",
      effort: "high",
      stream: true,
      value: (name: string) => (name === "p" ? 1 : undefined),
    } as const;
    const active = (change: object) => activeRules(a as ModelFacts, { ...subject, ...change }).length;
    expect(active({})).toBe(1);
    for (const change of [
      { reasoning: "off" },
      { effort: undefined },
      { effort: "low" },
      { stream: false },
      { value: () => undefined },
      { value: () => 1 },
    ]) {
      expect([change, active(change)]).toEqual([change, 0]);
    }
  });
});

describe("yes, no and unknown", () => {
  const { stated, silent, none } = resolveModels({
    stated: {
      kind: "chat",
      input: ["text"],
      features: { tools: true, toolChoice: ["auto", "none"], parallelTools: false },
    },
    silent: { kind: "chat" },
    none: { kind: "chat", features: { tools: false, toolChoice: ["auto", "named"], parallelTools: true } },
  }) as { [name: string]: ModelFacts };

  test("a stated list settles what is not in it", () => {
    expect(inputModality(stated!, "image")).toBe("no");
    expect(toolChoice(stated!, "required")).toBe("no");
    expect(parallelTools(stated!)).toBe("no");
    expect(structuredOutputPath(stated!, "permissive")).toBeUndefined();
  });

  test("silence is unknown, and counts by assume", () => {
    for (const answer of [
      inputModality(silent!, "image"),
      tools(silent!),
      toolChoice(silent!, "named"),
      param(silent!, "seed"),
      prefill(silent!),
      reasoningControls(silent!).effort,
    ]) {
      expect(answer).toBe("unknown");
    }
    expect(accepted("unknown", "strict")).toBe(false);
    expect(accepted("unknown", "permissive")).toBe(true);
    expect(structuredOutputPath(silent!, "permissive")).toBe("tool");
    expect(structuredOutputPath(silent!, "strict")).toBeUndefined();
  });

  test("without tools nothing about tools is accepted", () => {
    expect(toolChoice(none!, "auto")).toBe("no");
    expect(parallelTools(none!)).toBe("no");
  });

  test("ids named like members of Object are unknown parameters", () => {
    expect(param(silent!, "constructor")).toBe("unknown");
  });
});

describe("finding a model", () => {
  const provider = {
    ...providers[0]!,
    models: resolveModels({
      exact: { kind: "chat", aliases: ["other"] },
      wide: { kind: "chat", idPattern: "ft:*" },
      narrow: { kind: "chat", idPattern: "ft:*:acme*x" },
    }),
  };

  test("exact id, then alias, then the most specific pattern", () => {
    const id = (name: string) =>
      findModel(provider, name) && {
        id: findModel(provider, name)?.id,
        pattern: findModel(provider, name)?.model.idPattern,
      };
    expect(id("exact")?.id).toBe("exact");
    expect(id("other")?.id).toBe("exact");
    expect(id("ft:1")).toEqual({ id: "ft:1", pattern: "ft:*" });
    expect(id("ft:1:acme::x")?.pattern).toBe("ft:*:acme*x");
    expect(id("ft:1:acme")?.pattern).toBe("ft:*");
    expect(id("fine")).toBeUndefined();
    expect(id("constructor")).toBeUndefined();
  });

  test("a pattern of many stars is matched in linear time", () => {
    const hostile = { ...provider, models: resolveModels({ slow: { kind: "chat", idPattern: "*a".repeat(140) } }) };
    expect(findModel(hostile, "a".repeat(200_000).concat("b"))).toBeUndefined();
  });

  test("an unlisted id gets wide facts only where the provider lets it through", () => {
    expect(unlistedModel({ ...provider, unknownModels: "reject" })).toBeUndefined();
    expect(unlistedModel({ ...provider, unknownModels: "permissive" })).toMatchObject({
      assume: "permissive",
      inputUnstated: true,
    });
  });
});
