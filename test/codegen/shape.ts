/** The shape of code: its syntax without names, texts and the order of members. Injected code changes it. */
import ts from "typescript";

/** What the parser also notes: errors, and comments that instruct the compiler. */
interface Internals {
  readonly parseDiagnostics: readonly ts.Diagnostic[];
  readonly pragmas: ReadonlyMap<string, unknown>;
}

const options: ts.CreateSourceFileOptions = {
  languageVersion: ts.ScriptTarget.Latest,
  jsDocParsingMode: ts.JSDocParsingMode.ParseAll,
};

/** The shape of a file's syntax tree. Throws when the text has a syntax error. */
export function shapeOf(name: string, text: string): string {
  const source = ts.createSourceFile(name, text, options, true);
  const { parseDiagnostics, pragmas } = source as unknown as Internals;
  const [first] = parseDiagnostics;
  if (first !== undefined) throw new SyntaxError(`${name}: ${ts.flattenDiagnosticMessageText(first.messageText, " ")}`);
  const references = [...source.referencedFiles, ...source.typeReferenceDirectives, ...source.libReferenceDirectives];
  return `${shapeOfNode(source)} ${references.length} ${pragmas.size} ${comments(text)}`;
}

function shapeOfNode(node: ts.Node): string {
  const children: string[] = [];
  ts.forEachChild(node, (child) => {
    children.push(isMemberName(node, child) ? "name" : shapeOfNode(child));
  });
  const inOrder = !(hasMembers(node) || ts.isSourceFile(node));
  const docs = ts.isJSDoc(node) || ts.isJSDocLinkLike(node) ? [] : ts.getJSDocCommentsAndTags(node);
  const notes = docs.filter(ts.isJSDoc).map(shapeOfNode);
  return `${node.kind}${notes.join("")}(${(inOrder ? children : children.sort()).join()})`;
}

/** A key may be bare, quoted, or in brackets where it is `__proto__`. */
function isMemberName(node: ts.Node, child: ts.Node): boolean {
  if (!((ts.isPropertyAssignment(node) || ts.isPropertySignature(node)) && node.name === child)) return false;
  if (!ts.isComputedPropertyName(node.name)) return true;
  return ts.isStringLiteral(node.name.expression) && node.name.expression.text === "__proto__";
}

function hasMembers(node: ts.Node): boolean {
  return ts.isObjectLiteralExpression(node) || ts.isInterfaceDeclaration(node) || ts.isTypeLiteralNode(node);
}

/** How many comments there are. */
function comments(text: string): number {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, false, ts.LanguageVariant.Standard, text);
  let count = 0;
  let inTemplate = false;
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    if (kind === ts.SyntaxKind.SingleLineCommentTrivia || kind === ts.SyntaxKind.MultiLineCommentTrivia) count++;
    if (kind === ts.SyntaxKind.TemplateHead) inTemplate = true;
    // The scanner cannot know by itself that a brace goes on with a template.
    if (kind === ts.SyntaxKind.CloseBraceToken && inTemplate)
      inTemplate = scanner.reScanTemplateToken(false) === ts.SyntaxKind.TemplateMiddle;
  }
  return count;
}
