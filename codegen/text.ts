/** The only way catalog text gets into generated code: as an escaped literal, or as a comment that cannot end early. */

/** A double-quoted string literal. Safe in code, types and JSON alike, also inside an HTML script element. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]|<(?=[!/])/g, escapeCharacter);
}

// Beyond ASCII everything is escaped: bidi controls, zero-width characters and U+2028 could hide or end code.
// `</script` and `<!--` would end or change the script element that a page inlines a bundle in.
function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** A template literal type for the ids of a pattern: each `*` is any text. */
export function template(pattern: string): string {
  const pieces = pattern.split("*").map((piece) => quote(piece).slice(1, -1).replace(/[`$]/g, escapeCharacter));
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a template literal type
  return `\`${pieces.join("${string}")}\``;
}

/** A union of string literals; `never` for none. */
export function union(values: readonly string[]): string {
  return values.length === 0 ? "never" : values.map(quote).join(" | ");
}

/** A JSON value as a literal. `__proto__` stays a plain key. */
export function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "string") return quote(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return objectLiteral(members.map(([key, member]) => [key, literal(member)]));
}

/** An object literal of keys and the code of their values. */
export function objectLiteral(members: readonly (readonly [key: string, code: string])[]): string {
  if (members.length === 0) return "{}";
  return `{ ${members.map(([key, code]) => `${propertyKey(key)}: ${code}`).join(", ")} }`;
}

/** A key of an object literal or a type: bare where it is a plain identifier. */
export function propertyKey(key: string): string {
  if (key === "__proto__") return '["__proto__"]';
  return /^[A-Za-z][A-Za-z0-9]*$/.test(key) ? key : quote(key);
}

/**
 * Catalog text in a JSDoc comment: one line of code font. Nothing in it can end the comment or the code font, or begin a
 * tag or a link, which compilers see even in code font.
 */
export function commentCode(text: string): string {
  const line = text.replace(/[^\x20-\x7e]+/g, " ").replace(/`/g, "'");
  return `\`${line.replace(/\*(?=\/)|<(?=[!/])|(?<![A-Za-z0-9])@/g, "$& ")}\``;
}

/** `a, b or c`. */
export function listWords(words: readonly string[], conjunction = "or"): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${conjunction} ${words.at(-1)}`;
}

/** Order of ids and keys: the same on every machine, whatever its language. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
