/** `modelwright import`: brings models and prices of a published list into a catalog of one's own. */
import { existsSync, readdirSync } from "node:fs";
import { type Arguments, type Command, UsageError } from "./command.js";
import { folderOf } from "./config.js";
import { type ImportJob, importedProviders, importModels } from "./import-models.js";
import { listFrom } from "./read-list.js";

/** Options of `import` and `sync`. */
export const importOptions = {
  catalog: { type: "string", value: "DIR", help: "folder of catalog files; default: catalog" },
  "prices-only": { type: "boolean", help: "take prices and nothing else" },
  retire: { type: "boolean", help: "keep models that are no longer listed as tombstones" },
  "dry-run": { type: "boolean", help: "write nothing; say what would change" },
  all: { type: "boolean", help: "show every disagreement, not only the first ten" },
} as const;

export const importList: Command = {
  names: "<file or URL> [provider...]",
  maxNames: Number.POSITIVE_INFINITY,
  options: {
    ...importOptions,
    from: { type: "string", value: "FORMAT", help: "format of the list; default: found out" },
    of: { type: "string", value: "ID", help: "whose models they are, when the list does not say" },
    "price-per": {
      type: "string",
      value: "TOKENS",
      help: "how many tokens a price is for, when the list does not say",
    },
    "base-urls": { type: "boolean", help: "take base URLs of single models, too: requests with your key go there" },
    "no-add": { type: "boolean", help: "change the models that are there, add none" },
  },
  async run(args, terminal) {
    const [place, ...names] = args.names;
    if (place === undefined) throw new UsageError("name a list: a file, or a URL such as https://models.dev/api.json");
    terminal.progress(`reading ${place}`);
    const list = await listFrom(place, {
      format: args.value("from"),
      provider: args.value("of"),
      priceUnit: priceUnit(args),
    });
    const job = importJob(args, !args.has("no-add"));
    return importModels(list, importedProviders(names, providersIn(job.folder), list.rows), job, terminal);
  },
};

export function importJob(args: Arguments, add: boolean): ImportJob {
  return {
    folder: folderOf(args, "catalog", "catalog"),
    add,
    pricesOnly: args.has("prices-only"),
    baseURLs: args.has("base-urls"),
    retire: args.has("retire"),
    dry: args.has("dry-run"),
    all: args.has("all"),
  };
}

/** Ids of the providers that a folder has files of. */
export function providersIn(folder: string): string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter((name) => name.endsWith(".json") && !name.endsWith(".schema.json"))
    .map((name) => name.slice(0, -5));
}

function priceUnit(args: Arguments): number | undefined {
  const given = args.value("price-per");
  const tokens = Number(given);
  if (given !== undefined && !(tokens > 0)) throw new UsageError("--price-per is a number of tokens, such as 1000000");
  return given === undefined ? undefined : tokens;
}
