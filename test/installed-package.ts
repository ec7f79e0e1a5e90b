/** Packs the package and installs the tarball into a folder of its own, without network, as a production image would. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./source-tree.js";

export interface InstalledPackage {
  /** The folder of the program that installed it. */
  readonly app: string;
  readonly tarball: string;
  /** Paths in the tarball. */
  readonly files: readonly string[];
  /** Unpacked size in bytes. */
  readonly size: number;
  remove(): void;
}

export function installPackage(): InstalledPackage {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-package-"));
  const app = join(folder, "app");
  mkdirSync(app);
  const packed = npm(root, ["pack", "--json", "--pack-destination", folder]);
  // What `prepack` prints comes before the JSON.
  const [pack] = JSON.parse(packed.slice(packed.indexOf("[\n"))) as [
    { filename: string; unpackedSize: number; files: { path: string }[] },
  ];
  const tarball = join(folder, pack.filename);
  // undici comes from our own node_modules, so that no registry is asked.
  const dependencies = { modelwright: `file:${tarball}`, undici: `file:${join(root, "node_modules/undici")}` };
  writeFileSync(join(app, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }));
  const quiet = ["--offline", "--no-audit", "--no-fund", "--cache", join(folder, "cache")];
  npm(app, ["install", "--omit=optional", "--ignore-scripts", "--install-links", ...quiet]);
  return {
    app,
    tarball,
    files: pack.files.map((file) => file.path),
    size: pack.unpackedSize,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function npm(cwd: string, args: readonly string[]): string {
  return execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Adds packages that a development install has beside the production ones, from our own node_modules. */
export function addDevelopmentPackages(app: string, names: readonly string[]): void {
  for (const name of names) symlinkSync(join(root, "node_modules", name), join(app, "node_modules", name), "dir");
}

/** Runs an ES module in the program's folder and gives what it printed. */
export function runProgram(app: string, source: string): string {
  const file = join(app, "program.mjs");
  writeFileSync(file, source);
  return execFileSync(process.execPath, [file], { cwd: app, encoding: "utf8" });
}
