/** The JSON Schema of a provider file, for editors: what `catalog/provider.schema.json` holds. */
import { z } from "zod";
import { providerFileSchema } from "./schema-file.js";

/** The text of the published schema file. */
export function providerJsonSchema(): string {
  const schema = z.toJSONSchema(providerFileSchema, { reused: "ref", io: "input", target: "draft-7" });
  const titled = { title: "A modelwright provider: connection and models", ...schema };
  return `${JSON.stringify(titled, null, 2)}\n`;
}
