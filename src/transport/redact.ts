/** Removes secrets from text that others wrote: providers echo keys in their error messages. */

const mask = "[redacted]";
// Shorter ones are placeholders of local servers; masking them would eat words.
const shortestSecret = 6;
// What a provider shows of a key it refuses; long enough not to be a common word.
const shownLength = 8;

/** Replaces each secret in its raw, percent, base64, hex, JSON and HTML forms, and its first eight characters. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < shortestSecret) continue;
    for (const form of formsOf(secret)) clean = clean.replaceAll(form, mask);
  }
  return clean;
}

/** The same for every text within a JSON value. */
export function redactWithin(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === "string") return redact(value, secrets);
  if (Array.isArray(value)) return value.map((item) => redactWithin(item, secrets));
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [redact(name, secrets), redactWithin(item, secrets)]),
  );
}

/** Longest first, so that no form is cut by a shorter one. */
function formsOf(secret: string): readonly string[] {
  const bytes = new TextEncoder().encode(secret);
  const base64 = btoa(String.fromCharCode(...bytes)).replace(/=+$/, "");
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const html = secret.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  const forms = [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams([["", secret]]).toString().slice(1),
    base64,
    base64.replaceAll("+", "-").replaceAll("/", "_"),
    hex,
    hex.toUpperCase(),
    JSON.stringify(secret).slice(1, -1),
    html,
    Array.from(secret).reverse().join(""),
    ...(secret.length > shownLength ? [secret.slice(0, shownLength)] : []),
  ];
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
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
