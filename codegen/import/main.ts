/** Imports model facts into catalog files: `main.ts --models <jsonl> --providers <json> --only a,b --out catalog --today <day>`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { resolveCatalog } from "../../src/catalog/resolve.js";
import { buildFile } from "./build-file.js";
import type { ProviderRow } from "./convert-provider.js";
import { formatFile } from "./format.js";
import { readRows } from "./row.js";
import { parseSettings } from "./settings.js";

const { values } = parseArgs({
  options: {
    models: { type: "string" },
    providers: { type: "string" },
    only: { type: "string" },
    out: { type: "string" },
    today: { type: "string" },
  },
});
const { models, providers, only, out, today } = values;
if (!models || !providers || !only || !out || !today) {
  throw new Error(
    "usage: main.ts --models <jsonl> --providers <json> --only <ids> --out <folder> --today <YYYY-MM-DD>",
  );
}

const rows = readFileSync(models, "utf8");
const connections = (JSON.parse(readFileSync(providers, "utf8")) as { providers: readonly ProviderRow[] }).providers;
const overrides = fileURLToPath(new URL("overrides", import.meta.url));

for (const id of only.split(",")) {
  const provider = connections.find((row) => row.id === id);
  if (provider === undefined) throw new Error(`no provider ${id} in ${providers}`);
  const settingsFile = join(overrides, `${id}.json`);
  const settings = parseSettings(settingsFile, readFileSync(settingsFile, "utf8"));
  const text = formatFile(buildFile({ provider, rows: readRows(rows, id), settings, today }));
  const { problems, providers: resolved } = resolveCatalog(new Map([[`${id}.json`, text]]));
  for (const problem of problems) console.error(problem.message);
  writeFileSync(join(out, `${id}.json`), text);
  console.log(`${id}: ${Object.keys(resolved[0]?.models ?? {}).length} models, ${problems.length} problems`);
}
