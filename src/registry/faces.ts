/** The providers given to a registry, each with the facts of the generation that is asked for. */
import type { ProviderFacts } from "../catalog/facts.js";
import { type AnyProvider, completeModel, withFacts } from "../client/define-provider.js";
import { CapabilityError, ModelwrightError } from "../errors.js";
import type { Generation } from "./generation.js";
import type { RegistryProvider } from "./registry-types.js";

export class Faces {
  private readonly clients = new Map<string, AnyProvider>();
  private readonly compiled = new Map<string, ProviderFacts>();
  /** By client, then by the facts that it was given. */
  private made = new WeakMap<AnyProvider, WeakMap<ProviderFacts, Map<string, AnyProvider>>>();

  get ids(): readonly string[] {
    return [...this.clients.keys()];
  }

  /** What was compiled, by provider id. */
  get shipped(): ReadonlyMap<string, ProviderFacts> {
    return this.compiled;
  }

  has(id: string): boolean {
    return this.clients.has(id);
  }

  /** Throws "invalid-configuration" for anything but a provider of this package under its own id. */
  set(id: string, provider: RegistryProvider): void {
    if (typeof provider !== "function" || !(withFacts in provider))
      throw new ModelwrightError("invalid-configuration", `providers.${id} is no provider of this package`);
    const client = provider as unknown as AnyProvider;
    if (client.facts.id !== id)
      throw new ModelwrightError(
        "invalid-configuration",
        `providers.${id} must be under its own id, ${client.facts.id}`,
      );
    this.clients.set(id, client);
    const { facts } = client;
    const models = Object.entries(facts.models).map(([model, own]) => [model, completeModel(own)] as const);
    this.compiled.set(id, { ...facts, models: Object.fromEntries(models) });
  }

  delete(id: string): boolean {
    this.compiled.delete(id);
    return this.clients.delete(id);
  }

  /** Throws "unknown-provider" when the provider was taken away. */
  of(id: string, generation: Generation): AnyProvider {
    const client = this.clients.get(id);
    const facts = generation.providers.get(id);
    if (client === undefined || facts === undefined)
      throw new CapabilityError("unknown-provider", `${id} was removed from the registry`, { provider: id });
    const ofClient = this.made.get(client) ?? new WeakMap<ProviderFacts, Map<string, AnyProvider>>();
    const ofFacts = ofClient.get(facts) ?? new Map<string, AnyProvider>();
    this.made.set(client, ofClient.set(facts, ofFacts));
    const face = ofFacts.get(generation.id) ?? client[withFacts](facts, generation.id);
    // Facts that stay while generations come and go have one face for each that is in use.
    if (ofFacts.size > 8) ofFacts.clear();
    ofFacts.set(generation.id, face);
    return face;
  }
}
