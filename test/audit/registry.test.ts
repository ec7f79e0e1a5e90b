/** Changes of a registry in an audit trail: what changed, and who did it; and old bills, made again from the facts of their day. */
import { expect, it } from "vitest";
import { auditRegistry, memoryAuditSink, verifyTrail } from "../../src/audit.js";
import { costOf, user } from "../../src/index.js";
import { acme, price, project, registryOf } from "../registry/support.js";

const dearer = project({ big: { pricing: price(3, 8) } });

it("holds the difference, its author and its reason", async () => {
  const sink = memoryAuditSink();
  const registry = await registryOf();
  const trail = auditRegistry(registry, sink);
  await registry.addSource(dearer);
  registry.rollback(1, { by: "ann@acme.example", reason: "too dear" });
  await trail.stop();
  registry.release();
  const records = [];
  for await (const record of sink.records()) records.push(record);
  const [first, second, ...others] = records.map(({ event }) => event);
  expect(others).toEqual([]);
  expect(first).toMatchObject({
    type: "catalog-changed",
    generation: registry.history()[1]?.generation,
    changes: [expect.stringMatching(/^acme\/big pricing\.tokens\.input: 2 -> 3$/)],
  });
  expect(second).toMatchObject({
    actor: { user: "ann@acme.example" },
    summary: "too dear",
    changes: [expect.stringMatching(/3 -> 2$/)],
  });
  expect(await verifyTrail(records)).toMatchObject({ intact: true });
});

it("tells of a sink that fails, and goes on", async () => {
  const failures: unknown[] = [];
  const sink = { ...memoryAuditSink(), append: () => Promise.reject(new Error("full")) };
  const registry = await registryOf();
  const trail = auditRegistry(registry, sink, { onSinkFailure: (error) => failures.push(error) });
  await registry.addSource(dearer);
  await trail.stop();
  expect(failures).toEqual([new Error("full")]);
});

it("lets every past bill be made again from the generation of its reply", async () => {
  const answer = {
    choices: [{ message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 1000, completion_tokens: 100 },
  };
  const client = acme(undefined, undefined, { apiKey: "k", fetch: async () => Response.json(answer) });
  const registry = await registryOf({ providers: { acme: client } });
  const ask = () => registry.model("acme/big").chat({ messages: [user("Hi")] });
  const first = await ask();
  await registry.addSource(dearer);
  const second = await ask();
  expect([first.cost, second.cost]).toMatchObject([{ amount: 0.0028 }, { amount: 0.0038 }]);
  for (const { generation, usage, cost } of [first, second]) {
    const number = registry.history().find((version) => version.generation === generation)?.number ?? Number.NaN;
    const { pricing } = registry.at(number).providers.get("acme")?.models.big ?? {};
    expect(costOf([usage], pricing, { at: Date.now() })).toEqual(cost);
  }
});
