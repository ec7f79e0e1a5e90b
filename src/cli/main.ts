#!/usr/bin/env node
/** The `modelwright` command: finds the command, reads its arguments, answers with an exit code. */
import { didYouMean } from "../catalog/nearest.js";
import { isModelwrightError } from "../errors.js";
import { type Command, columns, commandHelp, type ExitCode, parseArguments, UsageError } from "./command.js";
import { version } from "./package-files.js";
import { createTerminal, type Terminal } from "./terminal.js";

interface Entry {
  readonly summary: string;
  /** Loaded when needed: commands depend on optional packages. */
  readonly load: () => Promise<Command>;
}

const commands: { readonly [name: string]: Entry } = {
  init: {
    summary: "Starts a catalog of your own in this project. Never overwrites.",
    load: async () => (await import("./init.js")).init,
  },
  generate: {
    summary: "Writes the typed clients of the providers in the catalog.",
    load: async () => (await import("./generate.js")).generate,
  },
  validate: {
    summary: "Checks catalog files: format, names, references, and facts that contradict each other.",
    load: async () => (await import("./validate.js")).validate,
  },
  models: {
    summary: "Lists models with their limits, prices and capabilities.",
    load: async () => (await import("./models.js")).models,
  },
  explain: {
    summary: "Says what is known of a model, where it is stated, and what its types accept and refuse.",
    load: async () => (await import("./explain.js")).explain,
  },
  schema: {
    summary: "Prints the JSON Schema of catalog files.",
    load: async () => (await import("./schema.js")).schema,
  },
  add: {
    summary: "Adds a provider or a model to a catalog of your own. Never overwrites.",
    load: async () => (await import("./add.js")).add,
  },
  import: {
    summary: "Brings models and prices of a published list into your catalog: models.dev, litellm, OpenRouter, ...",
    load: async () => (await import("./import.js")).importList,
  },
  sync: {
    summary: "Compares your catalog with the live lists of its providers, and takes over what changed.",
    load: async () => (await import("./sync.js")).sync,
  },
  diff: {
    summary: "Says what changed between two catalogs, in classes: breaking, widening, notice, data, source.",
    load: async () => (await import("./diff.js")).diff,
  },
  upgrade: {
    summary: "Says what the next catalog changes, and which places of your project would not compile any more.",
    load: async () => (await import("./upgrade.js")).upgrade,
  },
  outdated: {
    summary: "Says which models your code names that are retired, or will be soon.",
    load: async () => (await import("./outdated.js")).outdated,
  },
  verify: {
    summary: "Asks models what they can do, within a budget, and says where the catalog is wrong.",
    load: async () => (await import("./verify.js")).verify,
  },
  audit: {
    summary: "Checks that an audit trail was not changed, and finds records in it.",
    load: async () => (await import("./audit.js")).audit,
  },
  spend: {
    summary: "Says who spent what, from a ledger of budgets: by tag, model or time.",
    load: async () => (await import("./spend.js")).spend,
  },
  presets: {
    summary: "Shows what production() and development() set: tries, circuits, limits.",
    load: async () => (await import("./presets.js")).presets,
  },
  dev: {
    summary: "Serves the models to any client, simulated where no key is, and follows changes of the catalog.",
    load: async () => (await import("./dev.js")).dev,
  },
};

const overview = [
  "Usage: modelwright <command> [options]",
  "",
  "Commands:",
  ...columns(Object.entries(commands).map(([name, { summary }]) => [name, summary])),
  "",
  "`modelwright <command> --help` lists the options of a command.",
  "Exit codes: 0 done; 1 problems in the input, or generated files are stale; 2 the command was not understood.",
];

async function run(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [name, ...rest] = argv;
  if (name === "--version" || name === "-v") {
    terminal.print(version());
    return 0;
  }
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    for (const line of overview) terminal.print(line);
    return name === undefined ? 2 : 0;
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry === undefined) {
    throw new UsageError(`unknown command ${JSON.stringify(name)}${didYouMean(name, Object.keys(commands))}`);
  }
  const command = await entry.load();
  if (rest.includes("--help") || rest.includes("-h")) {
    for (const line of [entry.summary, "", ...commandHelp(name, command)]) terminal.print(line);
    return 0;
  }
  return command.run(parseArguments(command, rest), terminal);
}

/** What a failure means for the shell; rethrows what is a fault of ours. */
function explainFailure(error: unknown, terminal: Terminal, name: string | undefined): ExitCode {
  const missing = missingPackage(error);
  if (error instanceof UsageError) {
    terminal.report({ style: "red", text: "error " }, error.message);
    const known = name !== undefined && Object.hasOwn(commands, name) ? `${name} ` : "";
    terminal.report(`\`modelwright ${known}--help\` shows how it is used.`);
    return 2;
  }
  if (missing !== undefined) {
    terminal.report({ style: "red", text: "error " }, `this command needs the package ${missing}`);
    terminal.report(`Install it beside modelwright: npm install --save-dev ${missing}`);
    return 1;
  }
  if (!isModelwrightError(error)) throw error;
  terminal.report({ style: "red", text: "error " }, error.message);
  return 1;
}

/** Optional packages are left out of production installs; Node then names the one that is missing. */
function missingPackage(error: unknown): string | undefined {
  if (!(error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND")) return undefined;
  return /^Cannot find package '([^']+)'/.exec(error.message)?.[1];
}

// A reader such as `head` may leave early; what the command does besides writing goes on to its end.
for (const output of [process.stdout, process.stderr])
  output.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
const terminal = createTerminal(process.stdout, process.stderr);
try {
  process.exitCode = await run(process.argv.slice(2), terminal);
} catch (error) {
  process.exitCode = explainFailure(error, terminal, process.argv[2]);
}
