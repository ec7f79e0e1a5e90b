/** Guesses what an unlisted model can do from listed models of the same name or family. For people to look at: no request is decided by it. */
import { inputModality, structuredOutputPath, tools } from "../catalog/capabilities.js";
import { reasoningControls } from "../catalog/conditions.js";
import type { ModelFacts, ModelKind, ProviderFacts } from "../catalog/facts.js";

/** What is guessed about a model. */
export const inferredFlags = ["vision", "pdf", "audio", "video", "tools", "output", "reasoning"] as const;
export type InferredFlag = (typeof inferredFlags)[number];

/** Kind and abilities that were inferred, and from which models. */
export interface Inferred {
  readonly kind: ModelKind;
  /** Only what the models it rests on agree about. */
  readonly flags: { readonly [Flag in InferredFlag]?: boolean };
  /** `name`: models of the same name; `family`: models whose names begin alike. */
  readonly by: "name" | "family";
  /** The models it rests on, as `provider/model`. */
  readonly basis: readonly string[];
}

/** How much must agree before something is inferred. */
export interface InferOptions {
  /** Share of the models that must agree. Default 0.9. */
  readonly agreement?: number | undefined;
}

interface Known {
  readonly id: string;
  readonly provider: string;
  readonly kind: ModelKind;
  readonly flags: { readonly [Flag in InferredFlag]?: boolean };
}

/** Members of a family share what they read and whether they reason. What hosts let them do differs too often to guess. */
const hostsDecide: ReadonlySet<InferredFlag> = new Set(["tools", "output"]);

/** A family is at least so many words of a name. */
const familyWords = 2;

/**
 * A function that guesses by the models of these providers; `except` leaves one provider out. It gives `undefined` for a
 * name like no other.
 */
export function createInference(
  providers: Iterable<ProviderFacts>,
  { agreement = 0.9 }: InferOptions = {},
): (id: string, except?: string) => Inferred | undefined {
  const byName = new Map<string, Known[]>();
  const byStart = new Map<string, Known[]>();
  const enter = (index: Map<string, Known[]>, key: string, known: Known) => {
    const all = index.get(key);
    if (all === undefined) index.set(key, [known]);
    else all.push(known);
  };
  for (const provider of providers)
    for (const [model, facts] of Object.entries(provider.models)) {
      const known = knownOf(provider, model, facts);
      const words = wordsOf(model);
      enter(byName, words.join("-"), known);
      for (let length = familyWords; length <= words.length; length += 1)
        enter(byStart, words.slice(0, length).join("-"), known);
    }
  const others = (index: Map<string, Known[]>, key: string, except: string | undefined) =>
    (index.get(key) ?? []).filter(({ provider }) => provider !== except);
  return (id, except) => {
    const words = wordsOf(id);
    const same = others(byName, words.join("-"), except);
    if (same.length > 0) return agreed(same, "name", agreement);
    for (let length = words.length; length >= familyWords; length -= 1) {
      const family = others(byStart, words.slice(0, length).join("-"), except);
      if (family.length > 0) return agreed(family, "family", agreement);
    }
    return undefined;
  };
}

/** Words of a model's own name: without what stands before a slash, variants after a colon, and dates. */
function wordsOf(id: string): readonly string[] {
  const own = id.slice(id.lastIndexOf("/") + 1).split(/[:@]/, 1)[0] ?? "";
  return own
    .toLowerCase()
    .split(/[-._\s]+/)
    .filter((word) => word !== "" && !/^(latest|\d{6,8}|20\d\d)$/.test(word));
}

function knownOf(provider: ProviderFacts, model: string, facts: ModelFacts): Known {
  return { id: `${provider.id}/${model}`, provider: provider.id, kind: facts.kind, flags: statedFlags(facts) };
}

/** The flags that the catalog settles. */
export function statedFlags(facts: ModelFacts): { readonly [Flag in InferredFlag]?: boolean } {
  const { mode } = reasoningControls(facts);
  const answers = {
    vision: inputModality(facts, "image"),
    pdf: inputModality(facts, "pdf"),
    audio: inputModality(facts, "audio"),
    video: inputModality(facts, "video"),
    tools: tools(facts),
    output: structuredOutputPath(facts, "strict") !== undefined ? "yes" : outputAnswer(facts),
    reasoning: facts.reasoning === undefined || mode === "unknown" ? "unknown" : mode === "none" ? "no" : "yes",
  };
  const settled = Object.entries(answers).filter(([, answer]) => answer !== "unknown");
  return Object.fromEntries(settled.map(([flag, answer]) => [flag, answer === "yes"]));
}

function outputAnswer({ features }: ModelFacts): "no" | "unknown" {
  return features.structuredOutput === "none" && features.tools === false ? "no" : "unknown";
}

function agreed(models: readonly Known[], by: Inferred["by"], agreement: number): Inferred {
  const flags: { [Flag in InferredFlag]?: boolean } = {};
  for (const flag of inferredFlags) {
    if (by === "family" && hostsDecide.has(flag)) continue;
    const votes = models.flatMap(({ flags: stated }) => (stated[flag] === undefined ? [] : [stated[flag]]));
    const yes = votes.filter((vote) => vote).length;
    // A family says something only when several of it agree.
    if (votes.length < (by === "family" ? 3 : 1)) continue;
    if (Math.max(yes, votes.length - yes) / votes.length < agreement) continue;
    flags[flag] = yes * 2 > votes.length;
  }
  const kinds = new Map<ModelKind, number>();
  for (const { kind } of models) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const [kind = "chat"] = [...kinds].sort((a, b) => b[1] - a[1])[0] ?? [];
  return { kind, flags, by, basis: models.map(({ id }) => id) };
}
