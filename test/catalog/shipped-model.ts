/** A model of the shipped catalog by `provider/model`. */
import { fileURLToPath } from "node:url";
import { assumeOf } from "../../src/catalog/capabilities.js";
import { findModel } from "../../src/catalog/find-model.js";
import { loadCatalog } from "../../src/catalog/load.js";

/** The shipped catalog. */
export const { providers } = await loadCatalog(fileURLToPath(new URL("../../catalog", import.meta.url)));

/** The model and what its provider assumes of the unknown; throws when it is not shipped. */
export function modelOf(name: string) {
  const [providerId = "", ...rest] = name.split("/");
  const provider = providers.find(({ id }) => id === providerId);
  const found = provider && findModel(provider, rest.join("/"));
  if (provider === undefined || found === undefined) throw new Error(`${name} is not in the catalog`);
  return { model: found.model, assume: assumeOf(provider, found.model) };
}
