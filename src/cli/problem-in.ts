/** A problem of the catalog with the lines of the file around it. */
import { readFileSync } from "node:fs";
import type { CatalogError } from "../errors.js";
import type { DevProblem } from "../server/dev-feed.js";

/** Lines before and after. */
const context = 2;

const maxLineLength = 200;

export function problemIn({ message, file, path }: CatalogError): DevProblem {
  const problem = { message, file, path };
  // Messages begin with the place: `catalog/acme.json:4:12 models…`.
  const line = file === undefined ? Number.NaN : Number.parseInt(message.slice(`${file}:`.length), 10);
  if (file === undefined || !message.startsWith(`${file}:`) || Number.isNaN(line)) return problem;
  const from = Math.max(0, line - 1 - context);
  const excerpt = linesOf(file)
    .slice(from, line + context)
    .map((text, i) => ({ line: from + i + 1, text: text.slice(0, maxLineLength) }));
  return { ...problem, line, excerpt };
}

/** The file may be gone by now. */
function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch {
    return [];
  }
}
