/** Every error modelwright throws: one base, a closed union of codes, five kinds. */

/** What went wrong, in the same words for every provider. Exhaustive: a `switch` over it can end in `never`. */
export type ErrorCode =
  // the catalog or the configuration
  | "invalid-catalog"
  | "invalid-configuration"
  // a configuration store: somebody else wrote first
  | "conflict"
  // refused before any byte is sent
  | "unsupported"
  | "invalid-request"
  | "unknown-model"
  | "unknown-provider"
  // the provider answered with a failure
  | "authentication"
  | "permission"
  | "not-found"
  | "rate-limited"
  | "quota-exceeded"
  | "overloaded"
  | "context-length"
  | "content-filter"
  | "provider-rejected"
  | "provider-error"
  // no usable answer
  | "network"
  | "timeout"
  | "aborted"
  | "stream-truncated"
  | "invalid-response"
  // what the model produced cannot be used
  | "invalid-output"
  | "invalid-tool-call"
  | "tool-failed"
  // our own policies
  | "circuit-open"
  | "queue-full"
  | "budget-exceeded"
  | "region-blocked";

/**
 * How loudly to tell of a failure. `warning`: it passes by itself, or somebody wanted it. `error`: this call failed.
 * `critical`: calls go on failing until a person pays, permits or repairs something.
 */
export type Severity = "warning" | "error" | "critical";

interface CodeFacts {
  /** The same request to the same target may succeed later. */
  readonly retryable: boolean;
  /** Another target may serve the same request. */
  readonly fallbackable: boolean;
  readonly severity: Severity;
}

const no: CodeFacts = { retryable: false, fallbackable: false, severity: "error" };
const elsewhere: CodeFacts = { retryable: false, fallbackable: true, severity: "error" };
const again: CodeFacts = { retryable: true, fallbackable: true, severity: "warning" };
const passing = { severity: "warning" } as const;
const lasting = { severity: "critical" } as const;

/** Whether a code is worth another try, at the same target or at another, and how loud it is. The only such table. */
export const errorCodes: { readonly [C in ErrorCode]: CodeFacts } = {
  "invalid-catalog": { ...no, ...lasting },
  "invalid-configuration": { ...no, ...lasting },
  conflict: no,
  unsupported: no,
  "invalid-request": no,
  "unknown-model": no,
  "unknown-provider": no,
  authentication: { ...elsewhere, ...lasting },
  permission: { ...elsewhere, ...lasting },
  "not-found": elsewhere,
  "rate-limited": again,
  "quota-exceeded": { ...elsewhere, ...lasting },
  overloaded: again,
  "context-length": elsewhere,
  "content-filter": no,
  "provider-rejected": no,
  "provider-error": again,
  network: again,
  timeout: again,
  aborted: { ...no, ...passing },
  "stream-truncated": again,
  // Whoever sends what cannot be read sends it again, for the price of another answer.
  "invalid-response": elsewhere,
  "invalid-output": no,
  "invalid-tool-call": no,
  "tool-failed": no,
  "circuit-open": { ...elsewhere, ...passing },
  "queue-full": { ...elsewhere, ...passing },
  "budget-exceeded": { ...elsewhere, ...lasting },
  "region-blocked": elsewhere,
};

/** One try of one target. */
export interface Attempt {
  /** `provider/model`. */
  readonly target: string;
  readonly outcome: "completed" | "failed" | "cancelled";
  readonly code: ErrorCode | undefined;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  /** From the start of the try to its end, in milliseconds. */
  readonly ms: number;
}

/** Facts an error may carry. Milliseconds for times. Never a key, never a URL with a query. */
export interface ErrorDetails {
  readonly cause?: unknown;
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  /** Id of the registry's generation whose facts the call used. */
  readonly generation?: string | undefined;
  /** HTTP status, when an answer arrived. */
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  /** The provider's own words for the failure, for display. */
  readonly providerMessage?: string | undefined;
  /** The provider's own code or type. */
  readonly providerCode?: string | undefined;
  /** What is wrong where: request path (`messages[0].content[1]`), JSON path of a catalog file, or option name. */
  readonly path?: string | undefined;
  /** The file at fault, for catalog errors. */
  readonly file?: string | undefined;
  /** Names that were probably meant, or between which to choose, where a name is unknown or means several things. */
  readonly suggestions?: readonly string[] | undefined;
  /** URL of the provider's own documentation, for models that it does not know. */
  readonly docs?: string | undefined;
  /** True when nothing of the request can have reached the provider: no connection came about. */
  readonly unsent?: boolean | undefined;
  /** Text, calls and usage that arrived before a stream broke. */
  readonly partial?: unknown;
  /** All tries of a call that was retried or routed, in order. */
  readonly attempts?: readonly Attempt[] | undefined;
  /** The text that could not be parsed (`invalid-output`, `invalid-response`). */
  readonly text?: string | undefined;
}

// Recognised across two copies of this package, where `instanceof` is false.
const brand = Symbol.for("modelwright.error");

/** Base of all errors of this package. The message begins with the place and the code. */
export class ModelwrightError extends Error {
  override readonly name: string = "ModelwrightError";
  readonly [brand] = true;
  readonly code: ErrorCode;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  /** Id of the registry's generation whose facts the call used. */
  readonly generation: string | undefined;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly providerMessage: string | undefined;
  readonly providerCode: string | undefined;
  readonly path: string | undefined;
  readonly file: string | undefined;
  readonly suggestions: readonly string[];
  readonly docs: string | undefined;
  readonly unsent: boolean | undefined;
  readonly partial: unknown;
  readonly text: string | undefined;
  readonly attempts: readonly Attempt[];

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.provider = details.provider;
    this.model = details.model;
    this.generation = details.generation;
    this.status = details.status;
    this.requestId = details.requestId;
    this.retryAfterMs = details.retryAfterMs;
    this.providerMessage = details.providerMessage;
    this.providerCode = details.providerCode;
    this.path = details.path;
    this.file = details.file;
    this.suggestions = details.suggestions ?? [];
    this.docs = details.docs;
    this.unsent = details.unsent;
    this.partial = details.partial;
    this.text = details.text;
    this.attempts = details.attempts ?? [];
  }

  /** The same request to the same target may succeed later. */
  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }

  /** Another target may serve the same request. */
  get fallbackable(): boolean {
    return errorCodes[this.code].fallbackable;
  }

  /** How loudly to tell of it. */
  get severity(): Severity {
    return errorCodes[this.code].severity;
  }
}

/** A catalog file or entry is wrong: `file`, `path`, and what was expected. */
export class CatalogError extends ModelwrightError {
  override readonly name: string = "CatalogError";
}

/** The model cannot serve the request; nothing was sent. The run-time twin of the compile error. */
export class CapabilityError extends ModelwrightError {
  override readonly name: string = "CapabilityError";
}

/** No usable answer: network, timeout, abort, truncated or unreadable stream. */
export class TransportError extends ModelwrightError {
  override readonly name: string = "TransportError";
}

/** The provider answered with a failure. */
export class ProviderError extends ModelwrightError {
  override readonly name: string = "ProviderError";
}

/** A policy of ours stopped the call: budget, circuit, queue. */
export class PolicyError extends ModelwrightError {
  override readonly name: string = "PolicyError";
}

const kinds: {
  readonly [name: string]: new (code: ErrorCode, message: string, details?: ErrorDetails) => ModelwrightError;
} = {
  CatalogError,
  CapabilityError,
  TransportError,
  ProviderError,
  PolicyError,
};

/**
 * An error of the same kind, code and facts with another message; `changed` facts take the place of its own.
 * @internal
 */
export function rebuilt(error: ModelwrightError, message: string, changed: ErrorDetails = {}): ModelwrightError {
  const Kind = Object.hasOwn(kinds, error.name) ? kinds[error.name] : undefined;
  return new (Kind ?? ModelwrightError)(error.code, message, { ...error, cause: error.cause, ...changed });
}

/** True for any error of this package, also one thrown by another copy of it. */
export function isModelwrightError(error: unknown): error is ModelwrightError {
  return typeof error === "object" && error !== null && brand in error;
}
