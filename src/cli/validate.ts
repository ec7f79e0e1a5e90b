/** `modelwright validate`: checks catalog files, and the facts in them against each other. */
import { type LintFinding, lintProvider } from "../catalog/lint.js";
import { type Catalog, catalogFolder, catalogOption, createCatalogReader, reportProblems } from "./catalog.js";
import type { Command } from "./command.js";
import { plural, type Terminal } from "./terminal.js";

export const validate: Command = {
  maxNames: 0,
  options: {
    catalog: catalogOption,
    warnings: { type: "boolean", help: "list every warning; else one per kind, with its count" },
  },
  async run(args, terminal) {
    terminal.progress("checking the catalog");
    const catalog = await createCatalogReader(catalogFolder(args))();
    const { providers, problems } = catalog;
    const findings = providers.flatMap(lintProvider);
    const errors = findings.filter(({ severity }) => severity === "error");
    const warnings = findings.filter(({ severity }) => severity === "warning");
    for (const error of errors) reportFinding(error, catalog, terminal);
    if (args.has("warnings")) for (const warning of warnings) reportFinding(warning, catalog, terminal);
    else reportKinds(warnings, catalog, terminal);
    reportProblems(problems, terminal);
    const models = providers.reduce((sum, provider) => sum + Object.keys(provider.models).length, 0);
    terminal.print(`read: ${plural(providers.length, "provider")}, ${plural(models, "model")}`);
    return problems.length === 0 && errors.length === 0 ? 0 : 1;
  },
};

function reportFinding(finding: LintFinding, catalog: Catalog, terminal: Terminal): void {
  const style = finding.severity === "error" ? "red" : "yellow";
  terminal.report({ style, text: `${finding.severity} ` }, sentenceOf(finding, catalog));
}

/** The first finding of each check and how many there are: sources repeat the same oddity for whole families. */
function reportKinds(warnings: readonly LintFinding[], catalog: Catalog, terminal: Terminal): void {
  for (const kind of new Set(warnings.map(({ check }) => check))) {
    const [first, ...others] = warnings.filter(({ check }) => check === kind);
    if (first === undefined) continue;
    const more = others.length === 0 ? "" : `, and ${others.length} more`;
    terminal.report({ style: "yellow", text: "warning " }, sentenceOf(first, catalog), { style: "dim", text: more });
  }
}

function sentenceOf({ provider, path, message, check }: LintFinding, { sources }: Catalog): string {
  return `${sources.get(provider)?.parsed.name ?? provider} ${path}: ${message} (${check})`;
}
