/** `modelwright models`: the models of the catalog as a table, filtered by what they can do and cost. */
import { inputModality, tools } from "../catalog/capabilities.js";
import { reasoningControls } from "../catalog/conditions.js";
import type { ModelFacts, ProviderFacts } from "../catalog/facts.js";
import { catalogFolder, catalogOption, createCatalogReader, reportProblems, shippedProviders } from "./catalog.js";
import { type Arguments, type Command, columns, UsageError } from "./command.js";
import { plural, type Terminal } from "./terminal.js";

interface Row {
  readonly id: string;
  readonly model: ModelFacts;
}

export const models: Command = {
  names: "[text]",
  maxNames: 1,
  options: {
    catalog: catalogOption,
    provider: { type: "string", value: "ID", help: "only this provider" },
    kind: { type: "string", value: "KIND", help: "only this kind: chat, embedding, image, speech, ..." },
    vision: { type: "boolean", help: "only models that accept images" },
    tools: { type: "boolean", help: "only models that call tools" },
    reasoning: { type: "boolean", help: "only models that reason" },
    "max-price": { type: "string", value: "USD", help: "at most this price per million input tokens" },
    json: { type: "boolean", help: "print all facts as JSON" },
    llms: { type: "boolean", help: "print a plain Markdown list, in the form of llms.txt" },
  },
  async run(args, terminal) {
    const filter = filterOf(args);
    const { providers, problems } = await createCatalogReader(catalogFolder(args))(shippedProviders());
    const rows = providers.flatMap(rowsOf).filter(filter);
    if (args.has("json"))
      terminal.print(
        JSON.stringify(
          rows.map(({ id, model }) => ({ id, ...model })),
          null,
          2,
        ),
      );
    else if (args.has("llms")) printList(providers, rows, terminal);
    else printTable(rows, terminal);
    reportProblems(problems, terminal);
    return problems.length === 0 ? 0 : 1;
  },
};

function rowsOf(provider: ProviderFacts): Row[] {
  return Object.entries(provider.models).map(([id, model]) => ({ id: `${provider.id}/${id}`, model }));
}

function filterOf(args: Arguments): (row: Row) => boolean {
  const provider = args.value("provider");
  const kind = args.value("kind");
  const text = args.names[0]?.toLowerCase() ?? "";
  const maxPrice = priceLimit(args.value("max-price"));
  return ({ id, model }) =>
    (provider === undefined || id.startsWith(`${provider}/`)) &&
    (kind === undefined || model.kind === kind) &&
    id.toLowerCase().includes(text) &&
    (!args.has("vision") || inputModality(model, "image") === "yes") &&
    (!args.has("tools") || tools(model) === "yes") &&
    (!args.has("reasoning") || reasons(model)) &&
    (maxPrice === undefined || costsAtMost(model, maxPrice));
}

function priceLimit(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const limit = Number(value);
  if (value.trim() === "" || !(limit >= 0))
    throw new UsageError(`--max-price must be a number of US dollars, not "${value}"`);
  return limit;
}

/** An unknown price is not a low price. */
function costsAtMost({ pricing }: ModelFacts, limit: number): boolean {
  const price = pricing?.tokens?.input;
  return pricing?.currency === "USD" && price !== undefined && price <= limit;
}

function reasons(model: ModelFacts): boolean {
  const { mode } = reasoningControls(model);
  return mode === "always" || mode === "optional";
}

function printTable(rows: readonly Row[], terminal: Terminal): void {
  const head = ["model", "kind", "context", "output", "$ in", "$ out", "accepts", "status"];
  const [title = "", ...lines] = columns([head, ...rows.map(cells)]);
  terminal.print({ style: "bold", text: title });
  for (const line of lines) terminal.print(line);
  terminal.report({ style: "dim", text: `${plural(rows.length, "model")}; prices per million tokens, - is unknown` });
}

/** One heading per provider, one line per model: what a language model reads without effort. */
function printList(providers: readonly ProviderFacts[], rows: readonly Row[], terminal: Terminal): void {
  terminal.print("# Models\n\n> Prices in US dollars per million tokens, input / output.");
  for (const { id, name, docs } of providers) {
    const own = rows.filter((row) => row.id.startsWith(`${id}/`));
    if (own.length === 0) continue;
    terminal.print(`\n## ${plainText(name)}${docs === undefined ? "" : ` (${docs})`}\n`);
    for (const row of own) terminal.print(`- \`${plainText(row.id)}\`: ${plainText(factsOf(row))}`);
  }
}

function factsOf(row: Row): string {
  const [, kind, context, output, input, price, accepts, status] = cells(row);
  return [
    kind,
    ...(accepts === "" ? [] : [`takes ${accepts}`]),
    ...(context === "-" ? [] : [`context ${context}`]),
    ...(output === "-" ? [] : [`output ${output}`]),
    ...(input === "-" ? [] : [`price ${input} / ${price}`]),
    ...(status === "" ? [] : [status]),
  ].join(", ");
}

/** Catalog text on one line, without what Markdown obeys. */
const plainText = (text: string): string => text.replace(/\s+/g, " ").replace(/[`<>[\]]/g, "");

function cells({ id, model }: Row): string[] {
  const { currency, tokens } = model.pricing ?? {};
  const price = (value: number | undefined): string =>
    value === undefined ? "-" : currency === "USD" ? `${value}` : `${value} ${currency}`;
  const accepts = [
    ...model.input.filter((modality) => modality !== "text"),
    ...(tools(model) === "yes" ? ["tools"] : []),
    ...(reasons(model) ? ["reasoning"] : []),
  ];
  return [
    id,
    model.kind,
    amount(model.limits.context),
    amount(model.limits.output),
    price(tokens?.input),
    price(tokens?.output),
    accepts.join(" "),
    model.status === undefined || model.status === "stable" ? "" : model.status,
  ];
}

function amount(tokens: number | undefined): string {
  return tokens === undefined ? "-" : String(tokens);
}
