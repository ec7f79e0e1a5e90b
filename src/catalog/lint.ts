/** Checks resolved facts for contradictions that a schema cannot see. Each check has an id and says what is wrong where. */
import type { ModelFacts, ProviderFacts, TokenPrices } from "./facts.js";
import { findModel } from "./find-model.js";
import { formatPath, type Problem } from "./problem.js";

export interface LintFinding {
  /** Id of the check. */
  readonly check: string;
  readonly severity: "error" | "warning";
  readonly provider: string;
  /** Absent for findings about the provider. */
  readonly model?: string;
  /** Where, from the provider's root: `models["gpt-5"].limits.output`. */
  readonly path: string;
  readonly message: string;
}

type Finds<Given extends readonly unknown[]> = (
  model: ModelFacts,
  ...given: Given
) => Iterable<readonly [path: readonly (string | number)[], message: string]>;

interface Check<Given extends readonly unknown[] = [context: Context]> {
  readonly id: string;
  readonly severity: LintFinding["severity"];
  /** Yields the path inside the model and what is wrong there. */
  readonly find: Finds<Given>;
}

interface Context {
  readonly id: string;
  readonly provider: ProviderFacts;
  /** Ids by lower case, to find two that differ only in case. */
  readonly folded: ReadonlyMap<string, string>;
}

/** Everything that is suspicious about a provider, in catalog order. */
export function lintProvider(provider: ProviderFacts): LintFinding[] {
  const ids = Object.keys(provider.models);
  const folded = new Map(ids.map((id) => [id.toLowerCase(), id]));
  const findings = lintConnection(provider);
  for (const [id, model] of Object.entries(provider.models)) {
    for (const { id: check, severity, find } of checks) {
      for (const [path, message] of find(model, { id, provider, folded })) {
        const at = formatPath(["models", id, ...path]);
        findings.push({ check, severity, provider: provider.id, model: id, path: at, message });
      }
    }
  }
  return findings;
}

/** What the facts of one model say against each other: no program can keep to both. */
export function contradictionsIn(model: ModelFacts): Problem[] {
  return contradictions.flatMap(({ find }) => [...find(model)].map(([path, message]) => ({ path, message })));
}

function lintConnection(provider: ProviderFacts): LintFinding[] {
  const { id, defaultModel, baseURL, vars = {} } = provider;
  const findings: LintFinding[] = [];
  const report = (check: string, path: string, message: string, severity: LintFinding["severity"] = "error") =>
    findings.push({ check, severity, provider: id, path, message });
  if (defaultModel === undefined && Object.values(provider.models).some(({ kind }) => kind === "chat"))
    report("no-default-model", "defaultModel", "missing: calls must name a model", "warning");
  const usual = defaultModel === undefined ? undefined : findModel(provider, defaultModel)?.model;
  if (defaultModel !== undefined && (usual?.kind !== "chat" || usual.status === "retired"))
    report("default-model", "defaultModel", `${JSON.stringify(defaultModel)} is no chat model in service`);
  for (const [, name = ""] of baseURL.matchAll(/\$\{(\w+)\}/g)) {
    if (!Object.hasOwn(vars, name)) report("base-url-variable", "baseURL", `\${${name}} is not in vars`);
  }
  if (baseURL.startsWith("http:") && provider.role !== "local") {
    report("insecure-base-url", "baseURL", "keys would travel unencrypted; only local providers may use http");
  }
  return findings;
}

/** What no model can be, whatever stands beside it. */
const contradictions: readonly Check<[]>[] = [
  {
    id: "output-above-context",
    severity: "error",
    *find({ limits }) {
      if (limits.context !== undefined && (limits.output ?? 0) > limits.context)
        yield [["limits", "output"], `${limits.output} is above the context of ${limits.context}`];
      if (limits.context !== undefined && (limits.input ?? 0) > limits.context)
        yield [["limits", "input"], `${limits.input} is above the context of ${limits.context}`];
    },
  },
  {
    id: "chat-speaks-text",
    severity: "error",
    *find({ kind, output }) {
      if (kind === "chat" && !output.includes("text") && !output.includes("audio"))
        yield [["output"], `a chat model that answers with ${output.join(", ")} is of another kind`];
      if (kind === "embedding" && !output.includes("embedding")) yield [["output"], 'must hold "embedding"'];
    },
  },
  {
    id: "tiers-increase",
    severity: "error",
    *find({ pricing }) {
      for (const [index, tier] of (pricing?.tiers ?? []).entries()) {
        const before = pricing?.tiers?.[index - 1];
        if (before !== undefined && before.by === tier.by && before.above >= tier.above)
          yield [["pricing", "tiers", index, "above"], `must be above the tier before (${before.above})`];
      }
    },
  },
  {
    id: "controls-without-reasoning",
    severity: "error",
    *find({ reasoning }) {
      if (reasoning?.mode !== "none") return;
      for (const control of ["effort", "budget", "toggle", "adaptive"] as const)
        if (reasoning[control] !== undefined) yield [["reasoning", control], "but the model does not reason"];
    },
  },
  {
    id: "effort-levels",
    severity: "error",
    *find({ reasoning }) {
      const { levels, default: usual, off, alias = {} } = reasoning?.effort ?? { levels: [] };
      for (const [name, level] of [["default", usual], ["off", off], ...Object.entries(alias)] as const)
        if (level !== undefined && !levels.includes(level))
          yield [["reasoning", "effort", name], `${level} is not among the levels ${levels.join(", ")}`];
      const from = Object.keys(alias).find((name) => levels.some((level) => level === name));
      if (from !== undefined) yield [["reasoning", "effort", "alias"], `${from} is a level itself`];
    },
  },
  {
    id: "bounds-in-order",
    severity: "error",
    *find({ params, reasoning }) {
      const budget = reasoning?.budget;
      if (budget?.min !== undefined && budget.max !== undefined && budget.min > budget.max)
        yield [["reasoning", "budget"], `min ${budget.min} is above max ${budget.max}`];
      for (const [name, bounds] of Object.entries(params)) {
        if (typeof bounds === "boolean") continue;
        const { min, max } = bounds;
        if (min !== undefined && max !== undefined && min > max)
          yield [["params", name], `min ${min} is above max ${max}`];
      }
    },
  },
  {
    id: "dates-in-order",
    severity: "error",
    *find({ dates }) {
      const { released, retires } = dates ?? {};
      if (released !== undefined && retires !== undefined && retires < released)
        yield [["dates", "retires"], `${retires} is before the release on ${released}`];
    },
  },
];

const checks: readonly Check[] = [
  ...contradictions,
  {
    id: "output-equals-context",
    severity: "warning",
    *find({ limits }) {
      if (limits.context !== undefined && limits.output === limits.context)
        yield [["limits", "output"], "equals the context; sources often copy the one into the other"];
    },
  },
  {
    id: "zero-price",
    severity: "error",
    *find({ pricing }) {
      for (const [name, price] of Object.entries(pricing?.tokens ?? {}))
        if (price === 0) yield [["pricing", "tokens", name], "0 is no price; leave it out, or state plan"];
    },
  },
  {
    id: "price-missing",
    severity: "error",
    *find({ kind, pricing }) {
      if (kind === "chat" && pricing?.plan === undefined && !hasPrices(pricing?.tokens) && pricing?.units === undefined)
        yield [["pricing"], 'neither prices nor a plan; an unknown price is plan "unknown"'];
    },
  },
  {
    id: "cache-price-without-caching",
    severity: "warning",
    *find({ pricing, features }) {
      if (pricing?.tokens?.cacheRead !== undefined && features.promptCaching === "none")
        yield [["pricing", "tokens", "cacheRead"], "but promptCaching is none"];
    },
  },
  {
    id: "controls-without-wire",
    severity: "error",
    *find({ reasoning, kind }) {
      const controlled = reasoning?.effort ?? reasoning?.budget ?? reasoning?.toggle ?? reasoning?.adaptive;
      if (kind === "chat" && controlled !== undefined && reasoning?.wire === undefined)
        yield [["reasoning", "wire"], "missing: nothing says how the stated controls are sent"];
    },
  },
  {
    id: "wire-of-protocol",
    severity: "error",
    *find({ reasoning, transport }, { provider }) {
      const protocol = transport?.protocol ?? provider.protocol;
      const family = reasoning?.wire?.split("-")[0] ?? "";
      const spoken = family === "anthropic" ? "anthropic-messages" : family === "gemini" ? "google-generative-ai" : "";
      const own = protocol === "anthropic-messages" || protocol === "google-generative-ai" ? protocol : "";
      if (reasoning?.wire !== undefined && spoken !== own)
        yield [["reasoning", "wire"], `${reasoning.wire} does not belong to ${protocol}`];
    },
  },
  {
    id: "successor",
    severity: "error",
    *find({ successor }, { id, provider }) {
      if (successor === undefined) return;
      const next = Object.hasOwn(provider.models, successor) ? provider.models[successor] : undefined;
      if (next === undefined) yield [["successor"], `${JSON.stringify(successor)} is not in this file`];
      else if (next.status === "retired") yield [["successor"], `${JSON.stringify(successor)} is retired itself`];
      else if (successor === id) yield [["successor"], "is the model itself"];
    },
  },
  {
    id: "id-differs-in-case",
    severity: "warning",
    *find(_model, { id, folded }) {
      const other = folded.get(id.toLowerCase());
      if (other !== undefined && other !== id) yield [[], `differs from ${JSON.stringify(other)} only in case`];
    },
  },
  {
    id: "alias-taken",
    severity: "error",
    *find({ aliases = [] }, { provider }) {
      for (const [index, alias] of aliases.entries())
        if (Object.hasOwn(provider.models, alias)) yield [["aliases", index], `${JSON.stringify(alias)} is a model`];
    },
  },
];

const hasPrices = (tokens: TokenPrices | undefined) => tokens !== undefined && Object.keys(tokens).length > 0;
