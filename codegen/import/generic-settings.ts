/** The settings of any provider: what its entry in the provider facts says, and nothing that a person would have to know. */
import type { ProviderRow, ReasoningControlRow, SampleRow } from "./convert-provider.js";
import { compact } from "./object.js";
import type { Row } from "./row.js";
import type { Settings } from "./settings.js";

/** Protocols of the facts by the room that speaks them. */
const rooms: { readonly [protocol: string]: string } = {
  "openai-chat": "openai-chat",
  "openai-responses": "openai-responses",
  "anthropic-messages": "anthropic-messages",
  "google-generative-ai": "google-generative-ai",
  "azure-openai": "openai-chat",
  vertex: "google-generative-ai",
  // Its embeddings have the shape of OpenAI's.
  voyage: "openai-chat",
};

/** The protocol that the provider is spoken to by: its main one, where this package knows it. */
export function protocolOf({ protocols = [] }: ProviderRow): string | undefined {
  return protocols.map((protocol) => rooms[protocol]).find((room) => room !== undefined);
}

/** The day of the price lists that the model facts were collected from. */
const asOf = "2026-08-22";

/** Settings for a provider that nobody looked at more closely: marked untested, and permissive about what no source states. */
export function genericSettings(provider: ProviderRow, rows: readonly Row[], today: string): Settings {
  const protocol = protocolOf(provider);
  const wire = wireOf(provider.reasoningControls ?? [], protocol);
  const plan = provider.category === "subscription" ? { plan: "subscription" } : {};
  return {
    provider: {
      protocol,
      untested: true,
      assume: "permissive",
      unknownModels: "permissive",
      defaultModel: usualModel(provider, rows, today) ?? null,
      defaults: { pricing: { asOf, currency: "USD", ...plan } },
    },
    base: { chat: "chat" },
    convert: {
      structuredOutput: { yes: "schema", no: "none" },
      reasoning: compact({ field: fieldOf(provider), output: "full", wire }),
      transports: true,
    },
    profiles: { chat: { kind: "chat" } },
    facts: [...(provider.modelFactIds ?? [])],
    ...(provider.tier === "long-tail" ? { kinds: ["chat", "embedding"] } : {}),
  };
}

/** Rows of models that only the provider's entry names. Abilities it does not list are unknown. */
export function sampleRows({ id: provider, sampleModels = [] }: ProviderRow): Row[] {
  return sampleModels.map(({ id, context, maxOutput, abilities }: SampleRow) => {
    const has = (ability: string) => (abilities.includes(ability) ? true : undefined);
    return {
      provider,
      id,
      kind: "chat",
      modalities: {
        in: ["text", ...(has("vision") ? ["image"] : []), ...(has("video") ? ["video"] : [])],
        out: ["text"],
      },
      caps: compact({ tools: has("functionCall"), structuredOutput: has("structuredOutput") }),
      ...(has("reasoning") ? { reasoning: { mode: "unknown" } } : {}),
      limits: compact({ context: context ?? undefined, output: maxOutput ?? undefined }),
    } as Row;
  });
}

/** The member of answers that holds reasoning; the facts name several in words where it depends on the model. */
function fieldOf({ reasoning }: ProviderRow): string | undefined {
  return /^\w+$/.exec(reasoning?.responseField ?? "")?.[0];
}

/** How the chat wire says what its body members say. */
function wireOf(controls: readonly ReasoningControlRow[], protocol: string | undefined): string | undefined {
  const own = controls.find((control) => rooms[control.protocol] === protocol);
  const field = own?.toggle?.field ?? own?.effort?.field ?? own?.budget?.field ?? "";
  if (field === "enable_thinking") return "enable-thinking";
  // Their wires depend on the model's controls.
  if (protocol === "anthropic-messages" || protocol === "google-generative-ai") return undefined;
  if (field === "thinking.type" || field === "thinking.budget_tokens") return "thinking-type";
  if (field.startsWith("reasoning.")) return protocol === "openai-chat" ? "openrouter" : "openai-effort";
  if (field === "chat_template_kwargs.enable_thinking") return "chat-template-kwargs";
  return field === "reasoning_effort" ? "openai-effort" : undefined;
}

/** The one that a list names as usual, else the newest that calls tools, else the newest. */
function usualModel({ defaultModels, probeModel }: ProviderRow, rows: readonly Row[], today: string) {
  const inService = rows.filter(({ kind = "chat", aliasOf, dates = {}, status }) => {
    const retires = dates.retirement ?? dates.deprecation;
    return (
      kind === "chat" && aliasOf === undefined && status !== "retired" && (retires === undefined || retires > today)
    );
  });
  const named = [defaultModels?.large, probeModel, defaultModels?.small].find(
    (id) => id && inService.some((row) => row.id === id),
  );
  if (named) return named;
  const rank = ({ caps, dates }: Row) => `${caps?.tools === true ? 1 : 0}${dates?.release ?? ""}`;
  return [...inService].sort((a, b) => (rank(a) > rank(b) ? -1 : rank(a) < rank(b) ? 1 : 0)).at(0)?.id;
}
