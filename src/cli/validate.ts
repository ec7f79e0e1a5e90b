/** `modelwright validate`: checks catalog files and says what is wrong where. */
import { catalogFolder, catalogOption, createCatalogReader, reportProblems } from "./catalog.js";
import type { Command } from "./command.js";
import { plural } from "./terminal.js";

export const validate: Command = {
  maxNames: 0,
  options: { catalog: catalogOption },
  async run(args, terminal) {
    terminal.progress("checking the catalog");
    const { providers, problems } = await createCatalogReader(catalogFolder(args))();
    reportProblems(problems, terminal);
    const models = providers.reduce((sum, provider) => sum + Object.keys(provider.models).length, 0);
    terminal.print(`valid: ${plural(providers.length, "provider")}, ${plural(models, "model")}`);
    return problems.length === 0 ? 0 : 1;
  },
};
