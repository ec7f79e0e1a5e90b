/** Bills recorded answers by the shipped catalog, and holds counts and amounts to what the providers state: `--wire <folder> [--show]`. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findModel } from "../../src/catalog/find-model.js";
import { loadCatalog } from "../../src/catalog/load.js";
import { costOf } from "../../src/chat/cost.js";
import type { FinishEvent } from "../../src/chat/events.js";
import type { Usage } from "../../src/chat/usage.js";
import { root } from "../source-tree.js";
import { decodeRow, seeded } from "./replay-answer.js";
import { callOf, loadRows, type Row } from "./replay-rows.js";
import { loadRoom, wireOf } from "./replay-wires.js";

const { wire: folder, show } = parseArgs({ options: { wire: { type: "string" }, show: { type: "boolean" } } }).values;
if (folder === undefined) throw new Error("say --wire <folder of recorded traffic>");

const { providers } = await loadCatalog(join(root, "catalog"));

/** What the provider says the whole is, in the words of its wire; undefined where it says nothing. */
const statedTotal: { readonly [room: string]: (raw: Raw) => number | undefined } = {
  "openai-chat": (raw) => raw.total_tokens,
  "openai-responses": (raw) => raw.total_tokens,
  "google-generative-ai": (raw) => raw.totalTokenCount,
  "bedrock-converse": (raw) => raw.totalTokens,
  "anthropic-messages": (raw) =>
    sum(raw.input_tokens, raw.output_tokens, raw.cache_creation_input_tokens, raw.cache_read_input_tokens),
};

type Raw = { readonly [member: string]: number | undefined };

const sum = (...parts: readonly (number | undefined)[]): number =>
  parts.reduce((all: number, part) => all + (part ?? 0), 0);

const tally = new Map<string, number>();
const count = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1);
const differing: string[] = [];

for (const row of loadRows(folder)) {
  const wire = wireOf(row);
  if (typeof wire === "string" || row.response.status >= 400 || row.tags.includes("error")) continue;
  const room = await loadRoom(wire.room);
  if (row.operation !== "chat") continue;
  const usage = usageOf(row, room);
  if (usage === undefined) continue;
  count(`${wire.room}: rows`);
  checkTotal(row, wire.room, usage);
  checkAmount(row, usage);
}

function usageOf(row: Row, room: Awaited<ReturnType<typeof loadRoom>>): Usage | undefined {
  try {
    const events = decodeRow(row, { room, call: callOf(row, room.id), chunking: seeded(1, 64) });
    return events.find((event): event is FinishEvent => event.type === "finish")?.usage;
  } catch {
    return undefined;
  }
}

function checkTotal(row: Row, room: string, { state, buckets, raw }: Usage): void {
  const total = state === "known" ? statedTotal[room]?.((raw ?? {}) as Raw) : undefined;
  if (total === undefined) return;
  const counted = sum(...Object.values(buckets));
  count(counted === total ? `${room}: buckets add up to the stated total` : `${room}: buckets do not add up`);
  if (counted !== total) differing.push(`${row.id} ${row.provider}/${row.model}: ${counted} counted, ${total} stated`);
}

function checkAmount(row: Row, usage: Usage): void {
  const facts = providers.find(({ id }) => id === row.provider);
  const model = facts === undefined ? undefined : findModel(facts, row.model ?? "")?.model;
  if (model === undefined) {
    count("no such model in the catalog");
    return;
  }
  for (const meter of Object.keys(usage.meters ?? {})) count(`meter ${meter}`);
  const { reportedCostUsd, ...unreported } = usage;
  const cost = costOf([unreported], model.pricing, { at: Date.now() });
  count(cost.state === "known" ? "known by the catalog" : `unknown: ${cost.reason}`);
  if (cost.state !== "known" || reportedCostUsd === undefined || cost.currency !== "USD") return;
  const same = Math.abs(cost.amount - reportedCostUsd) <= 0.01 * reportedCostUsd + 1e-5;
  count(same ? "as the provider billed" : "not as the provider billed");
  if (!same)
    differing.push(`${row.id} ${row.provider}/${row.model}: ${cost.amount} by the catalog, ${reportedCostUsd} billed`);
}

for (const [what, rows] of [...tally].sort()) console.log(`${String(rows).padStart(5)}  ${what}`);
if (show === true) for (const line of differing) console.log(line);
