/** Vitest: every test of the project. */
import { defineConfig } from "vitest/config";

const conditions = ["modelwright-source", "node"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/fixtures/**", "test/golden/**", "**/.cache/**"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
