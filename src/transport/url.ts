/** Base URLs: template variables that cannot move the origin, and joining with a path. */
import { ModelwrightError, TransportError } from "../errors.js";

// Holds no separator of a URL, so a value stays inside the label or segment that the template gives it.
const plainValue = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * Fills the `${name}` places of a base URL and checks it. A value that could change the origin or leave its path
 * segment throws "invalid-configuration"; so does a missing one. A template that begins with a variable takes a whole
 * URL there, and that URL may be a template of the catalog again: `usual` gives what stands for a name without a value.
 * Credentials and fragments are refused; errors print names, not values.
 */
export function resolveBaseURL(
  template: string,
  value: (name: string) => string | undefined,
  usual: (name: string) => string | undefined = () => undefined,
): URL {
  const filled = template.replace(/\$\{([^}]*)\}/g, (_place, name: string, offset: number) => {
    const given = value(name);
    const inner = given === undefined && offset === 0 ? usual(name) : undefined;
    if (inner !== undefined)
      return withoutSlash(resolveBaseURL(inner, (variable) => value(variable) ?? usual(variable)));
    const found = given ?? usual(name);
    if (found === undefined || found === "") throw invalid(`the base URL needs a value for '${name}'`);
    if (offset === 0) return withoutSlash(parseBaseURL(found, `the value of '${name}'`));
    if (!plainValue.test(found) || found.includes("..")) throw invalid(`the value of '${name}' cannot stand in a URL`);
    return found;
  });
  return parseBaseURL(filled, "the base URL");
}

const withoutSlash = (url: URL) => url.href.replace(/\/+$/, "");

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

/** `base` with `path` (which begins with `/` and may end in a query) appended to its own path; names in its query replace those of the base. */
export function joinURL(base: URL, path: string): URL {
  // Parsed once: most bases end without a slash, and neither they nor most paths have a query.
  if (base.search === "" && !base.pathname.endsWith("/") && !/[?#]/.test(path)) return new URL(base.href + path);
  const url = new URL(base);
  const query = path.indexOf("?");
  url.pathname = url.pathname.replace(/\/+$/, "") + (query === -1 ? path : path.slice(0, query));
  const added = new URLSearchParams(query === -1 ? "" : path.slice(query + 1));
  for (const name of new Set(added.keys())) url.searchParams.delete(name);
  for (const [name, value] of added) url.searchParams.append(name, value);
  return url;
}

/**
 * An address that a provider's answer names. The key goes with the request, so it must be of the base URL's origin, or,
 * like the base URL itself, an https host of `domain`. Throws "invalid-response" for any other.
 */
export function givenURL(text: string, base: URL, domain: string | undefined): URL {
  const below = `${base.origin}${base.pathname.replace(/\/*$/, "/")}`;
  const url = URL.canParse(text, below) ? new URL(text, below) : undefined;
  const within = ({ protocol, hostname }: URL) =>
    protocol === "https:" && domain !== undefined && (hostname === domain || hostname.endsWith(`.${domain}`));
  const plain = url?.username === "" && url.password === "";
  if (url !== undefined && plain && (url.origin === base.origin || (within(url) && within(base)))) return url;
  throw new TransportError("invalid-response", "the answer names an address outside the provider's own");
}

function invalid(message: string): ModelwrightError {
  return new ModelwrightError("invalid-configuration", message);
}
