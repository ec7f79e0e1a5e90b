/** models.dev's `api.json`: providers by id, each with its models by id; prices per million tokens. */
import { compact, type Json } from "../object.js";
import type { Row } from "../row.js";
import type { ListedProvider, ListFormat } from "./format.js";
import { dateOf, flagOf, numberOf, objectOf, objectsOf, textOf, textsOf } from "./values.js";

export const modelsDev: ListFormat = {
  id: "models.dev",
  matches: (list) =>
    Object.values(list).some((entry) => textOf(objectOf(entry).id) !== undefined && "models" in objectOf(entry)),
  read(list) {
    return Object.entries(list).flatMap(([provider, entry]) =>
      Object.entries(objectOf(objectOf(entry).models)).map(([id, model]) => rowOf(provider, id, objectOf(model))),
    );
  },
  connections: (list) => Object.entries(list).map(([id, entry]) => connectionOf(id, objectOf(entry))),
};

function rowOf(provider: string, id: string, model: Json): Row {
  const modalities = objectOf(model.modalities);
  const limit = objectOf(model.limit);
  return compact({
    provider,
    id,
    kind: "chat",
    name: textOf(model.name),
    family: textOf(model.family),
    status: statuses.find((status) => status === model.status),
    openWeights: flagOf(model.open_weights),
    dates: compact({
      release: dateOf(model.release_date),
      updated: dateOf(model.last_updated),
      knowledge: dateOf(model.knowledge),
    }),
    modalities: { in: textsOf(modalities.input), out: textsOf(modalities.output) },
    caps: compact({
      tools: flagOf(model.tool_call),
      structuredOutput: flagOf(model.structured_output),
      reasoning: flagOf(model.reasoning),
      temperature: flagOf(model.temperature),
    }),
    reasoning: model.reasoning === true ? reasoningOf(objectsOf(model.reasoning_options)) : undefined,
    limits: compact({
      context: numberOf(limit.context),
      input: numberOf(limit.input),
      output: numberOf(limit.output),
    }),
    pricing: pricingOf(objectOf(model.cost)),
  }) as unknown as Row;
}

const statuses = ["alpha", "beta", "deprecated"] as const;

function reasoningOf(options: readonly Json[]): Json {
  const option = (type: string) => options.find((found) => found.type === type);
  const efforts = textsOf(option("effort")?.values);
  const budget = option("budget_tokens");
  const toggle = option("toggle") !== undefined;
  // An empty list says that nobody looked, not that there is nothing to set.
  const mode = toggle || efforts.includes("none") ? "optional" : "unknown";
  return compact({
    mode,
    efforts: efforts.length === 0 ? undefined : efforts,
    toggle: toggle ? true : undefined,
    budget: budget && compact({ any: true, min: numberOf(budget.min), max: numberOf(budget.max) }),
  });
}

function pricingOf(cost: Json): Json {
  const rates = (of: Json): Json =>
    compact({
      input: numberOf(of.input),
      output: numberOf(of.output),
      cacheRead: numberOf(of.cache_read),
      cacheWrite: numberOf(of.cache_write),
      reasoning: numberOf(of.reasoning),
      audioIn: numberOf(of.input_audio),
      audioOut: numberOf(of.output_audio),
    });
  const stated = objectsOf(cost.tiers).flatMap((tier) => {
    const above = numberOf(objectOf(tier.tier).size);
    return above === undefined ? [] : [{ above, ...rates(tier) }];
  });
  const over =
    cost.context_over_200k === undefined ? [] : [{ above: 200_000, ...rates(objectOf(cost.context_over_200k)) }];
  const tiers = stated.length > 0 ? stated : over;
  return compact({ ...rates(cost), tiers: tiers.length === 0 ? undefined : tiers });
}

const protocols: { readonly [adapter: string]: string } = {
  "@ai-sdk/anthropic": "anthropic-messages",
  "@ai-sdk/openai-compatible": "openai-chat",
};

function connectionOf(id: string, { name, api, env, npm, doc }: Json): ListedProvider {
  const protocol = protocols[textOf(npm) ?? ""];
  const baseURL = textOf(api);
  const keys = textsOf(env).filter((found) => /^[A-Za-z_]\w*$/.test(found));
  // Templates of another tool's own would be taken literally.
  if (protocol === undefined || baseURL === undefined || keys.length === 0 || baseURL.includes("$")) return { id };
  return {
    id,
    connection: compact({
      id,
      name: textOf(name) ?? id,
      role: "host",
      protocol,
      baseURL: baseURL.replace(/\/+$/, ""),
      auth: [{ type: "bearer", env: keys }],
      docs: textOf(doc),
      untested: true,
    }),
  };
}
