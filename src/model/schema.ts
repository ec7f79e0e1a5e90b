/** Schemas and tools: what is inferred from zod, any Standard Schema, or a plain JSON Schema. */
import type { JsonSchema } from "../chat/request.js";

/** The part of the Standard Schema interface (https://standardschema.dev) that is read here. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => unknown;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** A schema: zod 3 or 4, valibot, arktype, … through Standard Schema; or a JSON Schema object (typed as `unknown`). */
export type Schema<Output = unknown> = StandardSchema<unknown, Output> | JsonSchema;

/** A tool of the caller's: what it takes, and what runs. Without `execute` the call is handed to the caller. */
export interface Tool<Input> {
  /** Tells the model when and how to use the tool. */
  readonly description?: string | undefined;
  /** Schema of the arguments; an object. */
  readonly input: StandardSchema<unknown, Input> | JsonSchema;
  /** Runs the call. The result goes back to the model, as JSON unless it is a string. */
  readonly execute?: ((input: Input, context: ToolContext) => unknown) | undefined;
  /** True when a call must be approved before it runs; a function decides by its arguments. */
  readonly needsApproval?: boolean | ((input: Input, context: ToolContext) => boolean | Promise<boolean>) | undefined;
  /** Asks the provider to enforce the schema. */
  readonly strict?: boolean | undefined;
}

/** What a running tool is told. */
export interface ToolContext {
  readonly toolCallId: string;
  readonly signal: AbortSignal | undefined;
}

/** Tools by name; `T` maps each name to its arguments. */
export type Tools<T> = { readonly [Name in keyof T]: Tool<T[Name]> };

/** A finished call of one of the tools in `T`. */
export type ToolCallOf<T> = {
  readonly [Name in keyof T]: { readonly id: string; readonly name: Name; readonly input: T[Name] };
}[keyof T];

/** What a schema yields. */
export type OutputOf<S> = S extends { readonly "~standard": { readonly types?: infer Types } }
  ? NonNullable<Types> extends { readonly output: infer Output }
    ? Output
    : unknown
  : unknown;
