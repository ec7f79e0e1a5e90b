/** Registries over small providers and a local server, for the tests of the registry. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import type { ModelFacts } from "../../src/catalog/facts.js";
import type { ClientOptions } from "../../src/client/client-options.js";
import type { AnyProvider } from "../../src/client/define-provider.js";
import type { Registry, RegistryEvent, RegistryOptions, RegistryProviders } from "../../src/registry.js";
import { createRegistry, overlay } from "../../src/registry.js";
import { provider } from "../client/support.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "modelwright-registry-"));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export const price = (input: number, output = input) => ({ currency: "USD", tokens: { input, output } });

/** What was compiled: a model that takes images and tools, and one that takes text only. */
export const compiledModels: { readonly [id: string]: Partial<ModelFacts> } = {
  big: {
    input: ["text", "image"],
    features: { tools: true, toolChoice: ["auto", "none", "required"], structuredOutput: "schema" },
    params: { temperature: { min: 0, max: 2 }, topP: true, seed: false },
    limits: { context: 100_000, output: 8_000 },
    pricing: price(2, 8),
    aliases: ["big-latest"],
  },
  small: {
    input: ["text"],
    features: { tools: false, structuredOutput: "none" },
    params: { temperature: false },
    limits: { context: 10_000 },
    pricing: price(0.5, 1),
  },
};

export function acme(
  baseURL = "https://acme.invalid/v1",
  models = compiledModels,
  options: ClientOptions = {},
): AnyProvider {
  return provider(baseURL, models, { facts: { id: "acme", name: "Acme" }, options });
}

/** A registry that is closed after the test, and what it told. */
export async function registryOf<const Providers extends RegistryProviders = { acme: AnyProvider }>(
  options: Partial<RegistryOptions<Providers>> = {},
): Promise<Registry<Providers> & { readonly events: readonly RegistryEvent[] }> {
  const registry = await createRegistry({ providers: { acme: acme() } as unknown as Providers, ...options });
  cleanups.push(() => registry.close());
  const events: RegistryEvent[] = [];
  registry.subscribe((event) => events.push(event));
  return Object.defineProperty(registry, "events", { value: events }) as never;
}

/** An overlay for `acme`. */
export const models = (entries: object, section: object = {}) => ({
  provider: { id: "acme", ...section },
  models: entries,
});

export const project = (entries: object, name?: string) => overlay(models(entries), name === undefined ? {} : { name });

/** The same, from somewhere that is not trusted. */
export const remote = (change: unknown, name = "remote") => ({
  name,
  layer: "remote" as const,
  load: async () => [
    { name: `${name}.json`, text: typeof change === "string" ? change : JSON.stringify(change, null, 2) },
  ],
});

/** A source whose text is set by the test. */
export function changeable(first: unknown, name = "changeable") {
  let text = JSON.stringify(first);
  let tell: () => void = () => {};
  return {
    name,
    layer: "project" as const,
    trusted: true,
    load: async () => [{ name: `${name}.json`, text }],
    watch(watcher: { changed(): void }) {
      tell = () => watcher.changed();
    },
    set(next: unknown) {
      text = typeof next === "string" ? next : JSON.stringify(next);
      tell();
    },
  };
}

/** Resolves when it holds. */
export async function until(holds: () => boolean | Promise<boolean>, limitMs = 5_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error("what was awaited did not come");
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}
