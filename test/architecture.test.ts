/** The layers of the house, held: which room may import which room and which package, and the shape of every file. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { importCycles, root, type SourceFile, sourceFiles } from "./source-tree.js";

interface Room {
  /** Longest prefix wins, so a file can be a room of its own. */
  readonly prefix: string;
  /** Rooms it may import; itself is always allowed unless it is closed. */
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
}

const words = ["src/errors.ts", "src/feature.ts", "src/catalog/", "src/chat/"];
const runtime = [...words, "src/transport/", "src/protocols/", "src/model/", "src/client/", "src/define.ts"];
const node = ["node:*"];

/** Type imports count: a room knows no more than it may. */
const house: readonly Room[] = [
  { prefix: "src/errors.ts", rooms: [], packages: [] },
  { prefix: "src/feature.ts", rooms: [], packages: [] },
  { prefix: "src/catalog/", rooms: ["src/errors.ts"], packages: ["zod", ...node] },
  { prefix: "src/catalog.ts", rooms: ["src/catalog/"], packages: node },
  { prefix: "src/diff/", rooms: ["src/catalog/"], packages: [] },
  { prefix: "src/chat/", rooms: ["src/errors.ts", "src/catalog/"], packages: ["zod-to-json-schema"] },
  { prefix: "src/transport/", rooms: words, packages: [] },
  { prefix: "src/transport/undici.ts", rooms: ["src/errors.ts", "src/transport/"], packages: ["undici", ...node] },
  { prefix: "src/transport/sigv4.ts", rooms: ["src/errors.ts", "src/transport/"], packages: ["aws4fetch"] },
  { prefix: "src/transport/google-token.ts", rooms: ["src/errors.ts"], packages: ["google-auth-library"] },
  { prefix: "src/transport/cloud.ts", rooms: ["src/transport/"], packages: [] },
  { prefix: "src/protocols/", rooms: [...words, "src/transport/"], packages: [] },
  { prefix: "src/model/", rooms: [...words, "src/transport/", "src/protocols/"], packages: [] },
  {
    prefix: "src/client/",
    rooms: [...words, "src/transport/", "src/model/", "src/protocols/"],
    packages: ["#transport"],
  },
  { prefix: "src/routing/", rooms: [...words, "src/model/", "src/client/", "src/protocols/"], packages: [] },
  {
    prefix: "src/middleware/",
    rooms: [...words, "src/transport/", "src/protocols/", "src/client/"],
    packages: [],
  },
  {
    prefix: "src/registry",
    rooms: [...words, "src/diff/", "src/transport/", "src/protocols/", "src/model/", "src/client/", "src/routing/"],
    packages: ["zod", "chokidar", "#transport", ...node],
  },
  { prefix: "src/registry.ts", rooms: ["src/registry", "src/registry/backends/", "src/catalog/"], packages: [] },
  {
    prefix: "src/registry/backends/",
    rooms: ["src/errors.ts", "src/transport/", "src/registry/", "src/storage/"],
    packages: node,
  },
  { prefix: "src/storage/", rooms: ["src/errors.ts"], packages: ["pg", "redis", "proper-lockfile", ...node] },
  { prefix: "src/budget", rooms: [...words, "src/client/", "src/storage/"], packages: [] },
  { prefix: "src/telemetry", rooms: [...words, "src/client/"], packages: ["@opentelemetry/api"] },
  { prefix: "src/audit", rooms: [...words, "src/diff/", "src/client/", "src/storage/"], packages: node },
  { prefix: "src/streams", rooms: [...words, "src/transport/", "src/protocols/", "src/model/"], packages: [] },
  { prefix: "src/presets.ts", rooms: ["src/client/", "src/middleware/"], packages: [] },
  {
    prefix: "src/client-config.ts",
    rooms: ["src/errors.ts", "src/catalog/", "src/transport/", "src/client/", "src/middleware/", "src/presets.ts"],
    packages: [],
  },
  { prefix: "src/define.ts", rooms: runtime, packages: [] },
  {
    prefix: "src/index.ts",
    rooms: [...runtime, "src/routing/", "src/middleware/", "src/presets.ts", "src/client-config.ts"],
    packages: [],
  },
  { prefix: "generated/", rooms: ["src/define.ts", "src/index.ts", "src/model/", "src/protocols/"], packages: [] },
  {
    prefix: "codegen/",
    rooms: ["src/errors.ts", "src/catalog/"],
    packages: ["ts-morph", "handlebars", "zod", ...node],
  },
  { prefix: "codegen/trim-build.ts", rooms: [], packages: ["esbuild", ...node] },
  { prefix: "codegen/build.ts", rooms: ["codegen/", "src/catalog/"], packages: ["esbuild", "tsup", ...node] },
  { prefix: "src/simulator/", rooms: [...runtime, "src/index.ts"], packages: node },
  {
    prefix: "src/server/",
    rooms: [...runtime, "src/index.ts", "src/routing/", "src/diff/", "src/budget"],
    packages: ["handlebars", "zod", ...node],
  },
  { prefix: "src/server.ts", rooms: ["src/server/"], packages: [] },
  { prefix: "src/access.ts", rooms: ["src/server/"], packages: [] },
  { prefix: "src/testing.ts", rooms: ["src/simulator/"], packages: [] },
  {
    prefix: "src/cli/",
    rooms: [
      ...runtime,
      "src/index.ts",
      "src/presets.ts",
      "src/testing.ts",
      "src/simulator/",
      "src/server/",
      "src/diff/",
      "src/budget",
      "src/audit",
      "src/telemetry",
      "codegen/",
      "src/registry/",
      "generated/",
    ],
    packages: ["chokidar", "zod", ...node],
  },
];

const files = ["src", "codegen", "generated"].flatMap(sourceFiles);
const handWritten = files.filter((file) => !file.path.startsWith("generated/"));
const runTime = handWritten.filter((file) =>
  /^src\/(chat|transport|protocols|model|client|routing|middleware|presets|define|index)/.test(file.path),
);
const protocolRooms = readdirSync(join(root, "src/protocols"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

describe("layers", () => {
  it("give every file a room", () => {
    expect(files.filter((file) => roomOf(file.path) === undefined).map((file) => file.path)).toEqual([]);
  });

  it("allow only the imports of the table", () => {
    expect(files.flatMap(forbiddenImports)).toEqual([]);
  });

  it("allow only the packages of the table", () => {
    expect(files.flatMap(forbiddenPackages)).toEqual([]);
  });

  it("keep protocol rooms apart", () => {
    const crossings = files
      .filter((file) => protocolRoom(file.path) !== undefined)
      .flatMap((file) => file.files.filter((target) => isOtherProtocolRoom(file.path, target)).map(arrowFrom(file)));
    expect(crossings).toEqual([]);
  });

  it("keep policies apart: they share parts, never each other", () => {
    const isPolicy = (path: string): boolean => /^src\/middleware\/[^/]+$/.test(path);
    const crossings = files
      .filter((file) => isPolicy(file.path))
      .flatMap((file) => file.files.filter(isPolicy).map(arrowFrom(file)));
    expect(crossings).toEqual([]);
  });

  it("let clients, routes and policies know no protocol room: a bundle carries the rooms its provider names", () => {
    const ignorant = /^src\/(model|client|routing|middleware|presets|define|index)/;
    const crossings = files
      .filter((file) => ignorant.test(file.path))
      .flatMap((file) => file.files.filter((target) => protocolRoom(target) !== undefined).map(arrowFrom(file)));
    expect(crossings).toEqual([]);
  });

  it("have no import cycles", () => {
    const a = { path: "a.ts", text: "", files: ["b.ts"], packages: [] };
    expect(importCycles([a, { ...a, path: "b.ts", files: ["a.ts"] }])).toEqual(["a.ts -> b.ts -> a.ts"]);
    expect(importCycles(files)).toEqual([]);
  });

  it("take only types from the transport in protocol rooms", () => {
    const values = files
      .filter((file) => file.path.startsWith("src/protocols/"))
      .filter((file) => /^import (?!type\b)[^;]*?from "[^"]*\/transport\//m.test(file.text));
    expect(values.map((file) => file.path)).toEqual([]);
  });
});

describe("every protocol room", () => {
  const required = ["error.ts", "events.ts", "index.ts", "request.ts", "response.ts", "server.ts", "wire.ts"];
  const shared = ["embeddings.ts", "models.ts", "pull.ts", "room.ts", "schema.ts", "tasks.ts", "text.ts"];

  // Those without chat have tasks in the place of requests, answers and events.
  const taskRoom = ["error.ts", "index.ts", "room.ts", "server.ts", "tasks.ts"];

  it.each(protocolRooms)("%s has the files of the shape", (room) => {
    const found = readdirSync(join(root, "src/protocols", room));
    if (!found.includes("request.ts")) {
      expect(found.filter((file) => file !== "wire.ts").sort()).toEqual(taskRoom);
      return;
    }
    expect(found).toEqual(expect.arrayContaining(required));
    const own = found.filter((file) => !required.includes(file) && !shared.includes(file));
    expect(own.filter((file) => !isSplitOff(file))).toEqual([]);
  });
});

describe("every file", () => {
  it("states its job in its first line", () => {
    const silent = handWritten.filter((file) => !/^(#!.*\n)?\/\*\* .+/.test(file.text));
    expect(silent.map((file) => file.path)).toEqual([]);
  });

  it("has at most 400 lines", () => {
    const long = handWritten.filter((file) => file.text.trimEnd().split("\n").length > 400);
    expect(long.map((file) => file.path)).toEqual([]);
  });

  it("exports by name only", () => {
    expect(handWritten.filter(hasDefaultExport).map((file) => file.path)).toEqual([]);
  });
});

describe("run-time code", () => {
  it.each([
    'if (modelId.startsWith("o1")) return;',
    "if (/^gpt-/.test(call.modelId)) return;",
    'if (provider.id === "groq") return;',
    'if (facts.baseURL.includes("azure")) return;',
  ])("would be caught guessing by %s", (text) => {
    expect(guessesFromNames({ path: "src/x.ts", text, files: [], packages: [] })).toHaveLength(1);
  });

  it("never reads a model id, a provider id or a base URL to guess behaviour", () => {
    expect(runTime.flatMap(guessesFromNames)).toEqual([]);
  });

  it("reads the environment in one place", () => {
    const readers = handWritten.filter((file) => /\bprocess\s*(\?\.|\.|\[)\s*["']?env\b/.test(code(file.text)));
    expect(readers.map((file) => file.path).filter((path) => !path.startsWith("src/cli/"))).toHaveLength(1);
  });
});

function roomOf(path: string): Room | undefined {
  return house
    .filter((room) => path.startsWith(room.prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length)
    .at(0);
}

function arrowFrom(file: SourceFile): (target: string) => string {
  return (target) => `${file.path} -> ${target}`;
}

function forbiddenImports(file: SourceFile): string[] {
  const from = roomOf(file.path);
  return file.files
    .filter((target) => {
      const to = roomOf(target);
      if (from === undefined || to === undefined) return true;
      return to !== from && !from.rooms.some((prefix) => target.startsWith(prefix));
    })
    .map(arrowFrom(file));
}

function forbiddenPackages(file: SourceFile): string[] {
  const allowed = roomOf(file.path)?.packages ?? [];
  return file.packages
    .filter((name) => !allowed.includes(name.startsWith("node:") ? "node:*" : name))
    .map(arrowFrom(file));
}

function protocolRoom(path: string): string | undefined {
  return protocolRooms.find((room) => path.startsWith(`src/protocols/${room}/`));
}

function isOtherProtocolRoom(path: string, target: string): boolean {
  const room = protocolRoom(target);
  return room !== undefined && room !== protocolRoom(path);
}

/** Beside the common shape a room may split one of its files: `request-parts.ts` beside `request.ts`. */
function isSplitOff(file: string): boolean {
  return /^(request|response|events|server|tasks|wire)-[a-z-]+\.ts$/.test(file);
}

function hasDefaultExport(file: SourceFile): boolean {
  const source = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, false);
  return source.statements.some(
    (statement) =>
      ts.isExportAssignment(statement) ||
      (ts.canHaveModifiers(statement) &&
        (ts.getModifiers(statement) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword)),
  );
}

/** String tests on identity, and comparisons of it with a literal. */
function guessesFromNames(file: SourceFile): string[] {
  const identity = String.raw`(?:modelId|model\.id|wireId|baseURL|providerId|provider\.id|url\.host(?:name)?)`;
  const patterns = [
    new RegExp(String.raw`\b${identity}\)?\??\.(?:startsWith|endsWith|includes|match|matchAll|indexOf|search)\(`, "g"),
    new RegExp(String.raw`/[a-z]*\.(?:test|exec)\([^)]*\b${identity}`, "g"),
    new RegExp(String.raw`\b${identity} ?[!=]==? ?"[^"]+"`, "g"),
  ];
  return patterns.flatMap((pattern) => [...code(file.text).matchAll(pattern)].map((hit) => `${file.path}: ${hit[0]}`));
}

/** The text without comments. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
}
