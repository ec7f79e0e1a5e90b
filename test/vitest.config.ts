/** Vitest: every test of the project. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["test/**/*.test.ts"], exclude: ["test/fixtures/**", "test/golden/**"], testTimeout: 60_000, hookTimeout: 120_000 },
});
