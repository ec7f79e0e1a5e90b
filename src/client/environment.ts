/** The environment: the only place that reads it. */

export type Environment = { readonly [name: string]: string | undefined };

/**
 * The process environment, or nothing where there is no process.
 * @internal
 */
export function processEnvironment(): Environment {
  return (globalThis as { readonly process?: { readonly env?: Environment } }).process?.env ?? {};
}

/**
 * The first of `names` that is set and not blank. Surrounding white space, as in CRLF `.env` files, is cut off.
 * @internal
 */
export function firstSet(environment: Environment, names: readonly string[] = []): string | undefined {
  for (const name of names) {
    const value = environment[name]?.trim();
    if (value !== undefined && value !== "") return value;
  }
  return undefined;
}
