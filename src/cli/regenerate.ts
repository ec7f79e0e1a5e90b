/** Reads a catalog again and writes the generated code of what changed; a broken file keeps what was good. */
import { generate, type WriteReport, writeFiles } from "../../codegen/index.js";
import type { ProviderFacts } from "../catalog/facts.js";
import type { CatalogError } from "../errors.js";
import type { Catalog } from "./catalog.js";
import type { GenerateJob } from "./generate-job.js";

/** The catalog after a change, and what of it differs from before. */
export interface Reading {
  readonly catalog: Catalog;
  /** All providers as they stand now: of a broken file, as they stood before. */
  readonly providers: readonly ProviderFacts[];
  /** Those whose facts changed. */
  readonly dirty: readonly ProviderFacts[];
  /** A provider came or went. */
  readonly listChanged: boolean;
}

export class Regenerator {
  private readonly job: GenerateJob;
  private readonly docs: boolean;
  private known: ReadonlyMap<string, { readonly facts: ProviderFacts; readonly fingerprint: string }>;

  /** `catalog` is what the generated code was made of. */
  constructor(job: GenerateJob, catalog: Catalog, { docs }: { readonly docs: boolean }) {
    this.job = job;
    this.docs = docs;
    this.known = fingerprinted(soundProviders(catalog));
  }

  /** Undefined when nothing changed and nothing is wrong. */
  async read(): Promise<Reading | undefined> {
    const catalog = await this.readSettled();
    const before = this.known;
    const sound = fingerprinted(soundProviders(catalog));
    const complete = catalog.problems.length === 0 && this.job.only.length === 0;
    const after = complete ? sound : new Map([...before, ...sound]);
    const listChanged = complete && (before.size !== sound.size || [...sound.keys()].some((id) => !before.has(id)));
    const changed = [...sound.values()].filter((now) => before.get(now.facts.id)?.fingerprint !== now.fingerprint);
    if (changed.length === 0 && !listChanged && catalog.problems.length === 0) return undefined;
    this.known = after;
    const providers = [...after.values()].map(({ facts }) => facts).sort((a, b) => (a.id < b.id ? -1 : 1));
    return { catalog, providers, dirty: changed.map(({ facts }) => facts), listChanged };
  }

  /** The problems are those of names that do not become types. */
  async write(reading: Reading): Promise<{ readonly report: WriteReport; readonly problems: readonly CatalogError[] }> {
    const { dirty, listChanged } = reading;
    // Added and removed providers change the index, which needs them all.
    const { files, problems } = generate(listChanged ? soundProviders(reading.catalog) : dirty, {
      index: listChanged,
      docs: this.docs,
      data: this.job.data,
      ...(this.job.paths === undefined ? {} : { paths: this.job.paths }),
    });
    return { report: await writeFiles(this.job.out, files, { partial: !listChanged }), problems };
  }

  /** A file that is just being written is no JSON yet: a problem counts when it is still there a moment later. */
  private async readSettled(): Promise<Catalog> {
    const catalog = await this.job.read();
    if (catalog.problems.length === 0) return catalog;
    await new Promise((resolve) => setTimeout(resolve, 100));
    return this.job.read();
  }
}

function fingerprinted(providers: readonly ProviderFacts[]) {
  return new Map(providers.map((facts) => [facts.id, { facts, fingerprint: fingerprintOf(facts) }]));
}

const fingerprints = new WeakMap<ProviderFacts, string>();

/** A provider whose files did not change is the same object in each reading. */
function fingerprintOf(facts: ProviderFacts): string {
  const known = fingerprints.get(facts) ?? JSON.stringify(facts);
  fingerprints.set(facts, known);
  return known;
}

/** Without the providers whose file has a problem: a model that is just being edited must not vanish from the types. */
function soundProviders({ providers, problems, sources }: Catalog): ProviderFacts[] {
  const broken = new Set(problems.map(({ file }) => file));
  return providers.filter(({ id }) => !broken.has(sources.get(id)?.parsed.name));
}
