/** What a production install puts on the disk, in packages and bytes, beside its peers: `install.ts [folder of an install]`. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { installPackage } from "../installed-package.js";
import { privatePackages } from "../private-packages.js";
import { given } from "./command-line.js";
import { peerVersions } from "./contenders.js";
import { record } from "./record.js";

/** What people install who use only OpenAI. */
const peers: { readonly [name: string]: readonly string[] } = {
  openai: ["openai"],
  "ai + @ai-sdk/openai": ["ai", "@ai-sdk/openai", "zod"],
  "@tanstack/ai-openai": ["@tanstack/ai", "@tanstack/ai-openai"],
  "@langchain/openai": ["@langchain/openai", "@langchain/core"],
};

/** The packages and all that they depend on, as npm has put them. */
function closure(modules: string, names: readonly string[]): ReadonlySet<string> {
  const found = new Set(names);
  for (const name of found) {
    const manifest = JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8"));
    for (const needed of Object.keys(manifest.dependencies ?? {}))
      if (existsSync(join(modules, needed))) found.add(needed);
  }
  return found;
}

function bytesOf(path: string): number {
  if (!statSync(path).isDirectory()) return statSync(path).size;
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

const [folder] = given;
const installed = folder === undefined ? installPackage() : { app: folder, remove: () => undefined };
try {
  const modules = join(installed.app, "node_modules");
  const packages = readdirSync(modules).filter((name) => !name.startsWith("."));
  const total = packages.reduce((sum, name) => sum + bytesOf(join(modules, name)), 0);
  const parts = packages.flatMap((name) =>
    readdirSync(join(modules, name)).map((part): [string, number] => {
      return [`${name}/${part}`, bytesOf(join(modules, name, part))];
    }),
  );
  for (const part of readdirSync(join(modules, "modelwright/dist")))
    parts.push([`modelwright/dist/${part}`, bytesOf(join(modules, "modelwright/dist", part))]);
  const peerModules = join(await privatePackages("speed-peers", peerVersions), "node_modules");
  const others = Object.entries(peers).map(([name, wanted]) => {
    const all = [...closure(peerModules, wanted)];
    return { name, packages: all.length, bytes: all.reduce((sum, one) => sum + bytesOf(join(peerModules, one)), 0) };
  });
  console.log("| production install | packages | |\n| --- | --: | --: |");
  for (const one of [{ name: "modelwright", packages: packages.length, bytes: total }, ...others])
    console.log(`| ${one.name} | ${one.packages} | ${megabytes(one.bytes)} |`);
  const peer = (value: (one: (typeof others)[number]) => string | number) =>
    others.map((one) => `${one.name} ${value(one)}`).join(", ");
  record("install", {
    "production install, packages": { ours: packages.length, most: 3, peer: peer((one) => one.packages) },
    "production install": {
      ours: total / 1e6,
      most: 10,
      unit: " MB",
      peer: peer(({ bytes }) => megabytes(bytes)),
      why: parts
        .sort(([, a], [, b]) => b - a)
        .slice(0, 12)
        .map(([part, bytes]) => `${megabytes(bytes)} ${part}`),
    },
  });
} finally {
  installed.remove();
}
