/** Type-checks files with the compiler of this repository, as strictly as users may. */
import ts from "typescript";
import { root } from "../source-tree.js";

/** What the compiler finds wrong, as `file:line message`. `texts` stand in for files on disk. */
export function compile(rootNames: readonly string[], texts: ReadonlyMap<string, string> = new Map()): string[] {
  const config = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile).config as { compilerOptions: object };
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...config.compilerOptions, declaration: true, noUnusedLocals: true, skipLibCheck: true },
    root,
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  const program = ts.createProgram({ rootNames, options, host });
  const own = new Set(rootNames);
  const sources = program.getSourceFiles().filter(({ fileName }) => own.has(fileName));
  return sources.flatMap((source) =>
    [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
      ...program.getDeclarationDiagnostics(source),
    ].map(({ messageText, start = 0 }) => {
      const { line } = source.getLineAndCharacterOfPosition(start);
      return `${source.fileName}:${line + 1} ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    }),
  );
}
