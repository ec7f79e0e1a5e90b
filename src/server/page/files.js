/** Files that people chose: their bytes stay in the page until a request is sent; everything else knows a token. */

/** More than providers take in one request. */
const most = 20 * 1024 * 1024;

/** By the token that stands for the bytes. */
const kept = new Map();

/** The value that stands for the file. Rejects for one that is too large. */
export async function keepFile(file) {
  if (file.size > most) throw new Error("The file is larger than 20 MB.");
  const url = await dataUrl(file);
  const token = `@${[...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  const type = (file.type || "application/octet-stream").split(";")[0].toLowerCase();
  const base64 = url.slice(url.indexOf(",") + 1);
  const preview = type.startsWith("image/") ? url : undefined;
  kept.set(token, { name: file.name, size: file.size, base64, preview });
  return `data:${type};base64,${token}`;
}

/** Undefined for a value that stands for no file. */
export function keptFile(value) {
  return typeof value === "string" ? kept.get(value.slice(value.lastIndexOf(",") + 1)) : undefined;
}

/** The request with the bytes in it. */
export function withFiles(value) {
  if (typeof value === "string") {
    const at = value.lastIndexOf("@");
    const file = at < 0 ? undefined : kept.get(value.slice(at));
    return file === undefined ? value : value.slice(0, at) + file.base64;
  }
  if (Array.isArray(value)) return value.map(withFiles);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withFiles(member)]));
}

function dataUrl(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.addEventListener("error", () => reject(new Error("The file cannot be read.")));
    reader.readAsDataURL(file);
  });
}
