/** Writing touches nothing but the generator's own unmodified files, and leaves no torn ones. */
import { spawn } from "node:child_process";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeFiles } from "../../codegen/index.js";
import { authorOf, stamp } from "../../codegen/stamp.js";

let base: string;
let folder: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "modelwright-write-"));
  folder = join(base, "generated");
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const own = (name: string, body = "export {};\n") => stamp(name, "x.json", body);
const generated = new Map(["a.ts", "a.data.js", "b.ts"].map((name) => [name, own(name)]));

/** What may stand at a name before a run. */
const contents = {
  own: (name: string) => own(name),
  "own, older": (name: string) => own(name, "export const older = 1;\n"),
  "own, line ends of Windows": (name: string) => own(name).replaceAll("\n", "\r\n"),
  edited: (name: string) => `${own(name)}// mine\n`,
  "edited within the stamp": (name: string) => own(name).replace("sha256 ", "sha256 0"),
  foreign: () => "mine\n",
  "foreign, speaking of us": (name: string) => `// a copy of\n${own(name)}`,
  empty: () => "",
  binary: () => Buffer.from([0xff, 0xfe, 0, 1]),
} as const;
type Content = keyof typeof contents;
const mayChange: readonly Content[] = ["own", "own, older", "own, line ends of Windows"];

type Entry = { readonly is: "file"; readonly content: Content } | { readonly is: "folder" | "link" | "dead link" };
const entry: fc.Arbitrary<Entry> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      is: fc.constant("file" as const),
      content: fc.constantFrom(...(Object.keys(contents) as Content[])),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ is: "folder" as const }, { is: "link" as const }, { is: "dead link" as const }),
  },
);
const names = [
  "a.ts",
  "a.data.js",
  "b.ts",
  "old.ts",
  "old.data.d.ts",
  "A.ts",
  "notes.md",
  ".hidden",
  "weird name",
  "index.ts",
];
const tree = fc.dictionary(fc.constantFrom(...names), entry, { noNullPrototype: true });

describe("beside files of the user", () => {
  it("only the generator's own unmodified files change, in a check none", async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.boolean(), async (entries, partial) => {
        rmSync(base, { recursive: true });
        mkdirSync(folder, { recursive: true });
        for (const [name, before] of Object.entries(entries)) plant(name, before);
        const before = snapshot(base);
        const planned = await writeFiles(folder, generated, { check: true, partial });
        expect(snapshot(base)).toEqual(before);
        const report = await writeFiles(folder, generated, { partial });
        expect(report).toEqual(planned);
        expectOnlyOwnChanged(entries, before, report);
        const again = await writeFiles(folder, generated, { partial });
        expect(again).toMatchObject({ written: [], deleted: [], refused: report.refused });
      }),
      { numRuns: 200 },
    );
  });

  it("edited files are refused and reported, also stale ones", async () => {
    mkdirSync(folder);
    plant("a.ts", { is: "file", content: "edited" });
    plant("old.ts", { is: "file", content: "edited" });
    plant("older.ts", { is: "file", content: "own" });
    const report = await writeFiles(folder, generated);
    expect(report).toEqual({
      written: ["a.data.js", "b.ts"],
      deleted: ["older.ts"],
      unchanged: 0,
      refused: ["a.ts", "old.ts"],
    });
  });

  it("line ends of Windows are no change", async () => {
    mkdirSync(folder);
    for (const name of generated.keys()) plant(name, { is: "file", content: "own, line ends of Windows" });
    expect(await writeFiles(folder, generated)).toEqual({ written: [], deleted: [], unchanged: 3, refused: [] });
  });
});

function plant(name: string, before: Entry): void {
  const path = join(folder, name);
  if (before.is === "folder") {
    mkdirSync(path);
    writeFileSync(join(path, "inner.ts"), own("inner.ts"));
  } else if (before.is === "file") {
    writeFileSync(path, contents[before.content](name));
  } else {
    const target = join(base, `target of ${name}`);
    if (before.is === "link") writeFileSync(target, own(name, "export const linked = 1;\n"));
    symlinkSync(target, path);
  }
}

/** Everything below a folder: text, link or folder by path. */
function snapshot(root: string): { readonly [path: string]: string } {
  const found = readdirSync(root, { recursive: true, encoding: "utf8" }).map((path): [string, string] => {
    const at = join(root, path);
    const stat = lstatSync(at);
    if (stat.isSymbolicLink()) return [path, `-> ${readlinkSync(at)}`];
    return [path, stat.isDirectory() ? "folder" : readFileSync(at, "latin1")];
  });
  return Object.fromEntries(found);
}

function expectOnlyOwnChanged(
  entries: { readonly [name: string]: Entry },
  before: { readonly [path: string]: string },
  report: Awaited<ReturnType<typeof writeFiles>>,
): void {
  const after = snapshot(base);
  for (const [path, text] of Object.entries(before)) {
    const name = path.replace(/^generated\//, "");
    const planted = Object.hasOwn(entries, name) ? entries[name] : undefined;
    const isOwn = planted?.is === "file" && mayChange.includes(planted.content);
    if (!isOwn) expect(after[path], path).toBe(text);
    if (generated.has(name) && planted !== undefined) expect(report.refused.includes(name)).toBe(!isOwn);
  }
  for (const [name, text] of generated) {
    if (report.refused.includes(name)) continue;
    expect(after[`generated/${name}`]?.replaceAll("\r\n", "\n")).toBe(text);
  }
  const known = new Set([...Object.keys(before), ...[...generated.keys()].map((name) => `generated/${name}`)]);
  expect(Object.keys(after).filter((path) => !known.has(path))).toEqual([]);
}

describe("the output folder", () => {
  it("is made when it is missing, but not by a check", async () => {
    expect((await writeFiles(folder, generated, { check: true })).written).toHaveLength(3);
    expect(readdirSync(base)).toEqual([]);
    expect((await writeFiles(folder, generated)).written).toHaveLength(3);
  });

  it("is refused when it is a symbolic link or a file", async () => {
    mkdirSync(join(base, "elsewhere"));
    symlinkSync(join(base, "elsewhere"), folder);
    await expect(writeFiles(folder, generated)).rejects.toThrow(/symbolic link/);
    expect(readdirSync(join(base, "elsewhere"))).toEqual([]);
    rmSync(folder);
    writeFileSync(folder, "mine");
    await expect(writeFiles(folder, generated)).rejects.toThrow(/not a folder/);
  });

  it.each(["../x.ts", "/x.ts", "a/b.ts", "a\\b.ts", ".x.ts", "x", "a\0.ts", "a.ts ", "a..ts", "", "A.ts"])(
    "never holds a file named %j",
    async (name) => {
      await expect(writeFiles(folder, new Map([[name, own("a.ts")]]))).rejects.toThrow(/would leave/);
      expect(readdirSync(base)).toEqual([]);
    },
  );
});

describe("a run that is killed", () => {
  it("leaves whole files only, and the next run clears what it left", async () => {
    const program = fileURLToPath(new URL("write-forever.ts", import.meta.url));
    const args = ["--conditions=modelwright-source", "--import", import.meta.resolve("tsx"), program, folder];
    for (const delay of [3, 40, 77]) {
      const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
      await new Promise((resolve) => child.stdout.once("data", resolve));
      await sleep(delay);
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
      const written = readdirSync(folder).filter((name) => !name.startsWith("."));
      expect(written.length).toBeGreaterThan(0);
      for (const name of written) expect(authorOf(readFileSync(join(folder, name), "utf8")), name).toBe("own");
    }
    writeFileSync(join(folder, ".modelwright-4194999-0123456789ab.tmp"), "torn");
    await writeFiles(folder, generated);
    expect(readdirSync(folder).sort()).toEqual([...generated.keys()].sort());
  });
});
