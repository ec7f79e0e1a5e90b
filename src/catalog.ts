/** The public door `modelwright/catalog`: the published catalog as data, with a version of its own. Needs Node. */
import { type CatalogEdition, editionOf, readProviderFileOf } from "./catalog/edition.js";
import type { ProviderFile } from "./catalog/schema-file.js";
import { shippedCatalog } from "./catalog/shipped-folder.js";

export type { CatalogEdition } from "./catalog/edition.js";
export type { ModelEntry, ModelPatch, ProviderFile, ProviderSection } from "./catalog/schema-file.js";

/** The edition that this package carries. `modelwright/catalog/version.json` is the same without Node. */
export function catalogEdition(): CatalogEdition {
  return editionOf(shippedCatalog);
}

/**
 * The file of one provider, as `modelwright/catalog/<id>.json`: what people wrote. The same facts with all that they
 * inherit are `facts` of the provider, such as `openai.facts` of `modelwright/openai`. Throws "unknown-provider".
 */
export function readProviderFile(id: string): ProviderFile {
  return readProviderFileOf(shippedCatalog, id);
}
