/** Ids to TypeScript names and file names: safe, stable, and without collisions. */
import { createHash } from "node:crypto";

/** Six hex digits of a content hash. */
export function hash(content: string): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 6);
}

/** `my-provider` to `MyProvider`; a trailing `ai` becomes `AI`. Anything that is no letter or digit separates words. */
export function pascalCase(id: string): string {
  const words = id.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const name = words.map((word) => (word[0] as string).toUpperCase() + word.slice(1)).join("");
  const cased = name.replace(/ai$/i, "AI");
  return /^[A-Za-z]/.test(cased) ? cased : `Provider${cased}`;
}

/** `my-provider` to `myProvider`; never a reserved word. */
export function camelCase(id: string): string {
  const words = id.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const [first = "provider", ...rest] = words;
  const name = first.toLowerCase() + rest.map((word) => (word[0] as string).toUpperCase() + word.slice(1)).join("");
  return !/^[a-z]/.test(name) || reserved.has(name) ? `provider${pascalCase(id)}` : name;
}

/** A file name without extension: a slug, with a hash when the slug does not say the id exactly. */
export function fileName(id: string): string {
  const slug = id
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 80);
  const exact = slug === id && !windowsDevices.test(slug) && slug !== "index";
  return exact ? slug : `${slug === "" ? "provider" : slug}-${hash(id)}`;
}

const windowsDevices = /^(con|prn|aux|nul|com\d|lpt\d)$/;

const reserved = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false " +
    "finally for function if implements import in instanceof interface let new null package private protected public return " +
    "static super switch this throw true try typeof undefined var void while with yield constructor prototype " +
    "defineProvider data"
  ).split(" "),
);
