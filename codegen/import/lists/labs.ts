/** The live lists of Anthropic, Google and Ollama: what their own servers say of their models. */
import { compact, type Json } from "../object.js";
import type { Row } from "../row.js";
import type { ListFormat } from "./format.js";
import { dayOf, numberOf, objectOf, objectsOf, textOf, textsOf, yesOf } from "./values.js";

export const anthropic: ListFormat = {
  id: "anthropic",
  provider: "anthropic",
  matches: (list) =>
    objectsOf(list.data).some(({ type, display_name }) => type === "model" && display_name !== undefined),
  read: (list, provider) =>
    objectsOf(list.data).map((model) => {
      const capabilities = objectOf(model.capabilities);
      const can = (name: string, of: Json = capabilities): boolean | undefined => {
        const { supported } = objectOf(of[name]);
        return typeof supported === "boolean" ? supported : undefined;
      };
      return compact({
        provider,
        id: textOf(model.id),
        kind: "chat",
        name: textOf(model.display_name),
        dates: compact({ release: dayOf(model.created_at) }),
        modalities:
          model.capabilities === undefined
            ? undefined
            : {
                in: ["text", ...(can("image_input") ? ["image"] : []), ...(can("pdf_input") ? ["pdf"] : [])],
              },
        caps: compact({ structuredOutput: can("structured_outputs") }),
        reasoning: thinkingOf(can, capabilities),
        limits: compact({ context: numberOf(model.max_input_tokens), output: numberOf(model.max_tokens) }),
      }) as unknown as Row;
    }),
};

function thinkingOf(can: (name: string, of?: Json) => boolean | undefined, capabilities: Json): Json | undefined {
  if (can("thinking") === undefined) return undefined;
  if (can("thinking") === false) return { mode: "none" };
  const types = objectOf(objectOf(capabilities.thinking).types);
  const effort = objectOf(capabilities.effort);
  const efforts = ["low", "medium", "high", "xhigh", "max"].filter((level) => can(level, effort) === true);
  return compact({
    mode: can("disabled", types) === false ? "always" : "optional",
    adaptive: can("adaptive", types) === true ? true : undefined,
    budget: can("enabled", types) === true ? { any: true } : undefined,
    efforts: efforts.length === 0 ? undefined : efforts,
  });
}

export const google: ListFormat = {
  id: "google",
  provider: "google",
  matches: (list) => objectsOf(list.models).some((model) => "supportedGenerationMethods" in model),
  read: (list, provider) =>
    objectsOf(list.models).flatMap((model) => {
      const id = textOf(model.name)?.replace(/^models\//, "");
      const methods = textsOf(model.supportedGenerationMethods);
      const kind = methods.includes("generateContent")
        ? "chat"
        : methods.includes("embedContent")
          ? "embedding"
          : undefined;
      if (id === undefined || kind === undefined) return [];
      const row = {
        provider,
        id,
        kind,
        name: textOf(model.displayName),
        reasoning: model.thinking === true ? { mode: "unknown" } : undefined,
        limits: compact({ context: numberOf(model.inputTokenLimit), output: numberOf(model.outputTokenLimit) }),
        params: rangeOf(model),
      };
      return [compact(row) as unknown as Row];
    }),
};

function rangeOf({ maxTemperature }: Json): Json | undefined {
  const most = numberOf(maxTemperature);
  return most === undefined ? undefined : { ranges: { temperature: [0, most] } };
}

/** `/api/tags`, each entry together with its answer of `/api/show` where that was asked. */
export const ollama: ListFormat = {
  id: "ollama",
  provider: "ollama",
  matches: (list) => objectsOf(list.models).some((model) => "digest" in model || "modified_at" in model),
  read: (list, provider) =>
    objectsOf(list.models).map((model) => {
      const abilities = textsOf(model.capabilities);
      const can = (ability: string): boolean | undefined =>
        abilities.length === 0 ? undefined : abilities.includes(ability);
      const info = Object.entries(objectOf(model.model_info));
      const length = info.find(([name]) => name.endsWith(".context_length"))?.[1];
      return compact({
        provider,
        id: textOf(model.model) ?? textOf(model.name),
        kind: can("embedding") && !can("completion") ? "embedding" : "chat",
        family: textOf(objectOf(model.details).family),
        modalities: can("vision") === undefined ? undefined : { in: ["text", ...(can("vision") ? ["image"] : [])] },
        caps: compact({ tools: can("tools"), reasoning: yesOf(can("thinking")) }),
        reasoning: can("thinking") ? { mode: "unknown" } : undefined,
        limits: compact({ context: numberOf(length) }),
      }) as unknown as Row;
    }),
};
