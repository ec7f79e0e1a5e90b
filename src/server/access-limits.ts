/** What each key and each tenant has used up: the policies that count it, kept while their limits stay the same. */
import { type BudgetAlert, budget } from "../budget/budget.js";
import type { Ledger } from "../budget/ledger.js";
import { memoryLedger } from "../budget/ledgers/memory.js";
import type { BudgetLimit } from "../budget/limit.js";
import { compose, type Handler, type ModelAnswer, type ModelCall, type Policy } from "../client/handler.js";
import { concurrency, rateLimit } from "../index.js";
import type { AccessDocument, AccessLimits, Caller } from "./access-document.js";

export interface AccessLimitOptions {
  /** Where budgets are kept. Default: in this process alone. */
  readonly ledger?: Ledger | undefined;
  /** Told once of each share of a budget. */
  readonly onAlert?: ((alert: BudgetAlert) => void) | undefined;
}

interface Kept {
  /** The limits that the policies were made for. */
  readonly made: string;
  readonly policies: readonly Policy[];
}

/** What a call counts against. */
interface Counted {
  readonly document: AccessDocument;
  readonly caller: Caller;
  readonly role: string;
}

export class LimitBook {
  private readonly options: AccessLimitOptions;
  private readonly ledger: Ledger;
  private readonly kept = new Map<string, Kept>();

  constructor(options: AccessLimitOptions) {
    this.options = options;
    this.ledger = options.ledger ?? memoryLedger();
  }

  /** The handler behind the limits of the caller's role and of its tenant. */
  around<Call extends ModelCall, Answer extends ModelAnswer>(
    counted: Counted,
    next: Handler<Call, Answer>,
  ): Handler<Call, Answer> {
    const { document, caller, role } = counted;
    const own: AccessLimits = document.roles[role] ?? {};
    const shared = tenantLimits(document, caller.tenant);
    return compose<Call, Answer>(
      [
        ...this.policies(["budget", role, caller.tenant], [document.currency, own.budget, shared.budget], () =>
          this.budgetOf(counted),
        ),
        ...this.policies(["tenant", caller.tenant], pace(shared), () => policiesOf(shared)),
        ...this.policies(["key", caller.tenant, caller.key, role], pace(own), () => policiesOf(own)),
      ],
      next,
    );
  }

  /** Lets go of what is counted for keys and tenants that are gone. */
  keepOnly({ keys }: AccessDocument): void {
    const tenants = new Set(keys.map(({ tenant }) => tenant));
    const names = new Set(keys.map(({ tenant, name }) => JSON.stringify([tenant, name])));
    for (const id of this.kept.keys()) {
      const [kind, ...parts] = JSON.parse(id) as [string, string, string];
      const stays =
        kind === "key"
          ? names.has(JSON.stringify(parts.slice(0, 2)))
          : tenants.has((kind === "budget" ? parts[1] : parts[0]) ?? "");
      if (!stays) this.kept.delete(id);
    }
  }

  private policies(id: readonly string[], limits: unknown, make: () => readonly Policy[]): readonly Policy[] {
    const [key, made] = [JSON.stringify(id), JSON.stringify(limits)];
    const found = this.kept.get(key);
    if (found?.made === made) return found.policies;
    const policies = make();
    this.kept.set(key, { made, policies });
    return policies;
  }

  /** One policy for both, so that the ledger has each call once. */
  private budgetOf({ document, caller, role }: Counted): readonly Policy[] {
    const { currency = "USD" } = document;
    const own = document.roles[role]?.budget;
    const shared = tenantLimits(document, caller.tenant).budget;
    const limits: BudgetLimit[] = [];
    if (own !== undefined)
      limits.push({ ...given(own), currency, name: `role ${role}, each key`, by: ["tenant", "key"] });
    if (shared !== undefined)
      limits.push({
        ...given(shared),
        currency,
        name: `tenant ${caller.tenant}`,
        tags: { tenant: caller.tenant },
      });
    if (limits.length === 0) return [];
    const { onAlert } = this.options;
    return [budget({ limits, ledger: this.ledger, ...(onAlert === undefined ? {} : { onAlert }) })];
  }
}

function tenantLimits({ tenants = {} }: AccessDocument, tenant: string): AccessLimits {
  return Object.hasOwn(tenants, tenant) ? (tenants[tenant] ?? {}) : {};
}

/** What is counted in this process. */
function pace({ requestsPerMinute, tokensPerMinute, maxInFlight }: AccessLimits): readonly unknown[] {
  return [requestsPerMinute, tokensPerMinute, maxInFlight];
}

function given({ amount, window }: NonNullable<AccessLimits["budget"]>): Pick<BudgetLimit, "amount" | "window"> {
  return window === undefined ? { amount } : { amount, window };
}

/** Nobody waits at the door of a gateway: clients are told when to come again. */
function policiesOf({ requestsPerMinute, tokensPerMinute, maxInFlight }: AccessLimits): readonly Policy[] {
  const policies: Policy[] = [];
  if (maxInFlight !== undefined) policies.push(concurrency({ maxInFlight, maxQueue: 0 }));
  if (requestsPerMinute !== undefined || tokensPerMinute !== undefined)
    policies.push(rateLimit({ requestsPerMinute, tokensPerMinute, learn: false, per: "all", maxWaitMs: 0 }));
  return policies;
}
