/** Removes secrets from text that others wrote: providers echo keys in their error messages. */

const masked = "[redacted]";
// Shorter ones are placeholders of local servers; masking them would eat words.
const shortestSecret = 6;
// What a provider shows of a key it refuses; long enough not to be a common word.
const shownLength = 8;

/** A line break within a header or a wrapped text, also as JSON and printers write it. */
const fold = /(?:(?:\\r)?\\n|\r?\n)[ \t]+/g;

/**
 * Replaces each secret in the forms in which others write it down: raw, percent, form, base64 (also within other text),
 * hex, JSON, `\u`, HTML, reversed, folded over lines, and its first eight characters.
 */
export function redact(text: string, secrets: readonly string[]): string {
  return mask(text, formsOfAll(secrets));
}

/** The same for every text within a JSON value. */
export function redactWithin(value: unknown, secrets: readonly string[]): unknown {
  return maskWithin(value, formsOfAll(secrets));
}

function mask(text: string, forms: readonly string[]): string {
  const clean = replaced(text, forms);
  const unfolded = clean.replace(fold, "");
  if (unfolded === clean) return clean;
  const cleaner = replaced(unfolded, forms);
  return cleaner === unfolded ? clean : cleaner;
}

function replaced(text: string, forms: readonly string[]): string {
  let clean = text;
  for (const form of forms) clean = clean.replaceAll(form, masked);
  return clean;
}

function maskWithin(value: unknown, forms: readonly string[]): unknown {
  if (typeof value === "string") return mask(value, forms);
  if (Array.isArray(value)) return value.map((item) => maskWithin(item, forms));
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [mask(name, forms), maskWithin(item, forms)]));
}

/** Longest first, so that no form is cut by a shorter one. */
function formsOfAll(secrets: readonly string[]): readonly string[] {
  const forms = new Set(secrets.filter(({ length }) => length >= shortestSecret).flatMap(formsOf));
  return [...forms].sort((a, b) => b.length - a.length);
}

function formsOf(secret: string): readonly string[] {
  const bytes = new TextEncoder().encode(secret);
  const hex = Array.from(bytes, hexByte).join("");
  const percent = encodeURIComponent(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    percent,
    percent.replace(/%../g, (code) => code.toLowerCase()),
    encodeURIComponent(percent),
    new URLSearchParams([["", secret]]).toString().slice(1),
    ...[0, 1, 2].flatMap((before) => base64Forms(bytes, before)),
    hex,
    hex.toUpperCase(),
    json,
    JSON.stringify(json).slice(1, -1),
    ...["\\u", "\\\\u"].map((mark) => escaped(secret, /\W/g, (code) => mark + code.toString(16).padStart(4, "0"))),
    escaped(secret, markup, (code) => `&#${code};`),
    escaped(secret, markup, (code) => `&#x${code.toString(16)};`),
    secret.replace(/[&<>"]/g, (character) => entities[character] as string),
    Array.from(secret).reverse().join(""),
    ...(secret.length > shownLength ? [secret.slice(0, shownLength)] : []),
  ];
}

const markup = /[&<>"']/g;
const entities: { readonly [character: string]: string } = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(text: string, pattern: RegExp, write: (code: number) => string): string {
  return text.replace(pattern, (character) => write(character.charCodeAt(0)));
}

const hexByte = (byte: number): string => byte.toString(16).padStart(2, "0");

/** What is certain of the base64 of a text that holds the secret behind 3n + `before` other bytes; the edges depend on them. */
function base64Forms(bytes: Uint8Array, before: number): readonly string[] {
  const encoded = btoa(`${"\0".repeat(before)}${String.fromCharCode(...bytes)}`).replace(/=+$/, "");
  const first = Math.ceil((before * 8) / 6);
  const last = Math.floor(((before + bytes.length) * 8) / 6);
  const certain = encoded.slice(first, last);
  return [certain, certain.replaceAll("+", "-").replaceAll("/", "_")];
}

const secretName = /auth|key|token|secret|cookie|password|credential/;

/** The values of headers that carry secrets by their name, without a scheme word before them. */
export function secretsIn(headers: { readonly [name: string]: string }): string[] {
  const secrets: string[] = [];
  for (const name in headers) {
    if (!secretName.test(name.toLowerCase())) continue;
    const value = headers[name] ?? "";
    secrets.push(value.slice(value.lastIndexOf(" ") + 1));
  }
  return secrets;
}
