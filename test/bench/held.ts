/**
 * The reliability goals that are no times: each is held by tests, which run here by their names. A goal whose test is
 * gone counts as one that failed.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { root } from "../source-tree.js";
import { type Figure, record } from "./record.js";

/** Of each goal the tests: a file, and a part of their full names. */
const goals: { readonly [goal: string]: readonly (readonly [file: string, name: string])[] } = {
  "G6 no key in any view of errors, logs, traces, cassettes": [
    ["test/security/secrets.test.ts", "a key echoed"],
    ["test/security/secrets.test.ts", "every way to authenticate"],
    ["test/security/secrets.test.ts", "a key that no header may hold"],
  ],
  "G9 no tool call that the model did not finish, over all cuts": [
    ["test/protocols/broken.test.ts", "an error releases no call"],
    ["test/protocols/anthropic-messages/broken-streams.test.ts", "releases no call"],
  ],
  "G10 no text or call lost to a wrong member that is not theirs": [
    ["test/protocols/broken.test.ts", "wrong member that does not carry them"],
  ],
  "G11 no listener left on a shared signal": [
    ["test/client/stream.test.ts", "no listener on a shared signal after many calls"],
    ["test/transport/transport.test.ts", "no listener on a shared signal"],
  ],
  "G13 no type changed by price, limit or name": [["test/codegen/stability.test.ts", "a change of volatile facts"]],
  "G14 all others served beside a bad entry": [
    ["test/catalog/resolve.test.ts", "the others are served"],
    ["test/registry/safety.test.ts", "one bad entry"],
  ],
  "G15 start goes on without its remote catalog": [["test/registry/url.test.ts", "without its URL"]],
  "G16 no text of a catalog runs or stops the generator": [
    ["test/codegen/injection.test.ts", "hostile texts"],
    ["test/codegen/injection.test.ts", "facts that never were a catalog file"],
  ],
  "G17 no torn state in 10,000 cycles of writing": [["test/registry/files.test.ts", "never seen torn"]],
  "G18 no spending above the budget under 1,000 calls at once": [["test/budget/budget.test.ts", "1,000 calls at once"]],
  "G19 no line that guesses from a model's name": [["test/architecture.test.ts", "run-time code"]],
  "G20 calls cost the same at 500 and 5,000 models": [["test/types/budget.test.ts", "growth"]],
  "G21 no request refused by the simulator that types and check let pass": [
    ["test/simulator/oracle.test.ts", "takes every request that the client's own check lets pass"],
  ],
  "G22 no unknown price shown as 0": [["test/chat/golden-bills.test.ts", "never 0, where one bucket has no price"]],
};

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

const tests = Object.values(goals).flat();

async function run(): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-held-"));
  const report = join(folder, "report.json");
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const names = tests.map(([, name]) => name.replaceAll(/[^\w ]/g, "\\$&")).join("|");
  const files = new Set(tests.map(([file]) => file));
  const options = [
    "run",
    "-t",
    names,
    "--config",
    "test/vitest.config.ts",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ];
  try {
    // A failed test ends the process with 1, and is in the report.
    await new Promise<void>((resolve) => {
      execFile(process.execPath, [vitest, ...options, ...files], { cwd: root, maxBuffer: 1 << 26 }, () => resolve());
    });
    return JSON.parse(readFileSync(report, "utf8")) as Report;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const { testResults } = await run();
const figures: { [goal: string]: Figure } = {};
for (const [goal, holding] of Object.entries(goals)) {
  const why = holding.flatMap(([file, name]) => {
    const result = testResults.find((one) => relative(root, one.name) === file);
    const found = result?.assertionResults.filter(({ fullName }) => fullName.includes(name)) ?? [];
    if (found.length === 0) return [`${file} has no test "${name}": ${result?.message ?? ""}`];
    return found.filter(({ status }) => status !== "passed").map(({ fullName }) => `${file}: ${fullName}`);
  });
  figures[`${goal}: tests that fail`] = { ours: why.length, most: 0, why };
  if (why.length > 0) process.exitCode = 1;
  console.log([`${why.length === 0 ? "ok  " : "FAIL"} ${goal}`, ...why].join("\n  "));
}
record("held", figures);
