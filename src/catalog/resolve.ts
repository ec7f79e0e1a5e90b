/** Resolves provider files into facts. A bad model is left out, a bad file too; everything else is served. */
import type { CatalogError } from "../errors.js";
import type { Modality, ModelFacts, ModelKind, ProviderFacts } from "./facts.js";
import { type InheritedBase, inheritedMembers } from "./inherit.js";
import type { JsonObject } from "./merge.js";
import { didYouMean } from "./nearest.js";
import { type ParsedFile, parseProviderFile } from "./parse.js";
import { type Problem, problemsOf } from "./problem.js";
import type { ProviderSection } from "./schema-file.js";
import { modelSchema } from "./schema-model.js";

export interface ResolvedCatalog {
  /** Sorted by id. */
  readonly providers: readonly ProviderFacts[];
  /** Empty when the catalog has no errors. */
  readonly problems: readonly CatalogError[];
}

/** Resolves the provider files of a catalog, by file name. Never throws: what is wrong is in `problems`. */
export function resolveCatalog(files: ReadonlyMap<string, string>): ResolvedCatalog {
  return resolveParsed([...files].map(([name, text]) => parseProviderFile(name, text)));
}

/** Models as they were resolved before, for whoever resolves again and again: equal members are not checked anew, and give the same object. */
export class KnownModels {
  private readonly byName = new Map<string, { readonly text: string; readonly facts: ModelFacts }>();

  facts(name: string, members: JsonObject, resolve: () => ModelFacts | undefined): ModelFacts | undefined {
    const text = JSON.stringify(members);
    const before = this.byName.get(name);
    if (before?.text === text) return before.facts;
    const facts = resolve();
    if (facts !== undefined) this.byName.set(name, { text, facts });
    return facts;
  }
}

/** Resolves files that are already parsed. */
export function resolveParsed(files: readonly ParsedFile[], known?: KnownModels): ResolvedCatalog {
  const resolver = new Resolver(files, known);
  const providers = [...resolver.files.values()].map((parsed) => resolver.provider(parsed));
  providers.sort((a, b) => compare(a.id, b.id));
  return { providers, problems: resolver.problems };
}

type UsableFile = ParsedFile & { readonly file: NonNullable<ParsedFile["file"]> };

/** Resolves each model once; a model that is met while it is being resolved stands on a cycle. */
class Resolver {
  readonly problems: CatalogError[] = [];
  readonly files = new Map<string, UsableFile>();
  private readonly members = new Map<string, JsonObject | undefined>();
  private readonly open = new Set<string>();
  private readonly known: KnownModels | undefined;

  constructor(files: readonly ParsedFile[], known: KnownModels | undefined) {
    this.known = known;
    for (const parsed of files) {
      this.problems.push(...parsed.problems);
      if (parsed.file === undefined) continue;
      const { id } = parsed.file.provider;
      const first = this.files.get(id);
      if (first === undefined) this.files.set(id, { ...parsed, file: parsed.file });
      else this.report(parsed, { path: ["provider", "id"], message: `${id} is already described in ${first.name}` });
    }
  }

  provider(parsed: UsableFile): ProviderFacts {
    const models: [string, ModelFacts][] = [];
    for (const id of Object.keys(parsed.file.models).sort(compare)) {
      const model = this.model(parsed, id);
      if (model !== undefined) models.push([id, model]);
    }
    return connectionOf(parsed.file.provider, Object.fromEntries(models));
  }

  private model(parsed: UsableFile, id: string): ModelFacts | undefined {
    const members = this.membersOf(parsed, id);
    if (members === undefined) return undefined;
    const resolve = (): ModelFacts | undefined => this.checked(parsed, id, members);
    const name = `${parsed.file.provider.id}/${id}`;
    return this.known === undefined ? resolve() : this.known.facts(name, members, resolve);
  }

  private checked(parsed: UsableFile, id: string, members: JsonObject): ModelFacts | undefined {
    const result = modelSchema.safeParse(completeMembers(members), { reportInput: true });
    if (result.success) return result.data;
    for (const problem of problemsOf(result.error.issues, ["models", id])) this.report(parsed, problem);
    return undefined;
  }

  private membersOf(parsed: UsableFile, id: string): JsonObject | undefined {
    const key = `${parsed.file.provider.id}/${id}`;
    if (this.members.has(key)) return this.members.get(key);
    this.open.add(key);
    const members = inheritedMembers(parsed, id, {
      readBase: (reference, from) => this.base(parsed, { id, reference, from }),
      report: (problem) => this.report(parsed, problem),
    });
    this.open.delete(key);
    this.members.set(key, members);
    return members;
  }

  private base(
    parsed: UsableFile,
    { id, reference, from }: { readonly id: string; readonly reference: string; readonly from: "base" | "aliasOf" },
  ): InheritedBase | undefined {
    const refuse = (message: string) => {
      this.report(parsed, { path: ["models", id, from], message });
      return undefined;
    };
    const own = parsed.file.provider.id;
    const local = reference.startsWith("#");
    const slash = reference.indexOf("/");
    if (!local && slash < 1) return refuse(`expected "provider/model" or "#model", found ${JSON.stringify(reference)}`);
    const providerId = local ? own : reference.slice(0, slash);
    const baseId = reference.slice(local ? 1 : slash + 1);
    if (from === "aliasOf" && providerId !== own) return refuse("an alias stays at its own provider; use base instead");
    const target = this.files.get(providerId);
    if (target === undefined)
      return refuse(`unknown provider ${JSON.stringify(providerId)}${didYouMean(providerId, this.files.keys())}`);
    if (target.quarantined.models.has(baseId)) return refuse(`${reference} has problems of its own`);
    if (!Object.hasOwn(target.file.models, baseId))
      return refuse(`unknown model ${JSON.stringify(baseId)}${didYouMean(baseId, Object.keys(target.file.models))}`);
    if (this.open.has(`${providerId}/${baseId}`)) return refuse(`${reference} inherits from this model: a cycle`);
    const members = this.membersOf(target, baseId);
    if (members === undefined) return refuse(`${reference} has problems of its own`);
    return { id: baseId, members, sameFile: target === parsed };
  }

  private report(parsed: ParsedFile, problem: Problem): void {
    this.problems.push(parsed.error(problem));
  }
}

/** What a kind takes and gives when its entry does not say. */
const usualModalities: { readonly [K in ModelKind]: readonly [readonly Modality[], readonly Modality[]] } = {
  chat: [["text"], ["text"]],
  completion: [["text"], ["text"]],
  embedding: [["text"], ["embedding"]],
  image: [["text"], ["image"]],
  speech: [["text"], ["audio"]],
  transcription: [["audio"], ["text"]],
  video: [["text"], ["video"]],
  rerank: [["text"], ["json"]],
  moderation: [["text"], ["json"]],
  realtime: [
    ["text", "audio"],
    ["text", "audio"],
  ],
  ocr: [["image", "pdf"], ["text"]],
};

/** Members with the modalities that are usual for the kind, where none are stated. */
export function completeMembers(members: JsonObject): JsonObject {
  const { kind } = members;
  const known = typeof kind === "string" && Object.hasOwn(usualModalities, kind);
  if (!known) return members;
  const [input, output] = usualModalities[kind as ModelKind];
  const unstated = members.input === undefined ? { input, inputUnstated: true } : {};
  return { output, ...members, ...unstated };
}

function connectionOf(section: ProviderSection, models: { readonly [id: string]: ModelFacts }): ProviderFacts {
  const { defaults, inherits, ...connection } = section;
  const local = section.role === "local";
  return {
    ...connection,
    assume: section.assume ?? (local ? "permissive" : "strict"),
    unknownModels: section.unknownModels ?? (local ? "permissive" : "reject"),
    models,
  };
}

/** By code unit, so that the order is the same on every machine. */
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
