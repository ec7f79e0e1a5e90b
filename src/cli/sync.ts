/** `modelwright sync`: compares a catalog with the live lists of its providers, and takes over what they changed. */
import { processEnvironment } from "../client/environment.js";
import { isModelwrightError, ModelwrightError } from "../errors.js";
import { createCatalogReader } from "./catalog.js";
import type { Command, ExitCode } from "./command.js";
import { hasKey, realProvider } from "./dev-models.js";
import { importJob, importOptions, providersIn } from "./import.js";
import { importModels } from "./import-models.js";
import { asList } from "./read-list.js";

export const sync: Command = {
  names: "[provider...]",
  maxNames: Number.POSITIVE_INFINITY,
  options: {
    ...importOptions,
    add: { type: "boolean", help: "also add models that are listed and not in the catalog" },
  },
  async run(args, terminal) {
    const job = importJob(args, args.has("add"));
    const wanted = args.names.length > 0 ? args.names : providersIn(job.folder);
    if (wanted.length === 0)
      throw new ModelwrightError(
        "invalid-configuration",
        `there is no provider in ${job.folder}; run \`modelwright init\` or name one`,
      );
    const { providers } = await createCatalogReader(job.folder)(wanted);
    let code: ExitCode = 0;
    for (const id of wanted) {
      const facts = providers.find((provider) => provider.id === id);
      if (facts === undefined)
        throw new ModelwrightError("unknown-provider", `there is no provider ${JSON.stringify(id)}`);
      if (!hasKey(facts, processEnvironment())) {
        terminal.report({ style: "yellow", text: "skipped " }, `${id}: no key in the environment`);
        continue;
      }
      terminal.progress(`asking ${id}`);
      try {
        const models = await realProvider(facts).list();
        // Its own shape, so that the reader of that list knows more than ids.
        const raw = models.map((model) => model.raw);
        const list = asList(id, { data: raw, models: raw }, { provider: id });
        const own = { ...list, source: `${id} live list`, rows: list.rows.map((row) => ({ ...row, provider: id })) };
        if ((await importModels(own, [id], job, terminal)) !== 0) code = 1;
      } catch (error) {
        if (!isModelwrightError(error)) throw error;
        terminal.report({ style: "red", text: "error " }, `${id}: ${error.message}`);
        code = 1;
      }
    }
    return code;
  },
};
