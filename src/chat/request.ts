/** The neutral request: what a protocol room encodes. Built by `client/prepare.ts` from what the user passed. */
import type { AnyMessage } from "./message.js";

/** A JSON Schema (draft 2020-12 or 7), as an object. */
export type JsonSchema = { readonly [key: string]: unknown };

export interface NeutralTool {
  readonly name: string;
  readonly description?: string | undefined;
  /** JSON Schema of the arguments; always of `type: "object"`. */
  readonly parameters: JsonSchema;
  /** Ask the provider to enforce the schema, where it can. */
  readonly strict?: boolean | undefined;
}

export type ToolChoice = "auto" | "none" | "required" | { readonly tool: string };

/** How a structured answer is obtained; chosen from the catalog, visible in `reply.outputPath`. */
export type OutputPath = "schema" | "tool" | "json";

export interface NeutralOutput {
  readonly name: string;
  readonly description?: string | undefined;
  readonly schema: JsonSchema;
  readonly path: OutputPath;
  readonly strict?: boolean | undefined;
}

export type ReasoningEffort = "none" | "minimal" | "low" | "medium" | "high" | "xhigh" | "max" | "default";

export interface NeutralReasoning {
  readonly effort?: ReasoningEffort | undefined;
  /** Thinking tokens; `"auto"` leaves the amount to the model. */
  readonly budget?: number | "auto" | undefined;
  /** Switch reasoning on or off where the model has a switch. */
  readonly enabled?: boolean | undefined;
  /** Ask for readable reasoning. */
  readonly summary?: "auto" | "concise" | "detailed" | "none" | undefined;
}

/** Parameter values by the catalog's canonical name: `temperature`, `topP`, `maxOutputTokens`, `stop`, … and provider options. */
export type ParameterValues = { readonly [name: string]: unknown };

/** A request in the words of no provider, as hooks and policies see it. */
export interface NeutralRequest {
  readonly messages: readonly AnyMessage[];
  readonly tools: readonly NeutralTool[];
  readonly toolChoice?: ToolChoice | undefined;
  /** False asks for one call at a time. */
  readonly parallelTools?: boolean | undefined;
  readonly output?: NeutralOutput | undefined;
  readonly reasoning?: NeutralReasoning | undefined;
  readonly params: ParameterValues;
  readonly extraBody?: { readonly [key: string]: unknown } | undefined;
  readonly extraHeaders?: { readonly [name: string]: string } | undefined;
}
