/** Searches everything that can be seen of a value for a secret, in every form in which it could be written. */
import { inspect } from "node:util";

/** What a secret may look like after others have written it down, by the name of the form. */
export function formsOf(secret: string): ReadonlyMap<string, string> {
  const bytes = Buffer.from(secret);
  const each = (write: (character: string) => string) => Array.from(secret, write).join("");
  const code = (character: string) => character.charCodeAt(0).toString(16);
  const forms = new Map([
    ["raw", secret],
    ["percent-encoded", encodeURIComponent(secret)],
    ["percent-encoded in small letters", encodeURIComponent(secret).replace(/%../g, (hex) => hex.toLowerCase())],
    ["percent-encoded twice", encodeURIComponent(encodeURIComponent(secret))],
    ["form-encoded", new URLSearchParams({ k: secret }).toString().slice(2)],
    ["hex", bytes.toString("hex")],
    ["HEX", bytes.toString("hex").toUpperCase()],
    ["JSON", JSON.stringify(secret).slice(1, -1)],
    ["JSON in JSON", JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
    ["\\u escapes", each((c) => (/\w/.test(c) ? c : `\\u${code(c).padStart(4, "0")}`))],
    ["HTML numbers", each((c) => (/[&<>"']/.test(c) ? `&#${c.charCodeAt(0)};` : c))],
    ["HTML hex numbers", each((c) => (/[&<>"']/.test(c) ? `&#x${code(c)};` : c))],
    ["HTML names", each((c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? c)],
    ["reversed", Array.from(secret).reverse().join("")],
    ["first eight", secret.slice(0, 8)],
    ["folded", `${secret.slice(0, 12)}\r\n ${secret.slice(12)}`],
  ]);
  // Within other text its base64 begins at one of three places.
  for (const [name, before] of [
    ["base64", ""],
    ["base64 after one byte", ":"],
    ["base64 of Basic", "ab"],
  ] as const) {
    const encoded = Buffer.from(before + secret)
      .toString("base64")
      .replace(/=+$/, "");
    forms.set(name, encoded);
    forms.set(`${name}url`, encoded.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return forms;
}

/** Texts that stand for the secret wherever they are seen: the certain middle of each form. */
function needlesOf(secret: string): ReadonlyMap<string, string> {
  const needles = new Map<string, string>();
  for (const [name, form] of formsOf(secret)) {
    // The edges of base64 depend on what stands beside it.
    if (name.startsWith("base64")) needles.set(name, form.slice(4, -2));
    else needles.set(name, form);
  }
  needles.delete("folded");
  return needles;
}

/** Everything a program can print of a value, by how. */
function viewsOf(value: unknown): ReadonlyMap<string, string> {
  const views = new Map<string, string>();
  const options = { depth: 30, showHidden: true, getters: true, maxStringLength: null, maxArrayLength: null } as const;
  views.set("inspect", inspect(value, options));
  views.set("inspect, custom off", inspect(value, { ...options, customInspect: false }));
  views.set("String", String(value));
  views.set("JSON", JSON.stringify(value) ?? "");
  if (typeof value === "object" && value !== null) views.set("spread", JSON.stringify({ ...value }));
  const errors = new Set<unknown>();
  const walk = (item: unknown): void => {
    if (typeof item !== "object" || item === null || errors.has(item)) return;
    errors.add(item);
    for (const key of Reflect.ownKeys(item)) {
      const member: unknown = Reflect.get(item, key);
      const isLeaf = typeof member !== "object" || member === null;
      views.set(`member ${String(key)} of ${errors.size}`, `${String(key)}: ${isLeaf ? String(member) : ""}`);
      walk(member);
    }
    if (item instanceof Error) views.set(`stack ${errors.size}`, `${item.stack ?? ""}${item.message}`);
  };
  walk(value);
  return views;
}

/** Where a secret can be read off: empty when nowhere. */
export function findings(value: unknown, secrets: readonly string[]): readonly string[] {
  const found: string[] = [];
  // A reader undoes what printing did: folded lines, doubled backslashes.
  const views = [...viewsOf(value)].map(([view, text]) => {
    const undone = text.replaceAll("\\\\", "\\").replace(/(\\r)?(\\n|\r?\n)[ \t]+/g, "");
    return [view, undone === text ? text : `${text}\n${undone}`] as const;
  });
  for (const secret of secrets)
    for (const [form, needle] of needlesOf(secret))
      for (const [view, text] of views) if (text.includes(needle)) found.push(`${form} in ${view}`);
  return found;
}
