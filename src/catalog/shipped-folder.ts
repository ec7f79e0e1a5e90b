/** Where this package has its catalog: in its sources, or beside the code of a build. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

// A build has a copy that takes less room.
const built = fileURLToPath(new URL("./catalog", import.meta.url));

/** Its provider files: the models that files of other catalogs may build on. */
export const shippedCatalog = existsSync(built) ? built : fileURLToPath(new URL("../../catalog", import.meta.url));
