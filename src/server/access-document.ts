/** Who may use a gateway for what: keys, roles and tenants, as a program or a JSON file states them. */
import type { ModelKind } from "../catalog/facts.js";

/** What one key, or all keys of a tenant together, may use up. What is absent is without limit. */
export interface AccessLimits {
  /** Further calls are refused with "rate-limited", and with the time to wait. Counted in each gateway's process. */
  readonly requestsPerMinute?: number | undefined;
  /** Of prompts and answers together. Counted in each gateway's process. */
  readonly tokensPerMinute?: number | undefined;
  /** Calls at a time, streams counted until their end; further ones are refused with "queue-full". */
  readonly maxInFlight?: number | undefined;
  /** Further calls are refused with "budget-exceeded". Counted in the ledger, so also among many processes. */
  readonly budget?: AccessBudget | undefined;
}

/** An amount of money in a window of time. */
export interface AccessBudget {
  /** In the document's currency. */
  readonly amount: number;
  /** When spending begins anew, in UTC. Default `month`. */
  readonly window?: "hour" | "day" | "month" | "total" | undefined;
}

/** What holders of a role may do. Its limits hold for each key by itself. */
export interface AccessRole extends AccessLimits {
  /** Models as `provider/model`; `*` at the end stands for anything: `openai/*`, or `*` for all. */
  readonly models: readonly string[];
  /** Default: models of every kind. */
  readonly kinds?: readonly ModelKind[] | undefined;
  /** Highest price per million tokens, of input and of output, in the document's currency. A model of unknown price is not allowed then. */
  readonly maxPrice?: number | undefined;
  /**
   * Passes on members of requests that the catalog does not know, and models that built-in tools name. Default false:
   * both could reach models that the role does not allow.
   */
  readonly unknownMembers?: boolean | undefined;
}

/** A key, without the key: only its hash is kept. */
export interface AccessKey {
  /** Unique within its tenant, but for the old and the new one while a key is rotated. */
  readonly name: string;
  readonly tenant: string;
  /** A call is made in the first of them that allows its model. */
  readonly roles: readonly string[];
  /** SHA-256 of the key, in hexadecimal. */
  readonly hash: string;
  /** Who holds it, for reports. */
  readonly user?: string | undefined;
  /** Further tags of its calls, for reports and budgets. `tenant`, `user` and `key` are set anyway. */
  readonly tags?: { readonly [name: string]: string } | undefined;
  /** The key ends at this time, ISO 8601. */
  readonly until?: string | undefined;
}

/** Keys, roles and tenants of a gateway. */
export interface AccessDocument {
  readonly roles: { readonly [name: string]: AccessRole };
  /** Limits of all keys of a tenant together. */
  readonly tenants?: { readonly [name: string]: AccessLimits } | undefined;
  readonly keys: readonly AccessKey[];
  /** Of budgets and prices, ISO 4217. Default `USD`. */
  readonly currency?: string | undefined;
}

/** Whose request it is. */
export interface Caller {
  readonly tenant: string;
  /** Name of the key. */
  readonly key: string;
  readonly user: string | undefined;
  readonly roles: readonly string[];
  /** `tenant`, `key` and `user`, and what else the key says: they go to budgets, audit trails and logs. */
  readonly tags: { readonly [name: string]: string };
}

/** Whether a pattern of a role means a model. */
export function patternMatches(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
