/** `modelwright init`: a catalog with a first provider, scripts to generate from it, marks for git. Never overwrites. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import { isObject } from "../catalog/merge.js";
import { ModelwrightError } from "../errors.js";
import { add } from "./add.js";
import { type Arguments, type Command, type ExitCode, parseArguments } from "./command.js";
import { configFile, folderOf } from "./config.js";
import type { Terminal } from "./terminal.js";

export const init: Command = {
  maxNames: 0,
  options: {
    yes: { type: "boolean", help: "ask nothing: a server on this machine, unless the options name another" },
    provider: { type: "string", value: "ID", help: "your provider; default: local" },
    "base-url": { type: "string", value: "URL", help: "where it is served; default: http://127.0.0.1:8080/v1" },
    model: { type: "string", value: "ID", help: "its first model; without one any id is taken" },
    catalog: { type: "string", value: "DIR", help: "folder of catalog files; default: catalog" },
    out: {
      type: "string",
      value: "DIR",
      help: "folder to generate to; default: src/generated where src is, else generated",
    },
  },
  async run(args, terminal) {
    if (!existsSync("package.json"))
      throw new ModelwrightError("invalid-configuration", "there is no package.json here; run `npm init` first");
    const folders = {
      catalog: shown(folderOf(args, "catalog", "catalog")),
      out: shown(folderOf(args, "out", usualOut())),
    };
    writeConfig(folders, terminal);
    const code = hasProviders(folders.catalog) ? kept(folders.catalog, terminal) : await firstProvider(args, terminal);
    if (code !== 0) return code;
    addScripts(terminal);
    markGenerated(folders.out, terminal);
    return 0;
  },
};

interface Folders {
  readonly catalog: string;
  readonly out: string;
}

/** Compilers that are told `rootDir: "src"` refuse sources beside it. */
const usualOut = (): string => (existsSync("src") ? "src/generated" : "generated");

const hasProviders = (catalog: string): boolean =>
  existsSync(catalog) && readdirSync(catalog).some((name) => name.endsWith(".json"));

function kept(path: string, terminal: Terminal): ExitCode {
  terminal.print({ style: "dim", text: "kept    " }, path);
  return 0;
}

/** Written only where the folders are not the usual ones: then every command needs to know. */
function writeConfig({ catalog, out }: Folders, terminal: Terminal): void {
  if (existsSync(configFile)) return void kept(configFile, terminal);
  const unusual = { ...(catalog === "catalog" ? {} : { catalog }), ...(out === "generated" ? {} : { out }) };
  if (Object.keys(unusual).length > 0) write(configFile, `${JSON.stringify(unusual, null, 2)}\n`, terminal);
}

async function firstProvider(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const asked = args.has("yes") ? undefined : questions(terminal);
  const answer = async (option: string, question: string, usual: string): Promise<string> =>
    args.value(option) ?? ((await asked?.answer(`${question} [${usual || "any"}]`)) || usual);
  const id = await answer("provider", "Id of your provider", "local");
  const url = await answer("base-url", "Where it is served", "http://127.0.0.1:8080/v1");
  const model = await answer("model", "Its first model", "");
  asked?.end();
  const words = ["provider", id, "--base-url", url, ...(model === "" ? [] : ["--model", model])];
  const catalog = args.value("catalog");
  return add.run(parseArguments(add, catalog === undefined ? words : [...words, "--catalog", catalog]), terminal);
}

/** One line of the input for each question; nothing when it has ended. */
function questions(terminal: Terminal) {
  const input = createInterface({ input: process.stdin, terminal: false });
  const lines = input[Symbol.asyncIterator]();
  return {
    async answer(question: string): Promise<string> {
      terminal.report(question);
      const { value, done } = await lines.next();
      return done === true ? "" : value.trim();
    },
    end: () => input.close(),
  };
}

const scripts = { generate: "modelwright generate", "generate:check": "modelwright generate --check" } as const;

/** Adds what is missing and leaves every other byte of the file as it is written. */
function addScripts(terminal: Terminal): void {
  const text = readFileSync("package.json", "utf8");
  const manifest: unknown = JSON.parse(text);
  if (!isObject(manifest)) throw new ModelwrightError("invalid-configuration", "package.json: expected an object");
  const own = isObject(manifest.scripts) ? manifest.scripts : {};
  const missing = Object.entries(scripts).filter(([name]) => !Object.hasOwn(own, name));
  for (const [name, script] of Object.entries(scripts)) {
    if (Object.hasOwn(own, name) && own[name] !== script)
      terminal.report(`package.json has a script ${name} already; ours is: ${script}`);
  }
  if (missing.length === 0) return void kept("package.json", terminal);
  const changed = { ...manifest, scripts: { ...own, ...Object.fromEntries(missing) } };
  const indent = /^[ \t]+(?=")/m.exec(text)?.[0] ?? 2;
  writeFileSync("package.json", `${JSON.stringify(changed, null, indent)}${text.endsWith("\n") ? "\n" : ""}`);
  terminal.print(
    { style: "green", text: "changed " },
    `package.json: scripts ${missing.map(([name]) => name).join(", ")}`,
  );
}

/** Pull requests fold generated files away, and every checkout has the same bytes. */
function markGenerated(out: string, terminal: Terminal): void {
  const line = `/${out.replaceAll("\\", "/")}/** linguist-generated eol=lf`;
  const before = existsSync(".gitattributes") ? readFileSync(".gitattributes", "utf8") : "";
  if (before.split(/\r?\n/).includes(line)) return void kept(".gitattributes", terminal);
  write(".gitattributes", `${before}${before === "" || before.endsWith("\n") ? "" : "\n"}${line}\n`, terminal);
}

function write(path: string, text: string, terminal: Terminal): void {
  writeFileSync(path, text);
  terminal.print({ style: "green", text: "written " }, path);
}

const shown = (folder: string): string => relative(process.cwd(), folder) || join(".");
