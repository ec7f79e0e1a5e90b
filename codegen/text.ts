/** The only way catalog text gets into generated code: as an escaped literal, or as a comment that cannot end early. */

/** A double-quoted string literal. Safe in code, types and JSON alike. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, escapeCharacter);
}

// Beyond ASCII everything is escaped: bidi controls, zero-width characters and U+2028 could hide or end code.
function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** A union of string literals; `never` for none. */
export function union(values: readonly string[]): string {
  return values.length === 0 ? "never" : values.map(quote).join(" | ");
}

/** A JSON value as an object literal. `__proto__` stays a plain key. */
export function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "string") return quote(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => `${propertyKey(key)}: ${literal(member)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** A key of an object literal or a type: bare where it is a plain identifier. */
export function propertyKey(key: string): string {
  if (key === "__proto__") return '["__proto__"]';
  return /^[A-Za-z][A-Za-z0-9]*$/.test(key) ? key : quote(key);
}

/** Text for a JSDoc comment: one line, nothing that could end it or be taken for a tag, a link or an instruction. */
export function comment(text: string): string {
  return text
    .replace(/[^\x20-\x7e]+/g, " ")
    .replace(/\*\//g, "* /")
    .replace(/[@{}<>]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** `a, b or c`. */
export function listWords(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
