/** Decides what a provider's generated files hold, before anything is printed: names, order, and what is shared. Pure. */
import type { ProtocolId, ProviderFacts } from "../src/catalog/facts.js";
import { protocolsOf } from "../src/catalog/spoken.js";
import { camelCase, constantName, fileName, pascalCase } from "./identifier.js";
import { type PlannedFacts, shippedFacts, shippedProvider } from "./plan-data.js";
import { type PlannedModel, planModels } from "./plan-models.js";
import { type PlannedProfile, Profiles } from "./plan-profiles.js";
import type { TypePart } from "./profile-types.js";
import { byCodeUnit } from "./text.js";

export interface PlannedProtocol {
  readonly id: ProtocolId;
  /** The room's constant. */
  readonly constant: string;
}

export interface ProviderPlan {
  readonly id: string;
  readonly file: string;
  /** Name of the exported provider, its model map, what the map is made of, and its client factory. */
  readonly constant: string;
  readonly mapName: string;
  readonly entriesName: string;
  readonly factory: string;
  readonly protocols: readonly PlannedProtocol[];
  /** The door's constant for what only one cloud needs. */
  readonly cloud: "aws" | "googleCloud" | undefined;
  /** Types that profiles refer to. */
  readonly parts: readonly TypePart[];
  readonly profiles: readonly PlannedProfile[];
  readonly models: readonly PlannedModel[];
  /** The provider's own facts, and those of its models by id. */
  readonly facts: unknown;
  readonly modelFacts: readonly PlannedFacts[];
}

/** The plan of one provider. */
export function planProvider(provider: ProviderFacts): ProviderPlan {
  const profiles = new Profiles();
  const models = Object.entries(provider.models).sort(([a], [b]) => byCodeUnit(a, b));
  const planned = planModels(provider, models, profiles);
  const protocols = plannedProtocols(provider);
  const name = pascalCase(provider.id);
  return {
    id: provider.id,
    file: fileName(provider.id),
    constant: constantName(
      provider.id,
      protocols.map(({ constant }) => constant),
    ),
    mapName: `${name}Models`,
    entriesName: `${name}Entries`,
    factory: `create${name}`,
    protocols,
    cloud: cloudOf(provider, protocols),
    models: planned,
    parts: profiles.parts.sorted(),
    profiles: profiles.sorted(),
    facts: shippedProvider(provider),
    modelFacts: models.map(([id, model]) => shippedFacts(id, model)),
  };
}

/** Amazon's clients sign requests or read its binary event stream, Google Cloud's fetch access tokens. */
function cloudOf({ auth }: ProviderFacts, protocols: readonly PlannedProtocol[]): ProviderPlan["cloud"] {
  if (auth.some(({ type }) => type === "google-oauth")) return "googleCloud";
  const signs = auth.some(({ type }) => type === "aws-sigv4");
  return signs || protocols.some(({ id }) => id === "bedrock-converse") ? "aws" : undefined;
}

function plannedProtocols(provider: ProviderFacts): PlannedProtocol[] {
  const used = Object.values(provider.models).flatMap((model) => protocolsOf(provider, model));
  const ids = [...new Set([provider.protocol, ...used])].sort(byCodeUnit);
  return ids.map((id) => ({ id, constant: camelCase(id) }));
}
