/** `modelwright dev`: the gateway on this machine, the simulator where no key is, and a catalog that may be edited. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { shippedCatalog } from "../catalog/shipped-folder.js";
import { catalogFolder, catalogOption, createCatalogReader, reportProblems } from "./catalog.js";
import { type Arguments, type Command, UsageError } from "./command.js";
import { configFile } from "./config.js";
import { printEvent } from "./dev-lines.js";
import { needsNoKey } from "./dev-models.js";
import { type DevServer, devFile, startDevServer } from "./dev-server.js";
import { envFile } from "./dev-session.js";
import { generateOnce } from "./generate.js";
import { type GenerateJob, generateJob } from "./generate-job.js";
import { interrupted } from "./generate-watch.js";
import { isOwnRepository } from "./package-files.js";
import { plural, type Terminal } from "./terminal.js";
import { watch } from "./watch.js";

const usualPort = 4100;

export const dev: Command = {
  names: "",
  maxNames: 0,
  options: {
    catalog: catalogOption,
    out: { type: "string", value: "DIR", help: "folder to write types to; default: generated" },
    port: { type: "string", value: "PORT", help: `default: ${usualPort}; 0 takes a free one` },
    host: { type: "string", value: "HOST", help: "default: this machine only; any other needs --token" },
    token: { type: "string", value: "TOKEN", help: "what clients show; default: a new one at each start" },
    simulate: { type: "boolean", help: "simulate also the providers that have a key" },
  },
  async run(args, terminal) {
    const port = portOf(args);
    const { job, own } = jobOf(args);
    if (own) await generateOnce(job, { check: false, docs: false }, terminal);
    terminal.progress("reading the catalog");
    const catalog = await job.read();
    if (!own) reportProblems(catalog.problems, terminal);
    await keepOut(dirname(devFile));
    const server = await startDevServer(job, catalog, {
      simulateAll: args.has("simulate"),
      host: args.value("host"),
      token: args.value("token"),
      port,
      tokenFile: devFile,
    });
    server.feed.subscribe((entry) => printEvent(entry, terminal));
    reportProblems(server.session.routeProblems(), terminal);
    printDoors(server, terminal);
    terminal.print("  programs    ", `find address and token in ${devFile}`);
    await follow(server, own ? job.inputs : [], terminal);
    await server.close();
    return 0;
  },
};

/** Follows the catalog and the keys until the process is interrupted. */
export async function follow(server: DevServer, inputs: readonly string[], terminal: Terminal): Promise<void> {
  const shown = inputs.map((path) => relative(process.cwd(), path));
  await watch({
    paths: [...inputs, envFile, resolve(configFile)],
    ready: () => terminal.report(`watching ${[...shown, ".env", configFile].join(", ")}; Ctrl+C ends`),
    changed: () => server.session.changed(),
    signal: interrupted(),
  });
}

/** Addresses and keys as clients take them. */
export function printDoors({ url, token, session }: DevServer, terminal: Terminal): void {
  const { providers, simulated, routes = {} } = session.models();
  const models = providers.reduce((sum, { facts }) => sum + Object.keys(facts.models).length, 0);
  const real = providers.filter(({ facts }) => simulated?.has(facts.id) !== true).map(({ facts }) => facts);
  const namesOf = (list: typeof real): string => list.map(({ id }) => id).join(", ");
  const local = real.filter(needsNoKey);
  const keyed = namesOf(real.filter((facts) => !needsNoKey(facts)));
  terminal.print("");
  terminal.print(`${plural(models, "model")} of ${plural(providers.length, "provider")}`);
  terminal.print("  real        ", keyed || "none: put keys into .env or the environment");
  if (local.length > 0) terminal.print("  local       ", `${namesOf(local)}: need no key, but a server that runs`);
  terminal.print("  simulated   ", `${simulated?.size ?? 0}: nothing they say comes from a model`);
  const names = Object.keys(routes);
  if (names.length > 0) terminal.print("  routes      ", names.join(", "));
  terminal.print("  page        ", { style: "cyan", text: `${url}/#token=${token}` });
  terminal.print("  OpenAI      ", `OPENAI_BASE_URL=${url}/v1 OPENAI_API_KEY=${token}`);
  terminal.print("  Anthropic   ", `ANTHROPIC_BASE_URL=${url} ANTHROPIC_API_KEY=${token}`);
}

/** Without a catalog of one's own the shipped one is served, whose types come with the package. */
function jobOf(args: Arguments): { readonly job: GenerateJob; readonly own: boolean } {
  const folder = catalogFolder(args);
  if (folder !== shippedCatalog || isOwnRepository(process.cwd())) return { job: generateJob(args), own: true };
  const read = createCatalogReader(folder);
  const job = { out: "", inputs: [], only: [], paths: undefined, data: "js", read: () => read() } as const;
  return { job, own: false };
}

function portOf(args: Arguments): number {
  const port = Number(args.value("port") ?? usualPort);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new UsageError(`--port must be a number from 0 to 65535, not ${JSON.stringify(args.value("port"))}`);
}

/** The folder holds a token: version control must not take it. */
async function keepOut(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, ".gitignore"), "*\n");
}
