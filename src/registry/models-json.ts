/** Reads the original `models.json` shape, a flat list of models, as changes to the catalog. */
import { z } from "zod";
import { isObject, type JsonObject } from "../catalog/merge.js";
import { type Problem, problemsOf } from "../catalog/problem.js";
import { baseUrlSchema, modelIdSchema } from "../catalog/schema-values.js";
import type { ModelStatement, ReadStatements } from "./statement.js";

const price = z.number().min(0).nullish();
const tokens = z.int().positive().nullish();
const ability = z.boolean().nullish();

/** Members beside these are kept in `extra`. */
const listedModel = z.looseObject({
  id: modelIdSchema,
  provider: z.string().min(1),
  displayName: z.string().min(1).nullish(),
  contextWindowTokens: tokens,
  maxOutputTokens: tokens,
  costPer1kInputTokens: price,
  costPer1kOutputTokens: price,
  baseUrl: baseUrlSchema.nullish(),
  abilities: z.looseObject({ functionCall: ability, vision: ability, reasoning: ability }).nullish(),
  extra: z.record(z.string(), z.unknown()).nullish(),
});

type ListedModel = z.infer<typeof listedModel>;

/** An object with a list of models, not a map. */
export function isModelsJson(value: JsonObject): boolean {
  return Array.isArray(value.models);
}

export function readModelsJson(value: JsonObject): ReadStatements {
  const models: ModelStatement[] = [];
  const quarantined = new Set<string>();
  const problems: Problem[] = [];
  for (const [index, entry] of (value.models as readonly unknown[]).entries()) {
    const path = ["models", index];
    const result = listedModel.safeParse(entry, { reportInput: true });
    if (result.success) {
      models.push(statementOf(result.data, path));
      continue;
    }
    problems.push(...problemsOf(result.error.issues, path));
    if (isObject(entry)) quarantined.add(`${String(entry.provider)}/${String(entry.id)}`);
  }
  return { providers: [], models, quarantined, problems, broken: false };
}

function statementOf(entry: ListedModel, path: Problem["path"]): ModelStatement {
  const { id, provider, displayName, contextWindowTokens, maxOutputTokens, baseUrl, abilities, extra, ...rest } = entry;
  const { costPer1kInputTokens: input, costPer1kOutputTokens: output, ...unknown } = rest;
  const limits = given({ context: contextWindowTokens, output: maxOutputTokens });
  const prices = given({ input: perMillion(input), output: perMillion(output) });
  const others = { ...extra, ...unknown };
  return {
    provider,
    model: id,
    path,
    paths: {
      name: [...path, "displayName"],
      "limits.context": [...path, "contextWindowTokens"],
      "limits.output": [...path, "maxOutputTokens"],
      "pricing.tokens.input": [...path, "costPer1kInputTokens"],
      "pricing.tokens.output": [...path, "costPer1kOutputTokens"],
      "transport.baseURL": [...path, "baseUrl"],
      "features.tools": [...path, "abilities", "functionCall"],
      input: [...path, "abilities", "vision"],
      reasoning: [...path, "abilities", "reasoning"],
    },
    patch: given({
      name: displayName,
      limits: nonEmpty(limits),
      pricing: nonEmpty(prices) && { currency: "USD", tokens: prices },
      transport: baseUrl === undefined || baseUrl === null ? undefined : { baseURL: baseUrl },
      features: nonEmpty(given({ tools: abilities?.functionCall })),
      // The list says yes or no; what that means depends on what the catalog knows: see `settleAbilities`.
      vision: abilities?.vision,
      reasons: abilities?.reasoning,
      extra: nonEmpty(others),
    }),
  };
}

/** The patch with the abilities that only make sense on top of a model: `vision` and `reasons` become facts. */
export function settleAbilities(
  patch: JsonObject,
  model: { readonly [member: string]: unknown } | undefined,
): JsonObject {
  if (!("vision" in patch || "reasons" in patch)) return patch;
  const { vision, reasons, ...rest } = patch;
  const input = Array.isArray(model?.input) ? (model.input as readonly string[]) : ["text"];
  const { mode } = (model?.reasoning ?? {}) as { readonly mode?: string };
  const facts = given({
    input:
      typeof vision !== "boolean" || input.includes("image") === vision
        ? undefined
        : vision
          ? [...input, "image"]
          : input.filter((modality) => modality !== "image"),
    reasoning:
      typeof reasons !== "boolean" ||
      (reasons && mode !== undefined && mode !== "none") ||
      (!reasons && mode === "none")
        ? undefined
        : reasons
          ? { mode: "unknown" }
          : withoutControls(model?.reasoning),
  });
  return { ...rest, ...facts };
}

/** "No reasoning" takes the controls away with it. */
function withoutControls(reasoning: unknown): JsonObject {
  const members = isObject(reasoning) ? Object.keys(reasoning) : [];
  return { ...Object.fromEntries(members.map((member) => [member, null])), mode: "none" };
}

/** From a price per thousand, without the dust of binary fractions: 0.06 is 60, not 60.00000000000001. */
function perMillion(perThousand: number | null | undefined): number | undefined {
  return perThousand === null || perThousand === undefined ? undefined : Number((perThousand * 1000).toPrecision(12));
}

function given(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));
}

function nonEmpty(members: JsonObject): JsonObject | undefined {
  return Object.keys(members).length === 0 ? undefined : members;
}
