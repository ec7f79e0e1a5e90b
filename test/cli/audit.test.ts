/** `audit`, as someone at a shell sees it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { type AuditEvent, fileAuditSink } from "../../src/audit.js";
import { Workspace } from "./workspace.js";

let open: Workspace | undefined;
afterEach(() => open?.remove());

const ended = (day: number, tenant: string, outcome: "completed" | "failed"): AuditEvent => ({
  type: "call-ended",
  id: `${day}`,
  at: new Date(Date.UTC(2026, 0, day)).toISOString(),
  actor: { tenant, key: "ann" },
  provider: "acme",
  model: day === 3 ? "two" : "one",
  tags: { tenant },
  params: {},
  outcome,
  ms: 5,
  attempts: 1,
  inputTokens: 10,
  outputTokens: 5,
});

async function workspace() {
  open = new Workspace();
  const file = join(open.folder, "trail.jsonl");
  const sink = fileAuditSink(file);
  await sink.append([
    ended(1, "red", "completed"),
    { ...ended(2, "blue", "failed"), code: "permission" } as AuditEvent,
    ended(3, "red", "completed"),
  ]);
  await sink.close();
  const run = (...args: string[]) => (open as Workspace).run("audit", ...args);
  return { file, run };
}

it("finds records by time, actor, model and outcome", async () => {
  const { run } = await workspace();
  const days = async (...filter: string[]) => {
    const { stdout } = await run("export", "trail.jsonl", ...filter);
    const lines = stdout.split("\n").filter((line) => line !== "");
    return lines.map((line) => JSON.parse(line).event.id as string);
  };
  expect(await days()).toEqual(["1", "2", "3"]);
  expect(await days("--tenant", "red")).toEqual(["1", "3"]);
  expect(await days("--from", "2026-01-02", "--until", "2026-01-03")).toEqual(["2"]);
  expect(await days("--model", "acme/two")).toEqual(["3"]);
  expect(await days("--outcome", "failed")).toEqual(["2"]);
});

it("verifies a trail, and finds the line that was changed and the end that was cut", async () => {
  const { file, run } = await workspace();
  const whole = await run("verify", "trail.jsonl");
  expect([whole.code, whole.stdout]).toEqual([
    0,
    expect.stringMatching(/^intact: 3 records, ends with 3:[0-9a-f]{64}$/m),
  ]);
  const [noted = ""] = /3:[0-9a-f]{64}/.exec(whole.stdout) ?? [];

  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace('"outcome":"failed"', '"outcome":"completed"'));
  const changed = await run("verify", "trail.jsonl");
  expect([changed.code, changed.stdout + changed.stderr]).toEqual([1, expect.stringContaining("at record 2")]);

  writeFileSync(file, `${text.trimEnd().split("\n").slice(0, 2).join("\n")}\n`);
  expect((await run("verify", "trail.jsonl")).code).toBe(0);
  const cut = await run("verify", "trail.jsonl", "--expect", noted);
  expect([cut.code, cut.stdout + cut.stderr]).toEqual([1, expect.stringContaining("records up to 3 are missing")]);
});

it("says what is wrong with its arguments", async () => {
  const { run } = await workspace();
  expect((await run("verify", "nothing.jsonl")).stderr).toContain("there is no trail nothing.jsonl");
  expect((await run("export", "trail.jsonl", "--outcome", "fine")).stderr).toContain(
    "must be one of completed, failed",
  );
  const [action, noted] = [await run("check", "trail.jsonl"), await run("verify", "trail.jsonl", "--expect", "3")];
  expect([action.code, action.stderr]).toEqual([2, expect.stringContaining("say verify or export")]);
  expect([noted.code, noted.stderr]).toEqual([2, expect.stringContaining("must be SEQ:HASH")]);
});
