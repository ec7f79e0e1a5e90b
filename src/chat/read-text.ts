/** Reads what models write into plain text: JSON with words around it, lines of JSON, code blocks, Markdown sections. */
import { TransportError } from "../errors.js";

/** A fenced block. */
export interface CodeBlock {
  /** The first word behind the fence, such as `ts`. */
  readonly language: string | undefined;
  readonly code: string;
  /** False when the text ends within the block. */
  readonly closed: boolean;
}

/** A heading and what stands below it, up to the next one. */
export interface Section {
  /** 1 to 6; 0 for what stands before the first heading. */
  readonly level: number;
  readonly title: string;
  readonly text: string;
}

const fence = /^ {0,3}(`{3,}|~{3,})/;
const heading = /^ {0,3}(#{1,6})(?=\s|$)/;

/** The fenced code blocks of a Markdown text, in order. */
export function codeBlocks(text: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { readonly mark: string; readonly language: string; readonly lines: string[] } | undefined;
  const end = (closed: boolean): void => {
    if (open === undefined) return;
    blocks.push({ language: open.language || undefined, code: open.lines.join("\n"), closed });
    open = undefined;
  };
  for (const line of linesOf(text)) {
    if (open === undefined) {
      const opening = opens(line);
      if (opening !== undefined) open = { ...opening, lines: [] };
    } else if (closes(line, open.mark)) end(true);
    else open.lines.push(line);
  }
  end(false);
  return blocks;
}

/** The sections of a Markdown text, in order; text without headings is one of level 0. Headings in code are code. */
export function markdownSections(text: string): readonly Section[] {
  const found: { level: number; title: string; lines: string[] }[] = [{ level: 0, title: "", lines: [] }];
  let mark: string | undefined;
  for (const line of linesOf(text)) {
    const [all = "", hashes] = mark === undefined ? (heading.exec(line) ?? []) : [];
    if (hashes !== undefined) found.push({ level: hashes.length, title: titleOf(line.slice(all.length)), lines: [] });
    else found.at(-1)?.lines.push(line);
    if (mark === undefined) mark = opens(line)?.mark;
    else if (closes(line, mark)) mark = undefined;
  }
  const sections = found.map(({ level, title, lines }) => ({ level, title, text: lines.join("\n").trim() }));
  return sections.filter(({ level, text }) => level > 0 || text !== "");
}

/**
 * The JSON in a text: all of it, or its first code block that is JSON, or what stands between the first opening and the
 * last closing bracket. For answers of models that were only asked for JSON; where a model has structured output, ask
 * for `output`. Throws "invalid-output" with the `text`.
 */
export function jsonIn(text: string): unknown {
  const first = text.search(/[[{]/);
  const last = Math.max(text.lastIndexOf("}"), text.lastIndexOf("]"));
  const candidates = [text, ...codeBlocks(text).map(({ code }) => code)];
  if (first !== -1 && last > first) candidates.push(text.slice(first, last + 1));
  for (const candidate of candidates) {
    const read = parsed(candidate);
    if (read !== undefined) return read.value;
  }
  throw new TransportError("invalid-output", "the text holds no JSON", { text });
}

/** One value per line that is not blank. Throws "invalid-output" with the number of the first line that is no JSON. */
export function jsonLines(text: string): readonly unknown[] {
  return linesOf(text).flatMap((line, i) => {
    if (line.trim() === "") return [];
    const read = parsed(line);
    if (read === undefined) throw new TransportError("invalid-output", `line ${i + 1} is no JSON`, { text });
    return [read.value];
  });
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/);
}

/** Without the number signs that may close a heading. */
function titleOf(text: string): string {
  return text
    .trim()
    .replace(/(^|\s)#+$/, "")
    .trim();
}

function opens(line: string): { readonly mark: string; readonly language: string } | undefined {
  const [all = "", mark] = fence.exec(line) ?? [];
  const info = line.slice(all.length).trim();
  if (mark === undefined || (mark.startsWith("`") && info.includes("`"))) return undefined;
  return { mark, language: info.split(/\s/, 1)[0] ?? "" };
}

/** A fence of the same kind, at least as long, and nothing else. */
function closes(line: string, mark: string): boolean {
  const rest = line.trim();
  return rest.startsWith(mark) && rest.replaceAll(mark[0] as string, "") === "";
}

function parsed(text: string): { readonly value: unknown } | undefined {
  // An exception costs far more than a look.
  if (!/^\s*["[{\d\-tfn]/.test(text)) return undefined;
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
