/** The TypeScript blocks of the documents, as files that can be compiled and run. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../source-tree.js";

export interface Block {
  /** Document and line, for messages. */
  readonly name: string;
  /** Compiled here; inside the project, so that packages are found. */
  readonly file: string;
  readonly text: string;
  /** Sentences that the compiler must say, by the line (from 0) where it must say them. */
  readonly refusals: readonly { readonly line: number; readonly says: string }[];
  /** Neither refused by the compiler nor marked `no-run`. */
  readonly runs: boolean;
}

/** README and guides; the API reference is generated. */
export function documents(): readonly string[] {
  const guides = readdirSync(join(root, "docs")).filter((file) => file.endsWith(".md") && file !== "providers.md");
  return ["README.md", ...guides.map((file) => `docs/${file}`)];
}

const folder = join(root, "test/.cache/docs");

/**
 * Writes each block to a file. A comment `<!-- given: ... -->` before a block holds declarations that readers need not
 * see. A line `// ~~~ "sentence"` says what the compiler finds in the line above it.
 */
export function writeBlocks(): readonly Block[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return documents().flatMap((document) => {
    const text = readFileSync(join(root, document), "utf8");
    const pattern = /(?:<!-- given:([\s\S]*?)-->\n+)?```ts([^\n]*)\n([\s\S]*?)```/g;
    return [...text.matchAll(pattern)].map(([whole, given = "", info = "", code = ""], i): Block => {
      const line = text.slice(0, text.indexOf(whole)).split("\n").length;
      const before = given.trim() === "" ? "" : `${given.trim()}\n`;
      const program = `${before}${code}export {};\n`;
      const file = join(folder, `${document.replaceAll(/\W/g, "-")}-${i}.ts`);
      writeFileSync(file, program);
      const refusals = refusalsOf(program);
      const runs = refusals.length === 0 && !info.includes("no-run");
      return { name: `${document}:${line}`, file, text: program, refusals, runs };
    });
  });
}

function refusalsOf(program: string): Block["refusals"] {
  return program.split("\n").flatMap((text, line) => {
    const [, says] = /^\s*\/\/ *~+ *"(.*)"$/.exec(text) ?? [];
    return says === undefined ? [] : [{ line: line - 1, says }];
  });
}
