/** The example dashboard asks only for metrics and labels that are there. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { openai } from "../../generated/openai.js";
import { user } from "../../src/index.js";
import { prometheusMetrics } from "../../src/telemetry.js";
import { createSimulator } from "../../src/testing.js";

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}

const file = new URL("../../examples/grafana-dashboard.json", import.meta.url);
const { panels, templating } = JSON.parse(readFileSync(file, "utf8")) as Dashboard;

/** Series of a call, a stream and what they sent, by metric name; with the names of their labels. */
async function seriesNames(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const simulator = createSimulator({ providers: [openai.facts] });
  const metrics = prometheusMetrics();
  const options = { apiKey: "k", fetch: simulator.fetch, baseURL: simulator.baseURL("openai"), telemetry: metrics };
  await openai
    .create(options)("gpt-4.1")
    .chat({ messages: [user("Hi")] });
  const series = new Map<string, Set<string>>();
  for (const [, name = "", labels = ""] of metrics.text().matchAll(/^(\w+)\{(.*)\} \S+$/gm))
    series.set(name, new Set([...labels.matchAll(/(\w+)="/g)].map(([, label = ""]) => label)));
  return series;
}

it("of each panel and each variable", async () => {
  const series = await seriesNames();
  const variables = templating.list.map(({ definition = "" }) => definition).filter((text) => text !== "");
  const queries = [...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)), ...variables];
  expect(queries.length).toBeGreaterThan(panels.length);
  for (const query of queries) {
    const names = query.match(/modelwright_\w+/g) ?? [];
    expect(names, query).not.toEqual([]);
    for (const name of names) expect([...series.keys()], query).toContain(name);
    const known = new Set(names.flatMap((name) => [...(series.get(name) ?? [])]));
    const grouped = [...query.matchAll(/by \(([^)]*)\)/g)].flatMap(([, labels = ""]) => labels.split(/, ?/));
    const filtered = [...query.matchAll(/(\w+)=~?"/g)].map(([, label = ""]) => label);
    const listed = [...query.matchAll(/label_values\(\w+, (\w+)\)/g)].map(([, label = ""]) => label);
    for (const label of [...grouped, ...filtered, ...listed]) expect([...known], query).toContain(label);
  }
});

it("and of every metric there is", async () => {
  const asked = JSON.stringify(panels);
  for (const name of (await seriesNames()).keys()) expect(asked, name).toContain(name.replace(/_(sum|count)$/, ""));
});
