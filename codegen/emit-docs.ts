/** Tables of a provider's models for people, in Markdown, by Handlebars. */
import Handlebars from "handlebars";
import { accepted, assumeOf, structuredOutputPath, tools } from "../src/catalog/capabilities.js";
import type { ModelFacts, ProviderFacts } from "../src/catalog/facts.js";
import { protocolsOf } from "../src/catalog/spoken.js";
import { byCodeUnit } from "./text.js";

/** Every value in it is Markdown already: `text` and `code` below are its only sources of catalog text. */
const template = `# {{name}}

{{#if docs}}Documentation: {{docs}}

{{/if}}Wire protocols: {{protocols}}. Key: {{keys}}. {{counts}}.

| model | kind | takes | gives | tools | structured output | reasoning | context | output limit | input price | output price |
| --- | --- | --- | --- | --- | --- | --- | ---: | ---: | ---: | ---: |
{{#each models}}
| {{id}}{{#if note}} ({{note}}){{/if}} | {{kind}} | {{takes}} | {{gives}} | {{tools}} | {{output}} | {{reasoning}} | {{context}} | {{outputLimit}} | {{inputPrice}} | {{outputPrice}} |
{{/each}}

Prices per million tokens, as the catalog states them; an empty cell is unknown, not zero.
`;

const environment = Handlebars.create();
let render: Handlebars.TemplateDelegate | undefined;

/** The body of `<provider>.md`. */
export function emitDocs(provider: ProviderFacts): string {
  render ??= environment.compile(template, { noEscape: true, strict: true });
  const models = Object.entries(provider.models).sort(([a], [b]) => byCodeUnit(a, b));
  const protocols = models.flatMap(([, model]) => protocolsOf(provider, model));
  return render({
    name: text(provider.name),
    docs: provider.docs === undefined ? undefined : link(provider.docs),
    protocols: [...new Set([provider.protocol, ...protocols])].join(", "),
    keys: provider.auth.flatMap((auth) => (auth.type === "none" ? [] : auth.env.map(code))).join(", ") || "none",
    counts: counts(models.map(([, { kind }]) => kind)),
    models: models.map(([id, model]) => row(provider, id, model)),
  });
}

function counts(kinds: readonly string[]): string {
  const numbers = new Map<string, number>();
  for (const kind of kinds) numbers.set(kind, (numbers.get(kind) ?? 0) + 1);
  return [...numbers].map(([kind, number]) => `${number} ${kind}`).join(", ") || "no listed models";
}

function row(provider: ProviderFacts, id: string, model: ModelFacts): { readonly [column: string]: string } {
  const assume = assumeOf(provider, model);
  const chat = model.kind === "chat";
  const { mode, effort } = model.reasoning ?? { mode: "none" };
  return {
    id: code(id),
    note: model.status === undefined || model.status === "stable" ? "" : model.status,
    kind: model.kind,
    takes: model.input.join(", "),
    gives: model.output.join(", "),
    tools: chat && accepted(tools(model), assume) ? "yes" : "",
    output: chat ? (structuredOutputPath(model, assume) ?? "") : "",
    reasoning: effort?.levels.join(", ") ?? (mode === "none" ? "" : mode),
    context: String(model.limits.context ?? ""),
    outputLimit: String(model.limits.output ?? ""),
    inputPrice: price(model, "input"),
    outputPrice: price(model, "output"),
  };
}

function price({ pricing }: ModelFacts, bucket: "input" | "output"): string {
  const value = pricing?.tokens?.[bucket];
  return value === undefined ? "" : `${value} ${text(pricing?.currency ?? "")}`;
}

/** Catalog text as Markdown text: characters that could begin markup, a link or a new line are entities or spaces. */
function text(value: string): string {
  const line = value.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
  return line.replace(/[^\p{L}\p{M}\p{N} .,()/+-]/gu, (character) => `&#${character.codePointAt(0)};`);
}

/** An id in code font where that shows it unchanged, else as text. */
function code(id: string): string {
  return /^[\w.:/@~+-]+$/.test(id) ? `\`${id}\`` : text(id);
}

/** A web address that is shown and can be followed; anything else is text. */
function link(url: string): string {
  return /^https:\/\/[\w.~/-]+$/.test(url) ? `<${url}>` : text(url);
}
