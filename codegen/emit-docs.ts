/** Tables of a provider's models for people, in Markdown, by Handlebars. */
import { readFileSync } from "node:fs";
import Handlebars from "handlebars";
import { accepted, assumeOf, structuredOutputPath, tools } from "../src/catalog/capabilities.js";
import type { ModelFacts, ProviderFacts } from "../src/catalog/facts.js";
import { comment } from "./text.js";

/** Catalog text in a Markdown table: no cell, tag, link or code span can be opened or closed by it. */
function cell(text: unknown): string {
  return comment(String(text)).replace(/[\\`|*[\]#]/g, "");
}

const environment = Handlebars.create();
let template: Handlebars.TemplateDelegate | undefined;

/** The body of `<provider>.md`. */
export function emitDocs(provider: ProviderFacts): string {
  template ??= environment.compile(readFileSync(new URL("./docs.hbs", import.meta.url), "utf8"), {
    noEscape: true,
    strict: true,
  });
  const ids = Object.keys(provider.models).sort((a, b) => (a < b ? -1 : 1));
  const kinds = new Map<string, number>();
  for (const { kind } of Object.values(provider.models)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return template({
    name: cell(provider.name),
    docs: provider.docs === undefined ? undefined : cell(provider.docs),
    protocols: [
      ...new Set([
        provider.protocol,
        ...ids.map((id) => provider.models[id]?.transport?.protocol ?? provider.protocol),
      ]),
    ].join(", "),
    keys: cell(provider.auth.flatMap((auth) => (auth.type === "none" ? [] : auth.env)).join(", ") || "none"),
    counts: [...kinds].map(([kind, count]) => `${count} ${kind}`).join(", ") || "no listed models",
    models: ids.map((id) => row(provider, id)),
  });
}

function row(provider: ProviderFacts, id: string): { readonly [column: string]: string } {
  const model = provider.models[id] as ModelFacts;
  const assume = assumeOf(provider, model);
  const chat = model.kind === "chat";
  return {
    id: cell(id),
    note: model.status === undefined || model.status === "stable" ? "" : model.status,
    kind: model.kind,
    takes: model.input.join(", "),
    gives: model.output.join(", "),
    tools: chat && accepted(tools(model), assume) ? "yes" : "",
    output: chat ? (structuredOutputPath(model, assume) ?? "") : "",
    reasoning:
      model.reasoning?.effort?.levels.join(", ") ??
      (model.reasoning?.mode === "none" ? "" : (model.reasoning?.mode ?? "")),
    context: number(model.limits.context),
    outputLimit: number(model.limits.output),
    inputPrice: price(model, "input"),
    outputPrice: price(model, "output"),
  };
}

function number(value: number | undefined): string {
  return value === undefined ? "" : String(value);
}

function price(model: ModelFacts, bucket: "input" | "output"): string {
  const value = model.pricing?.tokens?.[bucket];
  return value === undefined ? "" : `${value} ${cell(model.pricing?.currency)}`;
}
