/** Base URLs: template variables that cannot move the origin, and joining with a path. */
import { ModelwrightError } from "../errors.js";

// Holds no separator of a URL, so a value stays inside the label or segment that the template gives it.
const plainValue = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * Fills the `${name}` places of a base URL and checks it. A value that could change the origin or leave its path
 * segment throws "invalid-configuration"; so does a missing one. A template that begins with a variable takes a whole
 * URL there. Credentials and fragments are refused; errors print names, not values.
 */
export function resolveBaseURL(template: string, value: (name: string) => string | undefined): URL {
  const filled = template.replace(/\$\{([^}]*)\}/g, (_place, name: string, offset: number) => {
    const found = value(name);
    if (found === undefined || found === "") throw invalid(`the base URL needs a value for '${name}'`);
    if (offset === 0) return parseBaseURL(found, `the value of '${name}'`).href.replace(/\/+$/, "");
    if (!plainValue.test(found) || found.includes("..")) throw invalid(`the value of '${name}' cannot stand in a URL`);
    return found;
  });
  return parseBaseURL(filled, "the base URL");
}

/** Parses an absolute http(s) URL without credentials and fragment; `what` names it in errors. */
export function parseBaseURL(text: string, what: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw invalid(`${what} is not an absolute URL`);
  }
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw invalid(`${what} must begin with https:// or http://`);
  if (url.username !== "" || url.password !== "") throw invalid(`${what} must not contain credentials`);
  if (url.hash !== "") throw invalid(`${what} must not contain a fragment`);
  return url;
}

/** `base` with `path` (which begins with `/` and may end in a query) appended to its own path; queries are merged. */
export function joinURL(base: URL, path: string): URL {
  const url = new URL(base);
  const query = path.indexOf("?");
  url.pathname = url.pathname.replace(/\/+$/, "") + (query === -1 ? path : path.slice(0, query));
  if (query !== -1)
    for (const [name, value] of new URLSearchParams(path.slice(query + 1))) url.searchParams.set(name, value);
  return url;
}

function invalid(message: string): ModelwrightError {
  return new ModelwrightError("invalid-configuration", message);
}
