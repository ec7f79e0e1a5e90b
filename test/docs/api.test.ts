/** The public surface: every export is documented, the reference is fresh, and no change of a signature goes unseen. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { apiPages, readDoors } from "../../codegen/emit-api.js";
import { root } from "../source-tree.js";

const folder = join(root, "docs/api");
let doors: ReturnType<typeof readDoors>;
beforeAll(() => {
  doors = readDoors();
}, 300_000);

describe("every public export", () => {
  it("has a declaration and a docstring", () => {
    const entries = doors.flatMap(({ name, entries }) => entries.map((entry) => ({ ...entry, door: name })));
    const silent = entries.filter(({ doc, declaration }) => doc === "" || declaration === "");
    expect(silent.map(({ door, name, file }) => `${door} ${name} (${file})`)).toEqual([]);
  });

  it("is reached by a door of the package", () => {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { exports: object };
    const named = Object.keys(manifest.exports).filter((door) => !door.includes("*") && !door.endsWith(".json"));
    expect(doors.map(({ name }) => name.replace("modelwright", ".")).sort()).toEqual(named.sort());
  });
});

describe("the reference", () => {
  it("is what the sources say; `npm run docs` writes it, and reviewers read the change of report.txt", () => {
    const pages = apiPages(doors);
    expect(existsSync(folder) ? readdirSync(folder).sort() : []).toEqual([...pages.keys()].sort());
    const signatures = (text: string) => text.split("\n");
    expect(signatures(readFileSync(join(folder, "report.txt"), "utf8"))).toEqual(
      signatures(pages.get("report.txt") ?? ""),
    );
    const stale = [...pages].filter(([path, text]) => readFileSync(join(folder, path), "utf8") !== text);
    expect(stale.map(([path]) => path)).toEqual([]);
  });
});
