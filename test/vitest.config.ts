/** Vitest: every test of the project. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const conditions = ["modelwright-source", "node"];

const source = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const doors = readdirSync(source("src")).filter((file) => file.endsWith(".ts") && file !== "index.ts");
const doorNames = doors.map((file) => file.slice(0, -".ts".length)).join("|");

/** The package by its own name, as examples and documents write it: from the sources, as in tsconfig.json. */
const alias = [
  { find: /^modelwright$/, replacement: source("src/index.ts") },
  { find: /^modelwright\/codegen$/, replacement: source("codegen/index.ts") },
  { find: /^modelwright\/protocols\/(.+)$/, replacement: `${source("src/protocols")}/$1/index.ts` },
  { find: new RegExp(`^modelwright/(${doorNames})$`), replacement: `${source("src")}/$1.ts` },
  { find: /^modelwright\/(.+)$/, replacement: `${source("generated")}/$1.ts` },
];

export default defineConfig({
  resolve: { conditions, alias },
  ssr: { resolve: { conditions } },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/fixtures/**", "test/golden/**", "**/.cache/**"],
    // Machines may be busy, and some tests start real servers or ask real compilers thousands of times.
    testTimeout: 300_000,
    expect: { poll: { timeout: 30_000, interval: 50 } },
    hookTimeout: 600_000,
    // Asked for by `npm run coverage`. What runs in processes of its own (commands, packed programs) is not counted.
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts", "codegen/**/*.ts"],
      reporter: ["text-summary", "json-summary"],
      reportsDirectory: source("test/.cache/coverage"),
      thresholds: { statements: 80, branches: 75, functions: 80, lines: 80 },
    },
  },
});
