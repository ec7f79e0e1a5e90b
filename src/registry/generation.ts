/** One state of all facts: numbered, named by its content, never changed. */
import { createHash } from "node:crypto";
import type { ModelFacts, ProviderFacts } from "../catalog/facts.js";
import type { CatalogError } from "../errors.js";
import type { AppliedStatement, LayeredDocument } from "./compose.js";

/** All facts of one moment; it never changes. */
export interface Generation {
  /** Counts from 1 in each process, or on from where the journal ends. */
  readonly number: number;
  /** Hash of the facts: equal in every process that holds the same ones. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** By provider id. */
  readonly providers: ReadonlyMap<string, ProviderFacts>;
  /** What was left out of the documents, and why. */
  readonly problems: readonly CatalogError[];
}

/** With what explains it, and what it is made again from. */
export interface FullGeneration extends Generation {
  readonly statements: ReadonlyMap<string, readonly AppliedStatement[]>;
  readonly documents: readonly LayeredDocument[];
}

/** What differs between two generations: each id, `provider/model`, in one of the three at most; each sorted. */
export interface Change {
  readonly from: number;
  readonly to: number;
  readonly generation: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly updated: readonly string[];
}

const hashes = new WeakMap<ProviderFacts, string>();

export function generationId(providers: ReadonlyMap<string, ProviderFacts>): string {
  const all = createHash("sha256");
  for (const [id, provider] of [...providers].sort(([a], [b]) => (a < b ? -1 : 1))) {
    let hash = hashes.get(provider);
    if (hash === undefined) {
      hash = createHash("sha256").update(canonical(provider)).digest("hex");
      hashes.set(provider, hash);
    }
    all.update(`${id} ${hash}\n`);
  }
  return all.digest("hex").slice(0, 16);
}

/** JSON with sorted members. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

export function changeBetween(before: Generation, after: Generation): Change {
  const added: string[] = [];
  const removed: string[] = [];
  const updated: string[] = [];
  for (const provider of new Set([...before.providers.keys(), ...after.providers.keys()])) {
    const [old, now] = [before.providers.get(provider), after.providers.get(provider)];
    if (old === now) continue;
    const [was, is] = [old?.models ?? {}, now?.models ?? {}];
    for (const id of Object.keys(is)) {
      if (!Object.hasOwn(was, id)) added.push(`${provider}/${id}`);
      else if (differs(was[id], is[id]) || ownFactsDiffer(old, now)) updated.push(`${provider}/${id}`);
    }
    for (const id of Object.keys(was)) if (!Object.hasOwn(is, id)) removed.push(`${provider}/${id}`);
  }
  return {
    from: before.number,
    to: after.number,
    generation: after.id,
    added: added.sort(),
    removed: removed.sort(),
    updated: updated.sort(),
  };
}

function differs(a: ModelFacts | undefined, b: ModelFacts | undefined): boolean {
  return a !== b && canonical(a) !== canonical(b);
}

const compared = new WeakMap<ProviderFacts, WeakMap<ProviderFacts, boolean>>();

/** Whether what the provider says of itself changed: that is a change of all its models. */
function ownFactsDiffer(a: ProviderFacts | undefined, b: ProviderFacts | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const known = compared.get(a)?.get(b);
  if (known !== undefined) return known;
  const { models: _a, ...own } = a;
  const { models: _b, ...other } = b;
  const answer = canonical(own) !== canonical(other);
  compared.set(a, (compared.get(a) ?? new WeakMap()).set(b, answer));
  return answer;
}
