/** `modelwright add`: writes a provider or a model into a catalog folder, checks it, and says what comes next. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { formatFile } from "../../codegen/import/format.js";
import { shippedCatalog } from "../catalog/shipped-folder.js";
import { createCatalogReader, reportProblems, shippedProviders } from "./catalog.js";
import { type Arguments, type Command, type ExitCode, UsageError } from "./command.js";
import { folderOf } from "./config.js";
import { catalogSchema } from "./package-files.js";
import type { Terminal } from "./terminal.js";

export const add: Command = {
  names: "provider <id> | model <provider>/<id>",
  maxNames: 2,
  options: {
    catalog: { type: "string", value: "DIR", help: "folder of catalog files; default: catalog" },
    name: { type: "string", value: "TEXT", help: "name for people; default: the id" },
    "base-url": {
      type: "string",
      value: "URL",
      help: "provider: where it is served, such as https://api.acme.example/v1",
    },
    protocol: { type: "string", value: "ID", help: "provider: wire protocol; default: openai-chat" },
    env: { type: "string", value: "NAME", help: "provider: environment name of the key; default: <ID>_API_KEY" },
    model: { type: "string", value: "ID", help: "provider: its first model, the default one" },
    base: { type: "string", value: "REF", help: "model: inherit the facts of this one, such as openai/gpt-4.1" },
    "wire-id": { type: "string", value: "ID", help: "model: the name to send, such as a deployment or an ARN" },
    kind: { type: "string", value: "KIND", help: "model without --base: chat (default), embedding, ..." },
    context: { type: "string", value: "TOKENS", help: "model: limit of input and output together" },
  },
  async run(args, terminal) {
    const [what, id] = args.names;
    if (id !== undefined && what === "provider") return addProvider(id, args, terminal);
    if (id !== undefined && what === "model") return addModel(id, args, terminal);
    throw new UsageError("name what to add: provider <id>, or model <provider>/<id>");
  },
};

type Json = { readonly [key: string]: unknown };

const catalogOf = (args: Arguments): string => folderOf(args, "catalog", "catalog");

function addProvider(id: string, args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const baseURL = args.value("base-url");
  if (baseURL === undefined) throw new UsageError("--base-url says where the provider is served");
  const file = join(catalogOf(args), `${fileNameOf(id)}.json`);
  if (existsSync(file))
    throw new UsageError(`${shown(file)} exists already; add models to it with: add model ${id}/<id>`);
  const first = args.value("model");
  const provider = {
    id,
    name: args.value("name") ?? id,
    protocol: args.value("protocol") ?? "openai-chat",
    baseURL: baseURL.replace(/\/+$/, ""),
    ...(isLocal(baseURL) && args.value("env") === undefined ? local : hosted(id, args)),
    ...(first === undefined ? { unknownModels: "permissive" } : { defaultModel: first }),
  };
  const models = first === undefined ? {} : { [first]: modelEntry(args) };
  return write(file, { provider, models }, { args, terminal, id: first === undefined ? id : `${id}/${first}` });
}

/** A server on this machine asks for no key. */
const local = { role: "local", auth: [{ type: "none" }] } as const;

function hosted(id: string, args: Arguments): Json {
  const env = args.value("env") ?? `${id.toUpperCase().replace(/[^A-Z0-9]+/g, "_")}_API_KEY`;
  return { role: "host", auth: [{ type: "bearer", env: [env] }] };
}

function isLocal(baseURL: string): boolean {
  return URL.canParse(baseURL) && ["localhost", "127.0.0.1", "[::1]"].includes(new URL(baseURL).hostname);
}

function addModel(reference: string, args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const slash = reference.indexOf("/");
  const [provider, id] = [reference.slice(0, slash), reference.slice(slash + 1)];
  if (slash < 1 || id === "") throw new UsageError("name the model with its provider, such as acme/acme-large");
  const file = join(catalogOf(args), `${fileNameOf(provider)}.json`);
  const before = readProvider(file, provider);
  const models = (before.models ?? {}) as Json;
  if (existsSync(file) && Object.hasOwn(models, id)) throw new UsageError(`${shown(file)} has a model ${id} already`);
  const kept = existsSync(file) ? before : { provider: withoutDefault(before.provider as Json) };
  const all = { ...(existsSync(file) ? models : {}), [id]: modelEntry(args) };
  return write(file, { ...kept, models: all }, { args, terminal, id: reference });
}

/** The user's own file, else the shipped one: its connection is copied, its models are there to inherit from. */
function readProvider(file: string, provider: string): Json {
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Json;
  if (!shippedProviders().includes(provider))
    throw new UsageError(
      `there is no provider ${provider}: add it first, with: add provider ${provider} --base-url URL`,
    );
  return JSON.parse(readFileSync(join(shippedCatalog, `${provider}.json`), "utf8")) as Json;
}

/** Its default model is not in the new file. */
function withoutDefault({ defaultModel: _elsewhere, ...provider }: Json): Json {
  return provider;
}

function modelEntry(args: Arguments): Json {
  const [base, wireId, context, name] = [
    args.value("base"),
    args.value("wire-id"),
    args.value("context"),
    args.value("name"),
  ];
  const tokens = Number(context);
  if (context !== undefined && !(Number.isInteger(tokens) && tokens > 0))
    throw new UsageError("--context is a number of tokens");
  return {
    // Nothing is known of it yet: what nobody stated must not be refused.
    ...(base === undefined ? { kind: args.value("kind") ?? "chat", assume: "permissive" } : { base }),
    ...(args.names[0] === "model" && name !== undefined ? { name } : {}),
    ...(wireId === undefined ? {} : { wireId }),
    ...(context === undefined ? {} : { limits: { context: tokens } }),
    pricing: { plan: "unknown" },
  };
}

/** Writes, reads the whole catalog back, and takes the change back when it is not valid. */
async function write(
  file: string,
  content: Json,
  { args, terminal, id }: { readonly args: Arguments; readonly terminal: Terminal; readonly id: string },
): Promise<ExitCode> {
  const folder = catalogOf(args);
  const before = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  const schema = relative(folder, catalogSchema());
  mkdirSync(folder, { recursive: true });
  const text = formatFile({ $schema: schema.replaceAll("\\", "/"), catalogVersion: 1, ...content });
  // A single model stays on the line of its list.
  writeFileSync(file, text.replace(/("models": \{)\n {4}(\S.*)\n {2}\}/, "$1 $2 }"));
  const { problems } = await createCatalogReader(folder)();
  const own = problems.filter(({ message }) => message.startsWith(shown(file)));
  if (own.length > 0) {
    reportProblems(own, terminal);
    if (before === undefined) rmSync(file);
    else writeFileSync(file, before);
    terminal.report("nothing was written");
    return 1;
  }
  terminal.print(`written ${shown(file)}`);
  const catalog = args.value("catalog") === undefined ? "" : ` --catalog ${args.value("catalog")}`;
  terminal.print(`next    npx modelwright generate${catalog}    the typed client`);
  if (id.includes("/"))
    terminal.print(`        npx modelwright explain ${id}${catalog}    what is known, and what compiles`);
  return 0;
}

const shown = (file: string): string => relative(process.cwd(), file) || file;

function fileNameOf(id: string): string {
  if (!/^[a-z0-9]+([._-][a-z0-9]+)*$/.test(id))
    throw new UsageError(
      `${JSON.stringify(id)} is no provider id: lower-case letters and digits, joined by single . _ or -`,
    );
  return id;
}
