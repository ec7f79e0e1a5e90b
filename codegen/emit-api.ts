/** `npm run docs`: the API reference, one page per door from its docstrings, and the report that reviewers of a change read. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ts } from "ts-morph";

const root = fileURLToPath(new URL("../", import.meta.url));

/** One export of a door. */
interface Entry {
  readonly name: string;
  /** Empty when nobody wrote one. */
  readonly doc: string;
  /** The declaration as users see it, with the docstrings of its members. */
  readonly declaration: string;
  /** Where the declaration stands. */
  readonly file: string;
}

interface Door {
  /** What users import. */
  readonly name: string;
  /** The first line of its source: what it is for. */
  readonly job: string;
  readonly entries: readonly Entry[];
}

/** Every door of the package but those of generated providers, which are all alike. */
export function readDoors(): readonly Door[] {
  const sources = doorSources();
  const config = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const program = ts.createProgram(
    sources.map(({ path }) => join(root, path)),
    { ...options, noEmit: false, declaration: true, emitDeclarationOnly: true },
  );
  const declarations = new Map<string, ts.SourceFile>();
  program.emit(undefined, (path, text, _mark, _error, [source] = []) => {
    if (source !== undefined)
      declarations.set(source.fileName, ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  });
  const checker = program.getTypeChecker();
  return sources.map(({ name, path }): Door => {
    const source = program.getSourceFile(join(root, path));
    const module = source && checker.getSymbolAtLocation(source);
    if (source === undefined || module === undefined) throw new Error(`${path} exports nothing`);
    const entries = checker.getExportsOfModule(module).map((symbol): Entry => {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const file = target.declarations?.[0]?.getSourceFile().fileName ?? "";
      const statements = statementsOf(declarations.get(file), target.name);
      const doc = statements.map(docOf).find((text) => text !== "") ?? "";
      const declaration = statements.map((statement) => statement.getText()).join("\n");
      return { name: symbol.name, doc, declaration, file: file.slice(root.length) };
    });
    const job = /^\/\*\* (.*) \*\/$/m.exec(source.text)?.[1] ?? "";
    return { name, job, entries: entries.sort((a, b) => (a.name < b.name ? -1 : 1)) };
  });
}

function doorSources(): readonly { readonly name: string; readonly path: string }[] {
  const doors = readdirSync(join(root, "src")).filter((file) => file.endsWith(".ts"));
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly exports: object };
  const named = doors.filter((file) => Object.hasOwn(manifest.exports, `./${file.slice(0, -".ts".length)}`));
  return [
    { name: "modelwright", path: "src/index.ts" },
    ...named.map((file) => ({ name: `modelwright/${file.slice(0, -".ts".length)}`, path: `src/${file}` })),
    { name: "modelwright/codegen", path: "codegen/index.ts" },
  ];
}

/** The statements that declare a name; a function may have several. */
function statementsOf(source: ts.SourceFile | undefined, name: string): readonly ts.Statement[] {
  return (source?.statements ?? []).filter((statement) => {
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.some((declaration) => declaration.name.getText() === name);
    return "name" in statement && (statement.name as ts.Identifier | undefined)?.getText() === name;
  });
}

function docOf(statement: ts.Statement): string {
  const docs = ts.getJSDocCommentsAndTags(statement).filter(ts.isJSDoc);
  return docs
    .flatMap((doc) => [
      ts.getTextOfJSDocComment(doc.comment) ?? "",
      ...(doc.tags ?? []).map((tag) => `@${tag.tagName.text} ${ts.getTextOfJSDocComment(tag.comment) ?? ""}`),
    ])
    .filter((text) => text !== "")
    .join("\n\n");
}

/** The pages, by their path in `docs/api`. */
export function apiPages(doors: readonly Door[]): ReadonlyMap<string, string> {
  const pages = new Map(doors.map((door) => [pageOf(door), page(door)] as const));
  const rows = doors.map(
    (door) => `| [\`${door.name}\`](${pageOf(door)}) | ${door.entries.length} | ${cell(door.job)} |`,
  );
  const head = ["# API reference", "", note, "", "| door | exports | for |", "| --- | --- | --- |"];
  const providers = [
    "Each provider has a door of its own, `modelwright/<provider>`, with the provider and its `create…` function: see",
    "[providers](../providers.md). Each wire protocol has one, `modelwright/protocols/<protocol>`, for `defineProvider`.",
  ];
  pages.set("README.md", [...head, ...rows, "", ...providers, ""].join("\n"));
  pages.set("report.txt", report(doors));
  return pages;
}

const note = "Generated from docstrings by `npm run docs`: do not edit.";

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function pageOf({ name }: Door): string {
  return `${name === "modelwright" ? "index" : name.slice("modelwright/".length)}.md`;
}

function page({ name, job, entries }: Door): string {
  const parts = entries.flatMap(({ name: entry, doc, declaration }) => {
    const code = declaration.replaceAll(/^export declare |^export /gm, "");
    return [`## ${entry}`, "", ...(doc === "" ? [] : [doc, ""]), "```typescript", code, "```", ""];
  });
  return [`# ${name}`, "", note, "", job, "", ...parts].join("\n");
}

const printer = ts.createPrinter({ removeComments: true, omitTrailingSemicolon: true });

/** One line per export: what a change of the public surface changes. */
function report(doors: readonly Door[]): string {
  const lines = doors.flatMap(({ name, entries }) =>
    entries.map(({ name: entry, declaration }) => {
      const source = ts.createSourceFile("entry.d.ts", declaration, ts.ScriptTarget.Latest);
      const text = printer
        .printFile(source)
        .replaceAll(/\bexport (declare )?/g, "")
        .replaceAll(/\s+/g, " ")
        .trim();
      return `${name} ${entry}: ${text}`;
    }),
  );
  return `${lines.join("\n")}\n`;
}

/** Writes `docs/api`. */
function main(): void {
  const folder = join(root, "docs/api");
  mkdirSync(folder, { recursive: true });
  for (const [path, text] of apiPages(readDoors())) writeFileSync(join(folder, path), text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
