/**
 * The scorecard of failover: every fault of the catalogue, for this project and for other clients beside it.
 * `tsx test/bench/scorecard.ts` runs all, `--only modelwright` one of them. A gateway is scored by
 * `--base-url http://127.0.0.1:8080/v1 --model <route> --simulator-port 9100`: its route should name openai/gpt-4.1
 * first and anthropic/claude-haiku-4-5 second, with the base URLs that this script prints.
 */
import { parseArgs } from "node:util";
import { answer, arm, createBed } from "../routing/bed.js";
import { criteria, type Grade, judge, type Outcome, patienceMs, type Verdict } from "../routing/judge.js";
import { type Scenario, scenarios } from "../routing/scenarios.js";
import { record } from "./record.js";
import { type Client, clients, through } from "./scorecard-peers.js";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    "base-url": { type: "string" },
    model: { type: "string", default: "auto" },
    "simulator-port": { type: "string", default: "0" },
    // Faults take the time that they take.
    quick: { type: "boolean" },
  },
});
const baseURL = values["base-url"];
const port = Number(values["simulator-port"]);

const marks: { readonly [G in Grade]: string } = { pass: "pass", partial: "partial", safe: "safe", fail: "**fail**" };

async function timed(client: Client, scenario: Scenario, bed: Awaited<ReturnType<typeof createBed>>): Promise<Outcome> {
  const began = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<Omit<Outcome, "ms">>((resolve) => {
    timer = setTimeout(() => resolve({ text: "", hung: true }), patienceMs);
  });
  const called = client.call(scenario, bed).catch((error: unknown) => ({ text: "", error }));
  const outcome = await Promise.race([called, patience]);
  clearTimeout(timer);
  return { ...outcome, ms: performance.now() - began };
}

/** A simulator of its own for every trial, so that trials can run beside each other. */
async function trial(client: Client, scenario: Scenario): Promise<Verdict> {
  const bed = await createBed(port);
  try {
    arm(bed, scenario);
    const outcomes: Outcome[] = [];
    for (let call = 0; call < (scenario.calls ?? 1); call++) outcomes.push(await timed(client, scenario, bed));
    return judge({ scenario, outcomes, answer, requests: bed.requests });
  } finally {
    await bed.close();
  }
}

/** Whoever starts the gateway needs the addresses first. */
async function reachable(url: string): Promise<void> {
  for (let second = 0; second < 60; second++) {
    const answered = await fetch(`${url}/models`).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  throw new Error(`${url} does not answer`);
}

if (baseURL !== undefined) {
  if (port === 0) throw new Error("--base-url needs --simulator-port: the gateway must know where its providers are");
  const bed = await createBed(port);
  for (const provider of ["openai", "anthropic"]) console.log(`${provider}: ${bed.baseURL(provider)}`);
  await bed.close();
  console.log(`waiting for ${baseURL}`);
  await reachable(baseURL);
}
const contenders = baseURL === undefined ? await clients(values.only) : [await through(baseURL, values.model)];
for (const line of criteria) console.log(`- ${line}`);
for (const { name, how } of contenders) console.log(`- ${name}: fallback by ${how}`);
console.log(`\n| fault | ${contenders.map(({ name }) => name).join(" | ")} |`);
console.log(`| --- |${" --- |".repeat(contenders.length)}`);
const verdicts: Verdict[][] = [];
for (const scenario of scenarios) {
  const row = await Promise.all(contenders.map((client) => trial(client, scenario)));
  verdicts.push(row);
  const cells = row.map(({ grade, note }) => (note === "" ? marks[grade] : `${marks[grade]}: ${note}`));
  console.log(`| ${scenario.id} ${scenario.title} | ${cells.join(" | ")} |`);
}
const counts = contenders.map((_, column) =>
  (["pass", "partial", "safe", "fail"] as const)
    .map((grade) => verdicts.filter((row) => row[column]?.grade === grade).length)
    .join(" / "),
);
console.log(`| **pass / partial / safe / fail of ${scenarios.length}** | ${counts.join(" | ")} |`);
if (baseURL === undefined && values.only === undefined) {
  const passed = (column: number) => verdicts.filter((row) => row[column]?.grade === "pass").length;
  const peers = contenders.slice(2).map(({ name }, i) => ({ name, passed: passed(i + 2) }));
  const best = peers.reduce((a, b) => (b.passed > a.passed ? b : a));
  const figure = (column: number) => ({
    ours: passed(column),
    least: scenarios.length,
    peer: `${best.name} ${best.passed}`,
    why: scenarios.flatMap(({ id, title }, row) => {
      const { grade, note } = verdicts[row]?.[column] ?? { grade: "fail", note: "" };
      return grade === "pass" ? [] : [`${grade}: ${id} ${title}: ${note}`];
    }),
  });
  record("scorecard", {
    "failover faults passed through the SDK": figure(0),
    "failover faults passed through the gateway": figure(1),
  });
}
