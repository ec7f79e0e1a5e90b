/** Imports model facts into catalog files: `main.ts --models <jsonl> --providers <json> --only a,b --out catalog --today <day>`. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isObject, mergePatch } from "../../src/catalog/merge.js";
import { resolveCatalog } from "../../src/catalog/resolve.js";
import { buildFile } from "./build-file.js";
import type { ProviderRow } from "./convert-provider.js";
import { formatFile } from "./format.js";
import { genericSettings, protocolOf, sampleRows } from "./generic-settings.js";
import { leftOut } from "./left-out.js";
import type { Json } from "./object.js";
import { type Row, readRows } from "./row.js";
import { checkSettings, type Settings } from "./settings.js";

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
if (!models || !providers || !out || !today) {
  throw new Error(
    "usage: main.ts --models <jsonl> --providers <json> [--only <ids>] --out <folder> --today <YYYY-MM-DD>",
  );
}

const rows = readRows(readFileSync(models, "utf8"));
const connections = (JSON.parse(readFileSync(providers, "utf8")) as { providers: readonly ProviderRow[] }).providers;
const overrides = fileURLToPath(new URL("overrides", import.meta.url));

/** What an overrides file says; nothing for providers without one. */
function overridesOf(id: string): Json | undefined {
  const file = join(overrides, `${id}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Json) : undefined;
}

/** The entry of a provider in the facts: its own, or the one that its overrides name. */
function connectionOf(id: string): ProviderRow {
  const row = overridesOf(id)?.row ?? id;
  const found = connections.find((connection) => connection.id === row);
  if (found === undefined) throw new Error(`no provider ${row} in ${providers}`);
  return found;
}

/** The rows of these providers of the facts; of rows with one id the first holds. */
function rowsOf(facts: readonly string[], provider: ProviderRow): Row[] {
  const found = [...facts.flatMap((id) => rows.get(id) ?? []), ...sampleRows(provider)];
  const byId = new Map([...found].reverse().map((row) => [row.id, row]));
  return found.filter((row) => byId.get(row.id) === row);
}

/** Settings of a name, for the provider that `connection` describes. */
function settingsOf(id: string, connection: ProviderRow, day: string): Settings {
  const own: Json = overridesOf(id) ?? { extends: "generic" };
  const base = own.extends as string | undefined;
  if (base === undefined) return checkSettings(id, own);
  const found = rowsOf((own.facts as string[] | undefined) ?? connection.modelFactIds ?? [], connection);
  const common = base === "generic" ? genericSettings(connection, found, day) : settingsOf(base, connection, day);
  // Corrections of models that only the other provider has would bring those models here.
  const known = Object.entries(common.models ?? {}).filter(
    ([pattern]) => pattern.includes("*") || found.some((row) => row.id === pattern),
  );
  // A null in a correction takes a fact away from a model, not from the settings.
  const models = { ...Object.fromEntries(known), ...(own.models as Settings["models"]) };
  const provider = merged(common.provider, (own.provider ?? {}) as Json);
  return checkSettings(id, { ...(mergePatch(common, own) as Json), provider, models });
}

/** Merges and keeps nulls: they take away what the facts say of the connection. */
function merged(base: Json, patch: Json): Json {
  const both = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const before = both[key];
    both[key] = isObject(before) && isObject(value) ? merged(before as Json, value as Json) : value;
  }
  return both;
}

/** Without `--only`: every provider that speaks a protocol of this package and has no file yet. */
const ids =
  only?.split(",") ??
  connections
    // Plans that only a browser can log in to have no key that a program could send.
    .filter(({ auth }) => auth?.scheme !== "oauth-device")
    .filter((row) => protocolOf(row) !== undefined && !existsSync(join(out, `${row.id}.json`)))
    .map(({ id }) => id);

for (const id of ids) {
  const provider = connectionOf(id);
  const settings = settingsOf(id, provider, today);
  const all = rowsOf(settings.facts ?? [id], provider);
  const own = all.filter(({ kind = "chat" }) => settings.kinds === undefined || settings.kinds.includes(kind));
  const text = formatFile(buildFile({ provider, rows: own, settings, today }));
  const { problems, providers: resolved } = resolveCatalog(new Map([[`${id}.json`, text]]));
  for (const problem of problems) console.error(problem.message);
  writeFileSync(join(out, `${id}.json`), text);
  console.log(`${id}: ${Object.keys(resolved[0]?.models ?? {}).length} models, ${problems.length} problems`);
  for (const sentence of leftOut(all, settings)) console.log(`  ${sentence}`);
}

// Rows of providers that nobody can be connected to become no file at all.
if (only === undefined)
  for (const { id, auth } of connections.filter(
    (row) => protocolOf(row) === undefined || row.auth?.scheme === "oauth-device",
  ))
    console.log(
      `${id}: left out: ${auth?.scheme === "oauth-device" ? "only a browser can log in" : "it speaks no protocol of this package"}`,
    );
