/** A program as an editor holds it: completions, hovers and suggestions at a mark in the text. */
import { join } from "node:path";
import ts from "typescript";
import type { Project } from "./project.js";

/** Where `text` has `|`; the mark itself is taken out. */
export interface Editor {
  /** Names offered at the mark, in the order of the list; struck out ones end in `~`. */
  completions(text: string): readonly string[];
  /** What is shown for the name that ends at the mark. */
  hover(text: string): string;
  /** Texts that an editor strikes out. */
  struckOut(text: string): readonly string[];
}

export function openEditor(project: Project): Editor {
  const file = join(project.folder, "edited.ts");
  let version = 0;
  let source = "";
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    skipLibCheck: true,
    types: [],
  };
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: (name) => (name === file ? String(version) : "0"),
    getScriptSnapshot(name) {
      const text = name === file ? source : ts.sys.readFile(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => project.folder,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => name === file || ts.sys.fileExists(name),
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    realpath: (path) => ts.sys.realpath?.(path) ?? path,
  });
  const open = (text: string): number => {
    const at = text.indexOf("|");
    source = at < 0 ? text : text.slice(0, at) + text.slice(at + 1);
    version += 1;
    return at;
  };
  return {
    completions(text) {
      const found = service.getCompletionsAtPosition(file, open(text), {});
      const entries = [...(found?.entries ?? [])].sort((a, b) => (a.sortText < b.sortText ? -1 : 1));
      return entries.map(({ name, kindModifiers = "" }) => (kindModifiers.includes("deprecated") ? `${name}~` : name));
    },
    hover(text) {
      const found = service.getQuickInfoAtPosition(file, open(text) - 1);
      return ts.displayPartsToString(found?.displayParts) + ts.displayPartsToString(found?.documentation);
    },
    struckOut(text) {
      open(text);
      const suggestions = service.getSuggestionDiagnostics(file).filter(({ reportsDeprecated }) => reportsDeprecated);
      return suggestions.map(({ start = 0, length = 0 }) => source.slice(start, start + length));
    },
  };
}
