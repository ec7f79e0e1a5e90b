/** Small provider files for the catalog tests. */
import { type ResolvedCatalog, resolveCatalog } from "../../src/catalog/resolve.js";

export type Json = Record<string, unknown>;

/** A connection that is valid on its own. */
export const connection: Json = {
  id: "acme",
  name: "Acme",
  role: "lab",
  protocol: "openai-chat",
  baseURL: "https://api.acme.test/v1",
  auth: [{ type: "bearer", env: ["ACME_API_KEY"] }],
};

/** A provider file with these models and whatever else is given. */
export function providerFile(models: Json, rest: Json = {}): Json {
  return { catalogVersion: 1, provider: connection, models, ...rest };
}

/** Resolves files given as objects or texts, by name. */
export function resolve(files: { readonly [name: string]: unknown }): ResolvedCatalog {
  return resolveCatalog(
    new Map(
      Object.entries(files).map(([name, file]) => [
        name,
        typeof file === "string" ? file : JSON.stringify(file, null, 2),
      ]),
    ),
  );
}

/** The facts of the models of one file, which must have no problems. */
export function resolveModels(models: Json, rest: Json = {}) {
  const { providers, problems } = resolve({ "acme.json": providerFile(models, rest) });
  if (problems.length > 0) throw new Error(problems.map((problem) => problem.message).join("\n"));
  return providers[0]?.models ?? {};
}
