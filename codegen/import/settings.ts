/** What a person decided about the import of one provider: `overrides/<provider>.json`, checked. */
import { z } from "zod";

const patch = z.record(z.string(), z.unknown());

const settingsSchema = z.strictObject({
  /** Merged over the connection that the provider row gives. */
  provider: patch,
  /** The profile that models of a kind build upon. */
  base: z.record(z.string(), z.string()),
  convert: z.strictObject({
    /** What the sources' yes, no and silence about JSON Schema output mean at this provider. */
    structuredOutput: z
      .strictObject({ yes: z.string(), no: z.string().optional(), unstated: z.string().optional() })
      .optional(),
    /** Read the provider's own statement of schema support instead of the general one. */
    nativeStructuredOutput: z.boolean().optional(),
    /** What a yes to prompt caching means. */
    promptCaching: z.string().optional(),
    /** Added to the reasoning facts of every model that reasons. `wire` may be replaced by the budget's or level's. */
    reasoning: patch.optional(),
    /** Merged into every model that reasons. */
    whenReasons: patch.optional(),
    /** Reasoning controls of models that reason although no source states a control. */
    unstatedControls: patch.optional(),
    wires: z.strictObject({ budget: z.string(), level: z.string() }).optional(),
    /** Values of a budget beside its range. */
    budget: patch.optional(),
    /** Constraints for parameters that a row lists as supported, by canonical name. */
    supported: patch.optional(),
    /** Service tiers that exist without a price of their own. */
    serviceTiers: z.array(z.string()).optional(),
    /** The profile of models that are served by the Responses endpoint and not by chat completions. */
    responsesProfile: z.string().optional(),
    /** Constraints that hold while a thinking budget is in force, instead of the plain refusal of sampling. */
    thinkingRule: patch.optional(),
  }),
  profiles: z.record(z.string(), patch),
  /** Ids that are not models of this provider; `*` is any text. */
  skip: z.array(z.string()).optional(),
  /** Corrections by id; `*` is any text. Later entries win. */
  models: z.record(z.string(), patch).optional(),
});

export type Settings = z.infer<typeof settingsSchema>;

/** Parses an overrides file. Throws with the file's name. */
export function parseSettings(file: string, text: string): Settings {
  const result = settingsSchema.safeParse(JSON.parse(text));
  if (!result.success) throw new Error(`${file}: ${z.prettifyError(result.error)}`);
  return result.data;
}
