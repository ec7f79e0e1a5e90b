/** A provider and its models after resolution: what the generator, the runtime and the simulator read. No code, no defaults left to apply. */
import type { ErrorCode } from "../errors.js";
import type { Dialects } from "./dialects/switches.js";

/** Wire protocols that have a room in `src/protocols`. */
export type ProtocolId = ChatProtocolId | TaskProtocolId;

/** Protocols without chat: pictures and films, mostly by jobs, and speech. */
export type TaskProtocolId =
  | "bfl-flux"
  | "dashscope"
  | "deepgram-speech"
  | "elevenlabs-speech"
  | "fal-queue"
  | "minimax-media"
  | "replicate-predictions";

export type ChatProtocolId =
  | "openai-chat"
  | "openai-responses"
  | "anthropic-messages"
  | "google-generative-ai"
  | "ollama"
  | "cohere-v2"
  | "bedrock-converse";

export type ModelKind =
  | "chat"
  | "completion"
  | "embedding"
  | "image"
  | "speech"
  | "transcription"
  | "video"
  | "rerank"
  | "moderation"
  | "realtime"
  | "ocr";

export type Modality = "text" | "image" | "pdf" | "file" | "audio" | "video" | "embedding" | "json";
export type Effort = "none" | "minimal" | "low" | "medium" | "high" | "xhigh" | "max" | "default";

/** How a key reaches the provider. `env` names are tried in order. */
export type Auth =
  | { readonly type: "none" }
  | { readonly type: "bearer"; readonly env: readonly string[]; readonly optional?: boolean }
  | {
      readonly type: "header";
      readonly header: string;
      readonly prefix?: string;
      readonly env: readonly string[];
      readonly optional?: boolean;
    }
  | { readonly type: "query"; readonly param: string; readonly env: readonly string[]; readonly optional?: boolean }
  | SignedAuth
  | GoogleAuth;

/** AWS Signature Version 4: the credentials sign the request and never go on the wire. */
export interface SignedAuth {
  readonly type: "aws-sigv4";
  /** Signing name of the service, e.g. `bedrock`. */
  readonly service: string;
  /** Name in `vars` of the region. */
  readonly region: string;
  /** Environment names. Only temporary credentials have a session token. */
  readonly env: readonly [accessKeyId: string, secretAccessKey: string, sessionToken: string];
  readonly optional?: boolean;
}

/** Google's access tokens: of the credentials file that an environment name points to, or of the machine's own account. */
export interface GoogleAuth {
  readonly type: "google-oauth";
  readonly env: readonly string[];
  readonly optional?: boolean;
}

/** A value that connections are made of. */
export interface Variable {
  readonly env?: readonly string[];
  /** May hold `${name}` templates where it stands at the beginning of a base URL. */
  readonly default?: string;
  /** Other defaults, by the value of another variable: `{ location: { global: "https://…" } }`. */
  readonly when?: { readonly [variable: string]: { readonly [value: string]: string } };
  readonly required?: boolean;
}

/** Recognises a provider's failure: every given member must match. First match wins. */
export interface ErrorRule {
  readonly status?: number;
  /** Equals the provider's error code, type or status word. */
  readonly code?: string;
  /** Is contained in the provider's message, case-insensitively. Plain text, not a pattern. */
  readonly message?: string;
  readonly is: ErrorCode;
}

export interface ProviderFacts {
  readonly id: string;
  readonly name: string;
  readonly role: "lab" | "cloud" | "host" | "gateway" | "plan" | "local";
  /** Wire protocol of chat models that do not name one. */
  readonly protocol: ProtocolId;
  /** No trailing slash. May hold `${name}` templates, filled from `vars`. */
  readonly baseURL: string;
  /** Where requests are processed, as the provider states it: `eu`, `cn`, or a variable, `${region}`. Absent: not stated. */
  readonly region?: string;
  /** Environment names for the base URL, tried in order. */
  readonly baseURLEnv?: readonly string[];
  readonly vars?: { readonly [name: string]: Variable };
  /** Query of every request. A value is a text or one `${name}`, and left out when the variable has no value. */
  readonly query?: { readonly [name: string]: string };
  /** Tried in order: the first whose key is present. */
  readonly auth: readonly Auth[];
  readonly headers?: { readonly [name: string]: string };
  readonly dialect?: Dialects;
  readonly errors?: readonly ErrorRule[];
  /** What an absent capability means. */
  readonly assume: "strict" | "permissive";
  readonly unknownModels: "reject" | "permissive";
  /** Chat model used when none is named. */
  readonly defaultModel?: string;
  /** The live model list. */
  readonly discover?: {
    readonly path: string;
    readonly adapter: "openai" | "anthropic" | "google" | "ollama-tags" | "cohere";
  };
  /** Milliseconds per clock, where the client's own defaults are too short or too long for this provider. */
  readonly timeouts?: {
    readonly connect?: number;
    readonly firstByte?: number;
    readonly idle?: number;
    readonly total?: number;
  };
  readonly docs?: string;
  /** Only lists of others stand behind the entry: nobody compared it with the provider's documentation or a client's code. */
  readonly untested?: boolean;
  readonly models: { readonly [id: string]: ModelFacts };
}

/** `true` accepted, `false` rejected, or accepted within bounds. */
export type ParamConstraint = boolean | ParamBounds;
export interface ParamBounds {
  readonly type?: "number" | "integer" | "string" | "boolean" | "array" | "object";
  readonly min?: number;
  readonly max?: number;
  readonly exclusiveMin?: number;
  readonly exclusiveMax?: number;
  readonly step?: number;
  readonly enum?: readonly (string | number | boolean)[];
  /** The enum only suggests: other values pass. */
  readonly open?: boolean;
  readonly const?: string | number | boolean;
  readonly maxItems?: number;
  readonly maxLength?: number;
  /** The value is `<width>x<height>` in pixels, within these bounds. Aspect is width divided by height. */
  readonly size?: {
    readonly multipleOf?: number;
    readonly minAspect?: number;
    readonly maxAspect?: number;
    readonly maxWidth?: number;
    readonly maxHeight?: number;
    readonly maxPixels?: number;
  };
  readonly default?: unknown;
  readonly required?: boolean;
  /** What the provider does with a value outside the bounds. Absent: `error`. */
  readonly effect?: "error" | "ignored" | "clamped";
  /** Dotted path in the wire body, where it is not the protocol's usual one. */
  readonly wire?: string;
  /** Members set in the wire body beside this one when the parameter is given, by dotted path. */
  readonly sets?: { readonly [path: string]: string | number | boolean };
}

/** A conditional constraint: when all given conditions hold, the constraints apply. */
export interface Rule {
  readonly when: {
    readonly reasoning?: "on" | "off";
    readonly effort?: readonly Effort[];
    readonly present?: readonly string[];
    readonly absent?: readonly string[];
    readonly stream?: boolean;
    readonly equals?: { readonly [param: string]: string | number | boolean };
  };
  readonly params?: { readonly [name: string]: ParamConstraint };
  readonly features?: {
    readonly toolChoice?: readonly ToolChoiceMode[];
    readonly prefill?: boolean;
    readonly tools?: boolean;
    readonly structuredOutput?: boolean;
  };
  readonly require?: { readonly [param: string]: true };
  readonly effect?: "error" | "ignored" | "clamped";
  readonly note?: string;
}

export type ToolChoiceMode = "auto" | "none" | "required" | "named" | "allowed";

/** Absent = unknown: follows `assume`. */
export interface Features {
  readonly tools?: boolean;
  readonly toolChoice?: readonly ToolChoiceMode[];
  readonly parallelTools?: boolean;
  readonly strictTools?: boolean;
  /** `schema`: the provider enforces a JSON Schema; `strict`: with its strict subset; `json`: any JSON object. */
  readonly structuredOutput?: "none" | "json" | "schema" | "strict";
  readonly structuredOutputWithTools?: boolean;
  readonly streaming?: boolean | "required";
  readonly systemRole?: boolean;
  readonly prefill?: boolean;
  readonly promptCaching?: "none" | "implicit" | "explicit" | "both";
  /** Tools that the provider runs itself. */
  readonly builtinTools?: readonly string[];
  readonly citations?: boolean;
  readonly batch?: boolean;
}

/** How reasoning is put on the wire. Each encoder belongs to one protocol room. */
export type ReasoningWire =
  | "openai-effort"
  | "openrouter"
  | "enable-thinking"
  | "thinking-type"
  | "chat-template-kwargs"
  | "anthropic-thinking"
  | "anthropic-adaptive"
  | "gemini-budget"
  | "gemini-level"
  | "ollama-think"
  | "cohere-thinking"
  | "bedrock-thinking"
  | "bedrock-adaptive"
  | "bedrock-nova"
  | "bedrock-effort";

export interface Reasoning {
  /** `always` cannot be switched off. */
  readonly mode: "none" | "always" | "optional" | "unknown";
  /** What happens when the request says nothing (mode `optional`). */
  readonly default?: "on" | "off";
  /** A plain on/off switch exists. */
  readonly toggle?: boolean;
  readonly effort?: {
    readonly levels: readonly Effort[];
    readonly default?: Effort;
    readonly off?: Effort;
    readonly alias?: { readonly [from: string]: Effort };
  };
  readonly budget?: {
    readonly min?: number;
    readonly max?: number;
    readonly off?: number;
    readonly auto?: number;
    readonly below?: "maxOutputTokens";
    readonly default?: number;
  };
  /** The model may decide by itself how much to think. */
  readonly adaptive?: boolean;
  /** Controls that must not be given together. */
  readonly exclusive?: readonly (readonly string[])[];
  readonly output?: "none" | "summary" | "full" | "encrypted";
  /** Wire member that carries reasoning text, e.g. `reasoning_content`. */
  readonly field?: string;
  /** Reasoning arrives inside the text, between these tags. */
  readonly tags?: readonly [string, string];
  /** Whether earlier reasoning goes back to the model. */
  readonly replay?: "required" | "allowed" | "forbidden";
  readonly wire?: ReasoningWire;
}

export interface Limits {
  /** Tokens. */
  readonly context?: number;
  readonly input?: number;
  readonly output?: number;
  readonly batchItems?: number;
  readonly inputChars?: number;
  readonly tools?: number;
  readonly cacheMinTokens?: number;
}

export interface MediaFacts {
  readonly mime?: readonly string[];
  readonly sources?: readonly ("url" | "base64" | "fileId")[];
  readonly maxCount?: number;
  readonly maxBytes?: number;
}

/** Prices per 1,000,000 tokens in `currency`. An absent price is unknown, never 0. */
export interface TokenPrices {
  readonly input?: number;
  readonly output?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly cacheWrite1h?: number;
  readonly reasoning?: number;
  readonly audioInput?: number;
  readonly audioOutput?: number;
  readonly audioCacheRead?: number;
  readonly imageInput?: number;
  readonly imageOutput?: number;
  readonly videoInput?: number;
}

export interface Pricing {
  /** ISO 4217. */
  readonly currency: string;
  readonly plan?: "payg" | "subscription" | "free" | "self-hosted" | "unknown";
  readonly tokens?: TokenPrices;
  /** Other prices above a number of tokens; `scope: request` reprices the whole request. */
  readonly tiers?: readonly {
    readonly above: number;
    readonly by: "input" | "output" | "total";
    readonly scope: "request" | "marginal";
    readonly tokens: TokenPrices;
  }[];
  readonly serviceTiers?: { readonly [tier: string]: { readonly tokens?: TokenPrices; readonly multiply?: number } };
  readonly regions?: { readonly [region: string]: { readonly tokens?: TokenPrices; readonly multiply?: number } };
  /** Prices of what is not counted in tokens. In chats they come on top of the tokens, elsewhere in their place. */
  readonly units?: readonly {
    /**
     * What is counted. Of media: `image`, `megapixel` (of a size that was ordered), `video`, `second.input`,
     * `second.output`, `character.input`, `query`, `page`; anywhere `request`; in chats what the provider's own tools
     * are sold by, such as `webSearch`.
     */
    readonly meter: string;
    readonly per: number;
    readonly price: number;
    /** `once`: at most once in a request. `always`: once in every request, used or not. Absent: as often as it was used. */
    readonly counted?: "once" | "always";
    readonly when?: { readonly [param: string]: string | number | boolean };
  }[];
  readonly windows?: readonly {
    readonly from?: string;
    readonly until?: string;
    readonly daily?: readonly [string, string];
    readonly tokens?: TokenPrices;
    readonly multiply?: number;
  }[];
  readonly asOf?: string;
  readonly source?: string;
}

export interface ModelFacts {
  readonly kind: ModelKind;
  readonly name?: string;
  readonly family?: string;
  /** What is sent as the model's name, where it is not the id: deployment, inference profile. */
  readonly wireId?: string;
  /** Where it is processed when not where the provider is: a regional profile such as `eu`. */
  readonly region?: string;
  /** Other ids that mean this model. */
  readonly aliases?: readonly string[];
  /** Id, at the same provider, of the model that this entry only renames. Its facts are already copied here. */
  readonly aliasOf?: string;
  /** Stands for unlisted ids, too: `*` is any text, everything else is literal. Never a regular expression. */
  readonly idPattern?: string;
  readonly status?: "alpha" | "beta" | "preview" | "stable" | "deprecated" | "retired";
  /** ISO dates, possibly shortened to year or month. */
  readonly dates?: { readonly [D in "released" | "updated" | "knowledge" | "deprecated" | "retires"]?: string };
  readonly successor?: string;
  readonly openWeights?: boolean;
  readonly input: readonly Modality[];
  /** The catalog file states no `input`: modalities outside the list are unknown, not refused. */
  readonly inputUnstated?: true;
  readonly output: readonly Modality[];
  readonly features: Features;
  readonly reasoning?: Reasoning;
  readonly params: { readonly [name: string]: ParamConstraint };
  readonly rules?: readonly Rule[];
  readonly limits: Limits;
  readonly media?: { readonly [modality: string]: MediaFacts };
  readonly pricing?: Pricing;
  readonly rateLimits?: { readonly [tier: string]: { readonly [meter: string]: number } };
  readonly modes?: {
    readonly [mode: string]: {
      readonly body?: { readonly [key: string]: unknown };
      readonly headers?: { readonly [name: string]: string };
      readonly pricing?: Pricing;
    };
  };
  /** Connection differences of this one model. */
  readonly transport?: {
    readonly protocol?: ProtocolId;
    /** Protocol of requests with built-in tools, where the model's own has no place for them. */
    readonly builtinTools?: ProtocolId;
    readonly baseURL?: string;
    readonly path?: string;
    readonly headers?: { readonly [name: string]: string };
    readonly body?: { readonly [key: string]: unknown };
  };
  readonly dialect?: Dialects;
  /** Overrides the provider's `assume`. */
  readonly assume?: "strict" | "permissive";
  readonly verified?: {
    readonly at: string;
    readonly by: "live" | "docs" | "import" | "user";
    readonly source?: string;
  };
  readonly extra?: { readonly [key: string]: unknown };
}
