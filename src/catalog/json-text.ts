/** Reads JSON text strictly: knows where every member stands, refuses repeated and `__proto__` keys, bounded in depth. */

export type JsonPath = readonly (string | number)[];

export interface JsonProblem {
  readonly path: JsonPath;
  readonly message: string;
  /** Offset in the text, when known. */
  readonly offset?: number;
}

export interface JsonText {
  /** `undefined` when the text is no JSON. */
  readonly value: unknown;
  readonly problems: readonly JsonProblem[];
  /** Offset of the value at a path, or of its nearest existing parent. */
  readonly offsetOf: (path: JsonPath) => number;
}

/** Parses `text`. Never throws: a syntax error is the last problem, and `value` is then undefined. */
export function readJson(text: string, maxDepth: number): JsonText {
  const reader = new JsonReader(text, maxDepth);
  const value = reader.read();
  return { value, problems: reader.problems, offsetOf: (path) => reader.offsetOf(value, path) };
}

class SyntaxProblem extends Error {}

/** Recursive descent; the depth bound keeps hostile nesting off the stack. */
class JsonReader {
  readonly problems: JsonProblem[] = [];
  private readonly text: string;
  private readonly maxDepth: number;
  private at = 0;
  private readonly path: (string | number)[] = [];
  private readonly offsets = new WeakMap<object, Map<string | number, number>>();

  constructor(text: string, maxDepth: number) {
    this.text = text;
    this.maxDepth = maxDepth;
  }

  read(): unknown {
    try {
      const value = this.value();
      this.space();
      if (this.at < this.text.length) this.fail("expected the end of the file");
      return value;
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) throw error;
      this.problems.push({ path: [...this.path], message: error.message, offset: this.at });
      return undefined;
    }
  }

  offsetOf(root: unknown, path: JsonPath): number {
    let offset = 0;
    let value = root;
    for (const key of path) {
      if (typeof value !== "object" || value === null) break;
      const found = this.offsets.get(value)?.get(key);
      if (found === undefined) break;
      offset = found;
      value = (value as Record<string | number, unknown>)[key];
    }
    return offset;
  }

  private fail(expected: string): never {
    const found = this.at < this.text.length ? JSON.stringify(this.text[this.at]) : "the end of the file";
    throw new SyntaxProblem(`not valid JSON: ${expected}, found ${found}`);
  }

  private space(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at++;
    }
  }

  private value(): unknown {
    this.space();
    switch (this.text[this.at]) {
      case "{":
        return this.object();
      case "[":
        return this.array();
      case '"':
        return this.string();
      default:
        return this.scalar();
    }
  }

  private open(): void {
    if (this.path.length >= this.maxDepth) throw new SyntaxProblem(`nested deeper than ${this.maxDepth} levels`);
    this.at++;
    this.space();
  }

  private object(): unknown {
    const object: Record<string, unknown> = {};
    const offsets = new Map<string, number>();
    this.offsets.set(object, offsets);
    this.open();
    if (this.closes("}")) return object;
    do {
      this.space();
      const offset = this.at;
      if (this.text[this.at] !== '"') this.fail("expected a key in double quotes");
      const key = this.string();
      this.space();
      if (this.text[this.at] !== ":") this.fail('expected ":"');
      this.at++;
      this.path.push(key);
      const value = this.value();
      if (key === "__proto__") {
        this.problems.push({ path: [...this.path], message: 'the key "__proto__" is refused', offset });
      } else {
        if (offsets.has(key)) {
          this.problems.push({ path: [...this.path], message: "the key is given twice in one object", offset });
        }
        object[key] = value;
        offsets.set(key, offset);
      }
      this.path.pop();
    } while (this.more("}"));
    return object;
  }

  private array(): unknown {
    const array: unknown[] = [];
    const offsets = new Map<number, number>();
    this.offsets.set(array, offsets);
    this.open();
    if (this.closes("]")) return array;
    do {
      this.space();
      offsets.set(array.length, this.at);
      this.path.push(array.length);
      array.push(this.value());
      this.path.pop();
    } while (this.more("]"));
    return array;
  }

  private closes(end: string): boolean {
    if (this.text[this.at] !== end) return false;
    this.at++;
    return true;
  }

  /** After a member: true when a comma follows, false at the end. */
  private more(end: string): boolean {
    this.space();
    if (this.text[this.at] === ",") {
      this.at++;
      return true;
    }
    if (!this.closes(end)) this.fail(`expected "," or "${end}"`);
    return false;
  }

  private string(): string {
    const start = this.at;
    for (this.at++; this.at < this.text.length; this.at++) {
      const char = this.text[this.at];
      if (char === "\\") this.at++;
      else if (char === '"') break;
    }
    return this.token(start, ++this.at, "a string") as string;
  }

  private scalar(): unknown {
    const start = this.at;
    scalarPattern.lastIndex = start;
    const found = scalarPattern.exec(this.text)?.[0];
    if (found === undefined) this.fail("expected a value");
    this.at = start + found.length;
    return this.token(start, this.at, "a value");
  }

  /** Escapes and number syntax are the platform's business. */
  private token(start: number, end: number, what: string): unknown {
    try {
      return JSON.parse(this.text.slice(start, end));
    } catch {
      this.at = start;
      this.fail(`expected ${what}`);
    }
  }
}

const scalarPattern = /[-+.\w]+/y;

/** Line and column of an offset, both from 1. */
export function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return { line, column: offset - before.lastIndexOf("\n") };
}
