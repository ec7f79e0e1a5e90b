/** What generating catalogs of growing size costs: `tsx test/bench/generate.ts`. Each size runs in a process of its own. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generate, writeFiles } from "../../codegen/index.js";
import { createCatalogReader } from "../../src/cli/catalog.js";
import { writeCatalog } from "./catalog-folder.js";
import { given, isQuick } from "./command-line.js";
import { record } from "./record.js";

/** The size that the goals are held to: more than any list of providers that is published today has. */
const judged = 5_300;
const sizes = isQuick ? [judged] : [10, 100, 500, 1_200, judged, 7_600, 20_000];

/** Milliseconds since the given moment, without decimals. */
const since = (start: number) => Math.round(performance.now() - start);

async function measure(models: number): Promise<{ readonly [column: string]: number }> {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-bench-"));
  const catalog = join(folder, "catalog");
  const out = join(folder, "generated");
  try {
    const [first = ""] = await writeCatalog(catalog, models);
    const read = createCatalogReader(catalog);
    const start = performance.now();
    const { providers, problems } = await read();
    if (problems[0] !== undefined) throw problems[0];
    const readMs = since(start);
    const generating = performance.now();
    const { files } = generate(providers);
    const generateMs = since(generating);
    const writing = performance.now();
    await writeFiles(out, files);
    const writeMs = since(writing);
    const coldMs = since(start);
    const rerun = performance.now();
    const { written } = await writeFiles(out, generate((await createCatalogReader(catalog)()).providers).files);
    const rerunMs = since(rerun);
    const bytes = (end: string) => {
      const texts = [...files].filter(([name]) => name.endsWith(end) && !name.endsWith(".d.ts"));
      return Math.round(texts.reduce((sum, [, text]) => sum + text.length, 0) / 1_000);
    };
    return {
      models,
      providers: providers.length,
      "read ms": readMs,
      "generate ms": generateMs,
      "write ms": writeMs,
      "cold ms": coldMs,
      "rerun ms": rerunMs,
      "rerun writes": written.length,
      "one change ms": await changeOne(join(catalog, first), out, read),
      "peak MB": Math.round(process.resourceUsage().maxRSS / 1_000),
      ".ts KB": bytes(".ts"),
      ".data.js KB": bytes(".data.js"),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** As in watch mode: read what changed, generate that provider, write its files. Median of five. */
async function changeOne(path: string, out: string, read: ReturnType<typeof createCatalogReader>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    writeFileSync(path, readFileSync(path, "utf8").replace(/"context": \d+/, `"context": ${1_000 + i}`));
    const start = performance.now();
    const { providers } = await read();
    const changed = providers.filter(({ id }) => path.endsWith(`/${id}.json`));
    const { written } = await writeFiles(out, generate(changed, { index: false }).files, { partial: true });
    times.push(since(start));
    if (written.length !== 1) throw new Error(`a changed limit wrote ${written.join(", ")}`);
  }
  return times.sort((a, b) => a - b)[2] as number;
}

const [size] = given;
if (size !== undefined) {
  process.stdout.write(JSON.stringify(await measure(Number(size))));
} else {
  const self = [...process.execArgv, fileURLToPath(import.meta.url)];
  const measured = sizes.map(
    (models) =>
      JSON.parse(execFileSync(process.execPath, [...self, String(models)], { encoding: "utf8" })) as Awaited<
        ReturnType<typeof measure>
      >,
  );
  console.table(measured);
  const large = measured.find(({ models }) => models === judged) ?? {};
  const column = (name: string) => large[name] ?? Number.NaN;
  record("generate", {
    [`${judged} models, cold`]: {
      ours: column("cold ms") / 1000,
      most: 5,
      unit: " s",
      why: ["read ms", "generate ms", "write ms"].map((phase) => `${column(phase)} ${phase}`),
    },
    [`${judged} models again, unchanged: files written`]: { ours: column("rerun writes"), most: 0 },
    [`one of ${judged} models changed, to its types`]: { ours: column("one change ms"), most: 200, unit: " ms" },
  });
}
