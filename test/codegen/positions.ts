/** Every place of a JSON value where a text stands, as key or as value, and the value with another text there. */

export interface Position {
  readonly path: readonly (string | number)[];
  /** The key at the end of the path is replaced, or the text below it. */
  readonly what: "key" | "value";
}

export function positions(value: unknown, path: Position["path"] = []): Position[] {
  if (typeof value === "string") return [{ path, what: "value" }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]): Position[] => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    return [...(Array.isArray(value) ? [] : [{ path: at, what: "key" } as const]), ...positions(member, at)];
  });
}

export function replaced(value: unknown, { path, what }: Position, text: string): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return text;
  const inner: Position = { path: rest, what };
  if (Array.isArray(value)) return value.map((item, i) => (i === key ? replaced(item, inner, text) : item));
  return Object.fromEntries(
    Object.entries(value as object).map(([name, member]) => {
      if (name !== key) return [name, member];
      return what === "key" && rest.length === 0 ? [text, member] : [name, replaced(member, inner, text)];
    }),
  );
}
