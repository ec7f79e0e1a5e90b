/** Schema of a provider file, `catalog/<provider>.json`: what people write, before inheritance is resolved. */
import { z } from "zod";
import { modelSchema } from "./schema-model.js";
import { type Patch, patchSchema } from "./schema-patch.js";
import { connectionSchema } from "./schema-provider.js";
import { mapOf, modelIdSchema, strict } from "./schema-values.js";

const { inputUnstated: _derived, ...statable } = modelSchema.shape;
const statedModel = strict(statable);

type StatedModel = z.input<typeof statedModel>;

/** A partial model: `provider.defaults`, a profile, or what a model states beside its inheritance. */
export type ModelPatch = Patch<StatedModel>;

/** A model of a provider file: what it states itself, and where it inherits the rest. */
export interface ModelEntry extends ModelPatch {
  /** `provider/model`, or `#model` in the same file: facts are inherited from there. */
  readonly base?: string;
  /** Profiles of this file, applied in order. */
  readonly use?: readonly string[];
  /** Dot paths taken out of what was inherited. */
  readonly omit?: readonly string[];
}

const modelPatch = patchSchema(statedModel) as unknown as z.ZodObject;

const modelEntry = strict({
  ...modelPatch.shape,
  base: z.string().min(2).exactOptional(),
  use: z.array(z.string().min(1)).exactOptional(),
  omit: z.array(z.string().min(1)).exactOptional(),
});

/** Members of a model that pass from one provider to another; `provider.inherits` narrows them. */
export const inheritableKeys = [
  "name",
  "family",
  "kind",
  "input",
  "output",
  "features",
  "reasoning",
  "params",
  "rules",
  "limits",
  "media",
  "dates",
  "openWeights",
] as const;

const { assume, unknownModels, ...connection } = connectionSchema.shape;

/** `assume` and `unknownModels` follow the role when absent: permissive for local providers, else strict and reject. */
const providerSection = strict({
  ...connection,
  assume: assume.exactOptional(),
  unknownModels: unknownModels.exactOptional(),
  defaults: modelPatch.exactOptional(),
  inherits: z.array(z.enum(inheritableKeys)).exactOptional(),
});

/** How a provider is reached, and what its models have in common. */
export type ProviderSection = Omit<z.infer<typeof providerSection>, "defaults"> & { readonly defaults?: ModelPatch };

/** A provider file, `catalog/<provider>.json`: `provider.schema.json` beside it is its JSON Schema. */
export interface ProviderFile {
  readonly $schema?: string;
  readonly catalogVersion: 1;
  readonly provider: ProviderSection;
  /** Named partial models, mixed into models by `use`. */
  readonly profiles?: { readonly [name: string]: ModelPatch };
  readonly models: { readonly [id: string]: ModelEntry };
}

export const providerFileSchema = strict({
  $schema: z.string().exactOptional(),
  catalogVersion: z.literal(1),
  provider: providerSection,
  profiles: mapOf(modelPatch).exactOptional(),
  models: z.record(modelIdSchema, modelEntry),
});
