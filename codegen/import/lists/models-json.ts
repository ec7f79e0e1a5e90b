/** The two shapes of `models.json`: a list with prices of a stated unit, and `{ models: [...] }` with prices per thousand tokens. */
import { compact, type Json } from "../object.js";
import type { Row } from "../row.js";
import type { ListFormat } from "./format.js";
import { flagOf, numberOf, objectOf, objectsOf, perMillion, textOf } from "./values.js";

export const modelsJson: ListFormat = {
  id: "models.json",
  matches: (list) => objectsOf(list.models).some((model) => textOf(model.provider) !== undefined),
  read: (list, provider, { priceUnit }) =>
    objectsOf(list.models).map((model) => {
      const abilities = objectOf(model.abilities);
      return compact({
        provider: textOf(model.provider) ?? provider,
        id: textOf(model.id),
        kind: "chat",
        name: textOf(model.displayName) ?? textOf(model.name),
        modalities:
          abilities.vision === undefined
            ? undefined
            : { in: ["text", ...(abilities.vision === true ? ["image"] : [])] },
        caps: compact({ tools: flagOf(abilities.functionCall), reasoning: flagOf(abilities.reasoning) }),
        limits: compact({
          context: numberOf(model.contextWindowTokens) ?? numberOf(model.contextWindow),
          output: numberOf(model.maxOutputTokens) ?? numberOf(model.maxTokens),
        }),
        pricing: pricesOf(model, priceUnit),
        transport: compact({ api: textOf(model.baseUrl) }),
      }) as unknown as Row;
    }),
};

/** Throws when a price has no unit: a factor of a thousand must not be guessed. */
function pricesOf(model: Json, unit: number | undefined): Json {
  const stated = objectOf(model.pricing);
  if (numberOf(stated.input) === undefined && numberOf(stated.output) === undefined)
    return compact({
      input: perMillion(model.costPer1kInputTokens, 1_000),
      output: perMillion(model.costPer1kOutputTokens, 1_000),
    });
  const tokens = numberOf(stated.per) ?? unit;
  if (tokens === undefined || tokens <= 0)
    throw new Error(
      `${textOf(model.id)}: pricing states no unit; say how many tokens a price is for, such as --price-per 1000`,
    );
  return compact({ input: perMillion(stated.input, tokens), output: perMillion(stated.output, tokens) });
}
