/** `createAccess`: the keys of a gateway, what each may do, and the policies that hold each call to it. */
import type { ModelFacts, ProviderFacts } from "../catalog/facts.js";
import { didYouMean } from "../catalog/nearest.js";
import type { NeutralRequest } from "../chat/request.js";
import type { ModelCall, Policy } from "../client/handler.js";
import { ModelwrightError, PolicyError } from "../errors.js";
import type { AccessDocument, AccessKey, AccessRole, Caller } from "./access-document.js";
import { patternMatches } from "./access-document.js";
import { type AccessLimitOptions, LimitBook } from "./access-limits.js";
import { hexDigest } from "./token.js";

/** How limits are counted, and the clock. */
export interface AccessOptions extends AccessLimitOptions {
  /** Milliseconds since the epoch. */
  readonly now?: (() => number) | undefined;
}

/** A key that was made just now. */
export interface IssuedKey {
  /** To be given to its holder. It is kept nowhere. */
  readonly secret: string;
  readonly key: AccessKey;
}

/** Names one key: its tenant and its name. */
export type KeyName = Pick<AccessKey, "tenant" | "name">;

/** Give it as `access` to a gateway. Changes hold from the next request on. */
export interface Access {
  /** What holds now, to be kept; no secret is in it. */
  readonly document: AccessDocument;
  /** Puts another document in the place of the present one; what is counted goes on where its limits stay. */
  replace(document: AccessDocument): void;
  /** Makes a key. Throws "invalid-configuration" for a name that is taken and a role that is not there. */
  issue(key: Omit<AccessKey, "hash">): Promise<IssuedKey>;
  /** Makes a new key of the same name; the old one ends after `graceMs`. Default 0: at once. */
  rotate(key: KeyName, options?: { readonly graceMs?: number }): Promise<IssuedKey>;
  /** Ends a key at once. Calls in flight go on to their end. */
  revoke(key: KeyName): void;
  /** Whose key it is; undefined for one that is unknown or has ended. */
  callerOf(secret: string | undefined): Promise<Caller | undefined>;
  /** Whether some role of the caller allows the model. */
  allows(caller: Caller, model: AccessModel): boolean;
  /** Refuses what the caller may not do with "permission", and keeps it within its limits. */
  policy(caller: Caller): Policy;
}

/** A model, as routes and calls know it. */
export interface AccessModel {
  readonly provider: ProviderFacts;
  /** Catalog id. */
  readonly modelId: string;
  readonly model: ModelFacts;
}

/** Begins every key, so that scanners of leaked secrets know one. */
const keyPrefix = "mw_";

/** Throws "invalid-configuration" for limits that make no sense. `parseAccess` of `modelwright/access` reads a document from a file. */
export function createAccess(document: AccessDocument, options: AccessOptions = {}): Access {
  return new KeyBook(document, options);
}

class KeyBook implements Access {
  document: AccessDocument;
  private byHash: ReadonlyMap<string, AccessKey>;
  private readonly limits: LimitBook;
  private readonly now: () => number;

  constructor(document: AccessDocument, options: AccessOptions) {
    this.now = options.now ?? Date.now;
    this.limits = new LimitBook(options);
    this.document = document;
    this.byHash = new Map(document.keys.map((key) => [key.hash, key]));
  }

  replace(document: AccessDocument): void {
    this.document = document;
    this.byHash = new Map(document.keys.map((key) => [key.hash, key]));
    this.limits.keepOnly(document);
  }

  async issue(given: Omit<AccessKey, "hash">): Promise<IssuedKey> {
    if (this.find(given).length > 0) throw invalid(`the tenant ${given.tenant} has a key ${given.name} already`);
    const { roles } = this.document;
    for (const role of given.roles)
      if (!Object.hasOwn(roles, role))
        throw invalid(`there is no role "${role}"${didYouMean(role, Object.keys(roles))}`);
    return this.add(given, (keys) => keys);
  }

  async rotate(name: KeyName, { graceMs = 0 }: { readonly graceMs?: number } = {}): Promise<IssuedKey> {
    const current = this.find(name).at(-1);
    if (current === undefined) throw invalid(`the tenant ${name.tenant} has no key ${name.name}`);
    const { hash: _old, ...kept } = current;
    const until = new Date(this.now() + graceMs).toISOString();
    return this.add(kept, (keys) => {
      const others = keys.filter((key) => !isNamed(key, name));
      return graceMs > 0 ? [...others, { ...current, until }] : others;
    });
  }

  revoke(name: KeyName): void {
    if (this.find(name).length === 0) throw invalid(`the tenant ${name.tenant} has no key ${name.name}`);
    this.replace({ ...this.document, keys: this.document.keys.filter((key) => !isNamed(key, name)) });
  }

  async callerOf(secret: string | undefined): Promise<Caller | undefined> {
    if (secret === undefined) return undefined;
    // Keys are compared as digests only: how long that takes says something of digests, which say nothing of keys.
    const key = this.byHash.get(await hexDigest(secret));
    if (key === undefined || (key.until !== undefined && Date.parse(key.until) <= this.now())) return undefined;
    const { tenant, name, user, roles } = key;
    const tags = { ...key.tags, tenant, key: name, ...(user === undefined ? {} : { user }) };
    return { tenant, key: name, user, roles, tags };
  }

  allows(caller: Caller, model: AccessModel): boolean {
    return this.roleFor(caller, model) !== undefined;
  }

  policy(caller: Caller): Policy {
    return (next) => async (call) => {
      const found = this.roleFor(caller, call);
      if (call.followUp && found !== undefined) return next(call);
      if (found === undefined) throw refused(caller, call, `may not use ${call.provider.id}/${call.modelId}`);
      const [name, role] = found;
      const member = role.unknownMembers === true ? undefined : unknownMember(call);
      if (member !== undefined)
        throw refused(caller, call, `may not send ${member}: it could ask for more than its role allows`);
      return this.limits.around({ document: this.document, caller, role: name }, next)(call);
    };
  }

  private roleFor(caller: Caller, model: AccessModel): readonly [string, AccessRole] | undefined {
    const { roles, currency = "USD" } = this.document;
    for (const name of caller.roles) {
      const role = Object.hasOwn(roles, name) ? roles[name] : undefined;
      if (role !== undefined && isAllowed(role, model, currency)) return [name, role];
    }
    return undefined;
  }

  private find(name: KeyName): readonly AccessKey[] {
    return this.document.keys.filter((key) => isNamed(key, name));
  }

  /** `others` is asked when the key is made: keys that were issued meanwhile stay. */
  private async add(
    given: Omit<AccessKey, "hash">,
    others: (keys: readonly AccessKey[]) => readonly AccessKey[],
  ): Promise<IssuedKey> {
    const random = crypto.getRandomValues(new Uint8Array(32));
    const secret = `${keyPrefix}${[...random].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
    const key = { ...given, hash: await hexDigest(secret) };
    this.replace({ ...this.document, keys: [...others(this.document.keys), key] });
    return { secret, key };
  }
}

function isNamed(key: AccessKey, { tenant, name }: KeyName): boolean {
  return key.tenant === tenant && key.name === name;
}

function isAllowed(role: AccessRole, { provider, modelId, model }: AccessModel, currency: string): boolean {
  const name = `${provider.id}/${modelId}`;
  if (!role.models.some((pattern) => patternMatches(pattern, name))) return false;
  if (role.kinds !== undefined && !role.kinds.includes(model.kind)) return false;
  return role.maxPrice === undefined || costsAtMost(model, role.maxPrice, currency);
}

/** By the token prices that every request has. */
function costsAtMost({ pricing }: ModelFacts, most: number, currency: string): boolean {
  if (pricing?.plan === "free") return true;
  const { input, output = pricing?.tokens?.input } = pricing?.tokens ?? {};
  if (pricing?.currency !== currency || input === undefined || output === undefined) return false;
  return input <= most && output <= most;
}

/** The first member that goes to the provider as it came, and what could name another model there. */
function unknownMember(call: ModelCall): string | undefined {
  const request = "request" in call ? (call.request as Partial<NeutralRequest>) : undefined;
  const tools = JSON.stringify(request?.params?.builtinTools ?? []);
  // Advisors of Anthropic and pictures of OpenAI are other models, which their tools name.
  if (/(?<!\\)"model":/.test(tools)) return "a model in a built-in tool";
  return Object.keys(request?.extraBody ?? {})[0];
}

function refused(caller: Caller, { provider, modelId }: ModelCall, why: string): PolicyError {
  const place = `${provider.id}/${modelId}`;
  const message = `${place}: permission: the key ${JSON.stringify(caller.key)} ${why}`;
  return new PolicyError("permission", message, { provider: provider.id, model: modelId });
}

function invalid(message: string): ModelwrightError {
  return new ModelwrightError("invalid-configuration", `access: ${message}`);
}
