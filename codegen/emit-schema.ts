/** Writes `catalog/provider.schema.json`, the JSON Schema that editors check provider files with. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { providerJsonSchema } from "../src/catalog/json-schema.js";

writeFileSync(fileURLToPath(new URL("../catalog/provider.schema.json", import.meta.url)), providerJsonSchema());
