/** `modelwright verify`: asks models what they can do, with the user's key and within a budget, and says where the catalog is wrong. */
import type { ModelFacts, ProviderFacts } from "../catalog/facts.js";
import { processEnvironment } from "../client/environment.js";
import { ModelwrightError } from "../errors.js";
import { type Ability, type ModelReport, validateModel } from "../registry/validate-model.js";
import { catalogFolder, catalogOption, createCatalogReader, reportProblems } from "./catalog.js";
import { type Command, UsageError } from "./command.js";
import { hasKey, realProvider } from "./dev-models.js";
import { plural, type Terminal } from "./terminal.js";

export const verify: Command = {
  names: "<provider>[/<model>]...",
  maxNames: Number.POSITIVE_INFINITY,
  options: {
    catalog: catalogOption,
    "max-cost": { type: "string", value: "USD", help: "ask no more once known costs reach this; default: 0.05" },
    "max-models": { type: "string", value: "COUNT", help: "ask at most so many models; default: 10" },
  },
  async run(args, terminal) {
    if (args.names.length === 0) throw new UsageError("name a provider or a model, such as openai/gpt-4.1");
    const budget = numberOption(args.value("max-cost") ?? "0.05", "--max-cost");
    const most = numberOption(args.value("max-models") ?? "10", "--max-models");
    const ids = args.names.map((name) => name.split("/")[0] ?? name);
    const { providers, problems } = await createCatalogReader(catalogFolder(args))(ids);
    reportProblems(problems, terminal);
    const wanted = args.names.flatMap((name) => modelsNamed(name, providers));
    let [spent, requests, asked, wrong] = [0, 0, 0, 0];
    for (const { provider, id } of wanted.slice(0, most)) {
      if (spent >= budget) break;
      terminal.progress(`asking ${provider.id}/${id}`);
      const report = await validateModel(realProvider(provider).model(id), { maxCost: budget - spent });
      asked += 1;
      spent += report.cost;
      requests += report.requests;
      const found = differences(provider.models[id] as ModelFacts, report);
      if (found.length > 0) wrong += 1;
      tell(`${provider.id}/${id}`, report, found, terminal);
    }
    const left = wanted.length - asked;
    const cost = `${Number(spent.toPrecision(3))} of ${budget}`;
    terminal.report(
      `${plural(requests, "request")}, ${cost} spent${left > 0 ? `; ${plural(left, "model")} not asked` : ""}`,
    );
    return wrong > 0 || problems.length > 0 ? 1 : 0;
  },
};

function numberOption(value: string, option: string): number {
  const number = Number(value);
  if (value.trim() === "" || !(number > 0)) throw new UsageError(`${option} must be a number above 0, not "${value}"`);
  return number;
}

interface Named {
  readonly provider: ProviderFacts;
  readonly id: string;
}

/** A provider stands for its chat models in service. */
function modelsNamed(name: string, providers: readonly ProviderFacts[]): Named[] {
  const slash = name.indexOf("/");
  const [owner, model] = slash < 0 ? [name, undefined] : [name.slice(0, slash), name.slice(slash + 1)];
  const provider = providers.find(({ id }) => id === owner);
  if (provider === undefined)
    throw new ModelwrightError("unknown-provider", `there is no provider ${JSON.stringify(owner)}`);
  if (!hasKey(provider, processEnvironment())) {
    const env = provider.auth.flatMap((auth) => ("env" in auth ? auth.env : []));
    throw new ModelwrightError("authentication", `there is no key for ${owner}: set ${env.join(" or ")}`);
  }
  const ids = Object.entries(provider.models).flatMap(([id, { kind, status }]) =>
    (model === undefined ? kind === "chat" && status !== "retired" : id === model) ? [id] : [],
  );
  if (ids.length === 0)
    throw new ModelwrightError("unknown-model", `the catalog has no chat model ${JSON.stringify(name)}`);
  return ids.map((id) => ({ provider, id }));
}

/** Where the catalog promises what is refused, or refuses what is there. */
function differences({ features }: ModelFacts, { works, code, abilities }: ModelReport): string[] {
  if (!works) return code === "not-found" ? ["the provider does not have it"] : [];
  const schema = features.structuredOutput;
  const promised = schema === undefined ? undefined : schema === "schema" || schema === "strict";
  // A model that was not made to call may have chosen not to.
  const forced = features.toolChoice?.includes("required") === true;
  return [
    ...(abilities.tools === "yes" || forced ? difference("features.tools", features.tools, abilities.tools) : []),
    // Without support of its own it can still be asked for JSON: a yes proves nothing there.
    ...(promised === true ? difference("features.structuredOutput", true, abilities.output) : []),
  ];
}

function difference(path: string, stated: boolean | undefined, found: Ability): string[] {
  if (stated === undefined || found === "untested" || stated === (found === "yes")) return [];
  return [`${path}: the catalog says ${stated ? "yes" : "no"}, the model ${found}`];
}

function tell(name: string, report: ModelReport, found: readonly string[], terminal: Terminal): void {
  for (const line of found) terminal.print({ style: "red", text: "wrong   " }, `${name} ${line}`);
  if (found.length > 0) return;
  if (!report.works)
    terminal.print({ style: "yellow", text: "unknown " }, `${name} did not answer: ${report.code ?? "no answer"}`);
  else {
    const { tools, output } = report.abilities;
    terminal.print({ style: "green", text: "agrees  " }, `${name} tools: ${tools}, structured output: ${output}`);
  }
}
