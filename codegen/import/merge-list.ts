/** Lays what a list says over a provider file, fact by fact, and keeps who said what: a person's word always stays. */
import type { ModelFacts, ProviderFacts } from "../../src/catalog/facts.js";
import { isObject } from "../../src/catalog/merge.js";
import { agrees, morePermissive } from "./agree.js";
import { convertModel } from "./convert-model.js";
import { objectOf, textsOf } from "./lists/values.js";
import type { Json } from "./object.js";
import type { Row } from "./row.js";
import { checkSettings } from "./settings.js";

export interface MergeInput {
  /** The provider file as it is written. */
  readonly file: Json;
  /** What that file means now; absent for a new one. */
  readonly facts: ProviderFacts | undefined;
  readonly rows: readonly Row[];
  /** Name of the list: "models.dev". */
  readonly source: string;
  /** ISO day. */
  readonly today: string;
  /** Models that the file does not have come in. */
  readonly add: boolean;
  /** Only prices are taken. */
  readonly pricesOnly: boolean;
  /** Base URLs of single models are taken too: requests with the provider's key go there. */
  readonly baseURLs: boolean;
  /** Models that this source gave and no longer lists become tombstones. */
  readonly retire: boolean;
}

/** What a source says and the catalog does not take from it. */
export interface Disagreement {
  readonly model: string;
  readonly path: string;
  readonly have: unknown;
  readonly said: unknown;
  /** Who stated what the catalog has; a person where no source is named for it. */
  readonly by: string;
  /** The value that both allow is in the catalog now. */
  readonly widened: boolean;
}

export interface Merged {
  readonly file: Json;
  readonly added: readonly string[];
  readonly changed: readonly {
    readonly model: string;
    readonly path: string;
    readonly before: unknown;
    readonly after: unknown;
  }[];
  readonly disagreements: readonly Disagreement[];
  /** Models that the list has elsewhere than their provider, where that was not taken. */
  readonly elsewhere: readonly { readonly model: string; readonly baseURL: string }[];
  /** In the list, not in the file. */
  readonly unknown: readonly string[];
  /** In the file from this source, no longer in the list. */
  readonly gone: readonly string[];
}

/** Lists say whether there is structured output, not how it is enforced. */
const settings = checkSettings("list", { convert: { structuredOutput: { yes: "schema", no: "none" } } });

export function mergeList(input: MergeInput): Merged {
  const { file, facts, rows, source, add, retire } = input;
  const models: Json = { ...objectOf(file.models) };
  const report: Report = { changed: [], disagreements: [] };
  const added: string[] = [];
  const unknown: string[] = [];
  const elsewhere: { model: string; baseURL: string }[] = [];
  const listed = new Set(rows.map(({ id }) => id));
  for (const row of new Map(rows.map((found) => [found.id, found])).values()) {
    const entry = Object.hasOwn(models, row.id) ? objectOf(models[row.id]) : undefined;
    const said = statementsOf(row, input);
    const baseURL = ownBaseURL(row, input);
    const stands = factAt(modelOf(facts, row.id), "transport.baseURL") === baseURL;
    if (baseURL !== undefined && !input.baseURLs && !stands) elsewhere.push({ model: row.id, baseURL });
    if (entry !== undefined)
      models[row.id] = merged({ id: row.id, entry, said, known: modelOf(facts, row.id) }, input, report);
    else if (add && !input.pricesOnly) {
      models[row.id] = newEntry(row.id, said, input);
      added.push(row.id);
    } else unknown.push(row.id);
  }
  const gone = Object.keys(models).filter((id) => !listed.has(id) && isFrom(objectOf(models[id]), source));
  if (retire) for (const id of gone) models[id] = tombstone(objectOf(models[id]), input.today);
  return { file: { ...file, models }, added, elsewhere, unknown, gone, ...report };
}

interface Report {
  readonly changed: { model: string; path: string; before: unknown; after: unknown }[];
  readonly disagreements: Disagreement[];
}

/** Facts by path: what is compared and taken as one. */
type Statements = ReadonlyMap<string, unknown>;

const opened = new Set(["dates", "features", "limits", "params", "pricing", "pricing.tokens"]);

/** Where the list has a model, when that is not where its provider is. */
function ownBaseURL({ transport }: Row, { file, pricesOnly }: MergeInput): string | undefined {
  const baseURL = transport?.api?.replace(/\/+$/, "");
  return pricesOnly || baseURL === objectOf(file.provider).baseURL ? undefined : baseURL;
}

function statementsOf(row: Row, input: MergeInput): Statements {
  const { file, today, pricesOnly, baseURLs } = input;
  const local = objectOf(file.provider).role === "local";
  const model = convertModel(row, { settings, local, today });
  const said = new Map(leavesOf(model, ""));
  if (row.kind === undefined) said.delete("kind");
  const baseURL = ownBaseURL(row, input);
  if (baseURL !== undefined && baseURLs) said.set("transport.baseURL", baseURL);
  if (said.get("pricing.plan") === "unknown") said.delete("pricing.plan");
  // A file of a protocol that does not say how reasoning is asked for states only that there is some.
  said.delete("rules");
  const wanted = [...said].filter(([path]) => !pricesOnly || path.startsWith("pricing."));
  return new Map(wanted);
}

function leavesOf(value: Json, prefix: string): [string, unknown][] {
  return Object.entries(value).flatMap(([key, member]): [string, unknown][] => {
    const path = `${prefix}${key}`;
    return opened.has(path) && isObject(member) ? leavesOf(member as Json, `${path}.`) : [[path, member]];
  });
}

function newEntry(_id: string, said: Statements, { source, today }: MergeInput): Json {
  const entry: Json = { kind: "chat" };
  for (const [path, value] of said) put(entry, path, value);
  if (entry.pricing === undefined) entry.pricing = { plan: "unknown" };
  else dated(entry, today);
  return { ...entry, verified: { at: today, by: "import", source }, ...named({}, source, [...said.keys()]) };
}

interface Known {
  readonly id: string;
  readonly entry: Json;
  readonly said: Statements;
  readonly known: ModelFacts | undefined;
}

function merged({ id, entry, said, known }: Known, { source, today }: MergeInput, report: Report): Json {
  const result = structuredClone(entry);
  const owners = ownersOf(entry);
  // What a person has checked since is a person's word, whoever said it first.
  const checked = known?.verified !== undefined && known.verified.by !== "import";
  const taken: string[] = [];
  for (const [path, value] of said) {
    const have = factAt(known, path);
    const by = checked ? "a person" : (owners.get(path) ?? "a person");
    if (have === undefined) {
      put(result, path, value);
      taken.push(path);
      report.changed.push({ model: id, path, before: undefined, after: value });
    } else if (agrees(path, have, value)) continue;
    else if (by === source) {
      put(result, path, value);
      report.changed.push({ model: id, path, before: have, after: value });
    } else {
      const wider = by === "a person" ? undefined : morePermissive(path, have, value);
      const widened = wider !== undefined && !agrees(path, have, wider);
      if (widened) put(result, path, wider);
      report.disagreements.push({ model: id, path, have, said: value, by, widened });
    }
  }
  if (!report.changed.some(({ model }) => model === id)) return result;
  if (report.changed.some(({ model, path }) => model === id && path.startsWith("pricing."))) dated(result, today);
  if (entry.verified === undefined) result.verified = { at: today, by: "import", source };
  return { ...result, ...named(objectOf(result.extra), source, taken) };
}

/** The price is of this day, and no longer unknown. */
function dated(entry: Json, today: string): void {
  const { plan, ...pricing } = objectOf(entry.pricing);
  const priced = pricing.tokens !== undefined || pricing.units !== undefined;
  entry.pricing = {
    ...pricing,
    ...(plan === undefined || (priced && plan === "unknown") ? {} : { plan }),
    asOf: today,
  };
}

/** `extra.sources`: paths by the source that stated them. */
function named(extra: Json, source: string, paths: readonly string[]): { readonly extra?: Json } {
  const sources = objectOf(extra.sources);
  const all = [...new Set([...textsOf(sources[source]), ...paths])].sort();
  return all.length === 0 ? {} : { extra: { ...extra, sources: { ...sources, [source]: all } } };
}

function ownersOf(entry: Json): Map<string, string> {
  const sources = Object.entries(objectOf(objectOf(entry.extra).sources));
  return new Map(sources.flatMap(([source, paths]) => textsOf(paths).map((path) => [path, source] as const)));
}

const isFrom = (entry: Json, source: string): boolean =>
  entry.status !== "retired" && Object.hasOwn(objectOf(objectOf(entry.extra).sources), source);

function tombstone(entry: Json, today: string): Json {
  const dates = objectOf(entry.dates);
  return { ...entry, status: "retired", dates: { ...dates, retires: dates.retires ?? today } };
}

function modelOf(facts: ProviderFacts | undefined, id: string): ModelFacts | undefined {
  return facts !== undefined && Object.hasOwn(facts.models, id) ? facts.models[id] : undefined;
}

/** What is known; a modality list that no file states is not known, nor is a plan that says so. */
function factAt(known: ModelFacts | undefined, path: string): unknown {
  if (path === "input" && known?.inputUnstated === true) return undefined;
  let value: unknown = known;
  for (const key of path.split(".")) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return path === "pricing.plan" && value === "unknown" ? undefined : value;
}

function put(entry: Json, path: string, value: unknown): void {
  const keys = path.split(".");
  const last = keys.pop() as string;
  let target = entry;
  for (const key of keys) {
    const next = { ...objectOf(target[key]) };
    target[key] = next;
    target = next;
  }
  target[last] = value;
}
