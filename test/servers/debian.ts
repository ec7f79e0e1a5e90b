/** Real servers from Debian's packages, unpacked into the test cache: nothing is installed into the system. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { cachedFolder } from "./once.js";

const run = promisify(execFile);

export interface DebianRequest {
  /** A Debian suite, such as `bookworm`, `bullseye` or `sid`. */
  readonly suite: string;
  readonly packages: readonly string[];
  /**
   * Unpack every dependency down to the C library and run through that loader: for packages newer than this machine.
   * Otherwise only what the machine lacks is unpacked.
   */
  readonly ownLoader?: boolean;
}

export interface DebianTree {
  readonly root: string;
  /** How to start a program of the tree, given its path in it, such as `/usr/bin/etcd`. */
  program(path: string): { command: string; args: readonly string[]; env: { readonly [name: string]: string } };
}

/**
 * Downloads and unpacks packages with what they depend on.
 * @throws when this machine has no apt or cannot reach a mirror: the message says which step failed.
 */
export async function debianPackages(name: string, request: DebianRequest): Promise<DebianTree> {
  const folder = await cachedFolder(`debian/${name}`, request, (target) => unpack(target, request));
  const tree = join(folder, "root");
  const libraries = libraryFolders(tree);
  return {
    root: tree,
    program(path) {
      const file = join(tree, path);
      if (!existsSync(file)) throw new Error(`${name} from Debian ${request.suite} has no ${path}`);
      if (request.ownLoader !== true) return { command: file, args: [], env: { LD_LIBRARY_PATH: libraries } };
      const loader = ["lib64/ld-linux-x86-64.so.2", "usr/lib64/ld-linux-x86-64.so.2", "lib/ld-linux-aarch64.so.1"]
        .map((at) => join(tree, at))
        .find((at) => existsSync(at));
      if (loader === undefined) throw new Error(`${name} from Debian ${request.suite} brought no loader`);
      return { command: loader, args: ["--library-path", libraries, file], env: {} };
    },
  };
}

async function unpack(folder: string, { suite, packages, ownLoader }: DebianRequest): Promise<void> {
  const options = aptOptions(folder, suite, ownLoader === true);
  const about = `Debian ${suite}: ${packages.join(" ")}`;
  await step(`${about}: apt-get update`, "apt-get", [...options, "-qq", "update"]);
  const install = ["-qq", "-y", "--no-install-recommends", "--download-only", "install", ...packages];
  await step(`${about}: apt-get download`, "apt-get", [...options, ...install]);
  const tree = join(folder, "root");
  mkdirSync(tree);
  const archives = join(folder, "cache/archives");
  for (const file of readdirSync(archives).filter((at) => at.endsWith(".deb")))
    await step(`${about}: unpack ${file}`, "dpkg", ["-x", join(archives, file), tree]);
  await step(`${about}: clean`, "rm", ["-rf", join(folder, "cache"), join(folder, "state")]);
}

/** apt with lists, cache and sources of its own. */
function aptOptions(folder: string, suite: string, fromNothing: boolean): string[] {
  const at = (path: string): string => join(folder, path);
  mkdirSync(at("cache/archives/partial"), { recursive: true });
  mkdirSync(at("state/lists/partial"), { recursive: true });
  writeFileSync(at("empty"), "");
  const security = suite === "sid" ? [] : [`deb ${mirror()}-security ${suite}-security main`];
  writeFileSync(at("sources.list"), [`deb ${mirror()} ${suite} main`, ...security, ""].join("\n"));
  const set = {
    "Dir::Etc::SourceList": at("sources.list"),
    "Dir::Etc::SourceParts": "/dev/null",
    "Dir::Etc::Preferences": "/dev/null",
    "Dir::Etc::PreferencesParts": "/dev/null",
    "Dir::State": at("state"),
    "Dir::State::status": fromNothing ? at("empty") : "/var/lib/dpkg/status",
    "Dir::Cache": at("cache"),
    "Acquire::Languages": "none",
    "Acquire::Retries": "3",
    "APT::Sandbox::User": "",
    "Debug::NoLocking": "true",
  };
  return Object.entries(set).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
}

/** The mirror that this machine's own sources name. */
function mirror(): string {
  const files = ["/etc/apt/sources.list", ...sourceParts()].filter((file) => existsSync(file));
  for (const file of files) {
    const found = /https?:\/\/\S*\/debian(?=\/?\s)/.exec(`${readFileSync(file, "utf8").replace(/^\s*#.*$/gm, "")}\n`);
    if (found !== null) return found[0];
  }
  return "http://deb.debian.org/debian";
}

function sourceParts(): string[] {
  const folder = "/etc/apt/sources.list.d";
  return existsSync(folder) ? readdirSync(folder).map((file) => join(folder, file)) : [];
}

/** Every folder with libraries: packages name their private ones by absolute paths, which are not those of the tree. */
function libraryFolders(tree: string): string {
  const bases = ["lib", "usr/lib"].map((base) => join(tree, base)).filter((base) => existsSync(base));
  const entries = bases.flatMap((base) => readdirSync(base, { recursive: true, withFileTypes: true }));
  const libraries = entries.filter(({ name }) => /^lib.*\.so(\.|$)/.test(name));
  return [...new Set(libraries.map(({ parentPath }) => parentPath))].join(":");
}

async function step(what: string, command: string, args: readonly string[]): Promise<void> {
  try {
    await run(command, args, {
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`${what} failed: ${(stderr ?? message).trim().slice(-600)}`);
  }
}
