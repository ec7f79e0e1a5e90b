/** What a person decided about the import of one provider: `overrides/<provider>.json`, checked. */
import { z } from "zod";

const patch = z.record(z.string(), z.unknown());

const toolPrice = z.strictObject({
  meter: z.string(),
  price: z.number(),
  /** At models that reason. */
  whenReasons: z.number().optional(),
});

const settingsSchema = z.strictObject({
  /** Settings that these are merged over: those of another provider, or `generic`, those of any provider. */
  extends: z.string().optional(),
  /** Entry of the provider facts, when it is not the provider's own id. */
  row: z.string().optional(),
  /** Providers of the model facts whose rows are this provider's; of rows with one id the first holds. Default: its id. */
  facts: z.array(z.string()).optional(),
  /** Kinds of models that are imported. Default: all. */
  kinds: z.array(z.string()).optional(),
  /** Merged over the connection that the provider row gives. */
  provider: patch.default({}),
  /** The profile, or profiles, that models of a kind build upon. */
  base: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
  convert: z
    .strictObject({
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
      /** Rows state the protocol and the base URL of their model. */
      transports: z.boolean().optional(),
      /** Service tiers that exist without a price of their own. */
      serviceTiers: z.array(z.string()).optional(),
      /** Built-in tools of every model that takes tools, where the provider offers them to all. */
      builtinTools: z.array(z.string()).optional(),
      /** Protocol of requests with built-in tools, for models that are spoken to by another. */
      toolsProtocol: z.string().optional(),
      /** The profile of models that are served by the Responses endpoint and not by chat completions. */
      responsesProfile: z.string().optional(),
      /** Prices of the provider's own tools, by their names: models that offer one have its price. */
      toolPrices: z.record(z.string(), toolPrice).optional(),
      /** How searches are counted, by ids: `*` is any text. Default: each. */
      searches: z
        .strictObject({
          once: z.array(z.string()).optional(),
          always: z.array(z.string()).optional(),
          /** The context size of requests that name none. */
          unstated: z.string().optional(),
        })
        .optional(),
      /** Constraints that hold while a thinking budget is in force, instead of the plain refusal of sampling. */
      thinkingRule: patch.optional(),
    })
    .default({}),
  profiles: z.record(z.string(), patch).default({}),
  /** Ids that are not models of this provider; `*` is any text. */
  skip: z.array(z.string()).optional(),
  /** Corrections by id; `*` is any text. Later entries win. */
  models: z.record(z.string(), patch).optional(),
});

export type Settings = z.infer<typeof settingsSchema>;

/** Checks the settings of a file. Throws with the file's name. */
export function checkSettings(file: string, value: unknown): Settings {
  const result = settingsSchema.safeParse(value);
  if (!result.success) throw new Error(`${file}: ${z.prettifyError(result.error)}`);
  return result.data;
}
