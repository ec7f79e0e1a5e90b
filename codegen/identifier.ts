/** Ids to TypeScript names and file names: safe, stable, and without collisions. */
import { createHash } from "node:crypto";

function digest(content: string, length: number): string {
  return createHash("sha256").update(content).digest("hex").slice(0, length);
}

/**
 * Names parts of a file by their content: `Options_1a2b3c`. Equal contents share a name, different ones never do; a
 * part that comes or goes does not rename the others.
 */
export class ContentNames {
  private readonly contents = new Map<string, string>();

  name(label: string, content: string): string {
    for (let length = 6; ; length += 6) {
      const name = `${label}_${digest(content, length)}`;
      const holder = this.contents.get(name);
      if (holder === undefined) this.contents.set(name, content);
      if (holder === undefined || holder === content) return name;
    }
  }
}

/** `my-provider` to `MyProvider`; a trailing `ai` becomes `AI`. Anything that is no letter or digit separates words. */
export function pascalCase(id: string): string {
  const name = wordsOf(id).map(capitalized).join("").replace(/ai$/i, "AI");
  return /^[A-Za-z]/.test(name) ? name : `Provider${name}`;
}

/** `my-provider` to `myProvider`. */
export function camelCase(id: string): string {
  const [first = "", ...rest] = wordsOf(id);
  return first.toLowerCase() + rest.map(capitalized).join("");
}

/** The name of a provider's constant: never reserved, and none of `taken`. */
export function constantName(id: string, taken: readonly string[]): string {
  const name = camelCase(id);
  if (/^[a-z]/.test(name) && !reserved.has(name) && !taken.includes(name)) return name;
  return `provider${pascalCase(id).replace(/^Provider/, "")}`;
}

function wordsOf(id: string): string[] {
  return id.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/**
 * A file name without extension: the id where it is a plain lower-case name, else a slug of it and a hash. No plain
 * name ends like a hash, so that the two cannot meet.
 */
export function fileName(id: string): string {
  if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id) && id.length <= 80 && !special.test(id)) return id;
  const slug = id
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 80)
    .replace(/^-|-$/g, "");
  return `${slug === "" ? "provider" : slug}-${digest(id, 8)}`;
}

/** Windows devices, the list of all providers, and names that end like a hash. */
const special = /^(con|prn|aux|nul|com\d|lpt\d|index|.*-[0-9a-f]{8})$/;

const reserved = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export exports extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected public " +
    "require return static super switch this throw true try typeof undefined var void while with yield constructor " +
    // What every generated file imports or declares.
    "defineProvider aws data options"
  ).split(" "),
);
