/** Type-checks a project as it is and as it would be with other generated files. Nothing is written. */
import { realpathSync } from "node:fs";
import { type Diagnostic, type DiagnosticMessageChain, Project } from "ts-morph";

/** A place that compiles now and would not any more. */
export interface BrokenPlace {
  /** Absolute. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** What is refused, in the words of the types: "o3 does not accept temperature". */
  readonly reason: string;
}

/**
 * The places of the project that `texts` (by absolute path) would break, in order. `declarations` gives further texts
 * for files that the project turns out to use. What is wrong already does not count, nor what is wrong in the files that
 * are replaced.
 */
export async function brokenPlaces(
  tsconfig: string,
  texts: ReadonlyMap<string, string>,
  declarations: (used: readonly string[]) => Promise<ReadonlyMap<string, string>>,
): Promise<BrokenPlace[]> {
  const project = new Project({ tsConfigFilePath: tsconfig, compilerOptions: { noEmit: true } });
  project.resolveSourceFileDependencies();
  const before = new Set(project.getPreEmitDiagnostics().map(keyOf));
  const used = project
    .getProgram()
    .compilerObject.getSourceFiles()
    .map(({ fileName }) => fileName);
  const replaced = new Map([...(await declarations(used)), ...texts].map(([path, text]) => [realPath(path), text]));
  for (const [path, text] of replaced) project.createSourceFile(path, text, { overwrite: true });
  const places = new Map<string, BrokenPlace>();
  for (const diagnostic of project.getPreEmitDiagnostics()) {
    const file = diagnostic.getSourceFile()?.getFilePath();
    const line = diagnostic.getLineNumber();
    if (file === undefined || line === undefined || replaced.has(file) || before.has(keyOf(diagnostic))) continue;
    const message = textOf(diagnostic.getMessageText());
    const sentence = sentenceIn(message);
    const at = `${file}:${line}`;
    // One refusal has others behind it on its line: what our types say explains them.
    if (sentence !== undefined || !places.has(at))
      places.set(at, { file, line, reason: sentence ?? message.split("\n")[0] ?? message });
  }
  return [...places.values()];
}

/** Not by its words: they hold names of generated types, which change. */
function keyOf(diagnostic: Diagnostic): string {
  const file = diagnostic.getSourceFile()?.getFilePath();
  return JSON.stringify([file, diagnostic.getStart(), diagnostic.getCode()]);
}

function textOf(message: string | DiagnosticMessageChain): string {
  if (typeof message === "string") return message;
  return [message.getMessageText(), ...(message.getNext() ?? []).map(textOf)].join("\n");
}

/** What our types say inside of what the compiler says. */
function sentenceIn(message: string): string | undefined {
  const [, quoted] = /(?:Unsupported|RetiredModel)<("(?:[^"\\]|\\.)*")>/.exec(message) ?? [];
  return quoted === undefined ? undefined : (JSON.parse(quoted) as string);
}

/** As the compiler names files: links followed, also of one that is not there yet. */
function realPath(path: string): string {
  try {
    return realpathSync(path).replaceAll("\\", "/");
  } catch {
    return path.replaceAll("\\", "/");
  }
}

/** Generated code as a declaration file: its values without what they are made of. */
export function declarationOf(text: string): string {
  return text
    .replace(/^export const (\w+): ([^=]+) = .*;$/gm, "export declare const $1: $2;")
    .replace(/^export function (.*) \{\n.*\n\}$/gm, "export declare function $1;");
}
