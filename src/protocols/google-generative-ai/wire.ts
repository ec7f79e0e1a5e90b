/** The shapes of the Gemini API as documented; types only. https://ai.google.dev/api/generate-content */

/** A JSON object of the wire. Read only by fixed names; every member may be missing, null or of another type. */
export type Members = { readonly [name: string]: unknown };

/** A part as we send it: exactly one of the data members, and the marks beside it. */
export interface WirePart {
  readonly text?: string;
  readonly inlineData?: { readonly mimeType: string; readonly data: string };
  readonly fileData?: { readonly fileUri: string; readonly mimeType?: string };
  readonly functionCall?: { readonly id?: string; readonly name: string; readonly args: Members };
  readonly functionResponse?: { readonly id?: string; readonly name: string; readonly response: Members };
  /** The part is a summary of the model's thinking. */
  readonly thought?: true;
  readonly thoughtSignature?: string;
}

export interface WireContent {
  readonly role: "user" | "model";
  /** Opaque parts go back as they came. */
  readonly parts: readonly (WirePart | Members)[];
}

export interface WireFunctionDeclaration {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema; the older `parameters` takes only a subset of OpenAPI 3.0. */
  readonly parametersJsonSchema: Members;
}

export interface WireToolConfig {
  readonly functionCallingConfig: {
    /** `VALIDATED` is `AUTO` with arguments held to their schema. */
    readonly mode: "AUTO" | "ANY" | "NONE" | "VALIDATED";
    readonly allowedFunctionNames?: readonly string[];
  };
}

export interface WireThinkingConfig {
  /** Tokens; 0 is off, -1 lets the model decide. Gemini 2.5. */
  readonly thinkingBudget?: number;
  /** Gemini 3. */
  readonly thinkingLevel?: string;
  readonly includeThoughts?: boolean;
}

/** What a replayed part needs beside its neutral content. The `data` of a `Replay` of this protocol. */
export interface WireReplay {
  /** The call's id as the model gave it; absent on older models. */
  readonly id?: string;
  readonly thought?: true;
  readonly thoughtSignature?: string;
}
