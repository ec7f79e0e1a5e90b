/** Faults by name: what each does to an answer, and when an armed one strikes. */
import { didYouMean } from "../catalog/nearest.js";
import { type ErrorCode, ModelwrightError } from "../errors.js";
import type { FaultConditions, FaultName, FaultRule } from "./contract.js";
import type { Plan, Step } from "./plan.js";
import { createRandom } from "./random.js";

/** How long a fault waits when nothing else is said. */
const defaultDelayMs = 3_000;

/** Faults that are a failure in the provider's own words. */
export const failureFaults: { readonly [N in FaultName]?: { readonly code: ErrorCode; readonly message: string } } = {
  "status-401": { code: "authentication", message: "Incorrect API key provided." },
  "status-429": { code: "rate-limited", message: "Rate limit reached for requests." },
  "status-500": { code: "provider-error", message: "The server had an error while processing your request." },
  "status-503": { code: "overloaded", message: "The engine is currently overloaded, please try again later." },
  flap: { code: "overloaded", message: "The engine is currently overloaded, please try again later." },
  "quota-exhausted": {
    code: "quota-exceeded",
    message: "You exceeded your current quota, please check your plan and billing details.",
  },
  "context-length": {
    code: "context-length",
    message: "prompt is too long: it exceeds this model's maximum context length.",
  },
  "content-filter": {
    code: "content-filter",
    message: "The response was filtered due to the prompt triggering our content management policy.",
  },
};

const names: { readonly [N in FaultName]: true } = {
  "status-401": true,
  "status-429": true,
  "status-500": true,
  "status-503": true,
  "quota-exhausted": true,
  "context-length": true,
  "content-filter": true,
  "no-response": true,
  "reset-before-headers": true,
  "slow-first-token": true,
  "reset-mid-stream": true,
  "clean-end-mid-stream": true,
  "stall-mid-stream": true,
  "error-mid-stream": true,
  "malformed-chunk": true,
  "no-terminal-marker": true,
  "unterminated-socket": true,
  "split-utf8": true,
  flap: true,
};

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(names, name);
}

/** A fault that struck a request. */
export interface Strike {
  readonly fault: FaultName;
  readonly delayMs: number | undefined;
  readonly at: number;
}

interface Armed {
  readonly rule: FaultRule;
  matched: number;
  struck: number;
}

/** A test that arms a fault which does not exist would pass for the wrong reason. */
function armed(rule: FaultRule): Armed {
  if (!isFaultName(rule.fault))
    throw new ModelwrightError(
      "invalid-configuration",
      `faults: invalid-configuration: there is no fault ${JSON.stringify(rule.fault)}${didYouMean(String(rule.fault), Object.keys(names))}`,
    );
  return { rule, matched: 0, struck: 0 };
}

/** The faults that are armed, in order of arming; the first that strikes wins. */
export class FaultBox {
  private readonly armed: Armed[];
  private readonly random;

  constructor(rules: readonly FaultRule[], seed: number) {
    this.armed = rules.map(armed);
    this.random = createRandom(seed);
  }

  arm(fault: FaultName, conditions: FaultConditions): void {
    this.armed.push(armed({ ...conditions, fault }));
  }

  clear(): void {
    this.armed.length = 0;
  }

  strike(provider: string, model: string | undefined): Strike | undefined {
    for (const armed of this.armed) {
      const { rule } = armed;
      if (rule.provider !== undefined && rule.provider !== provider) continue;
      if (rule.model !== undefined && rule.model !== model) continue;
      const number = armed.matched++;
      if (number < (rule.after ?? 0) || armed.struck >= (rule.times ?? Number.POSITIVE_INFINITY)) continue;
      if (rule.probability !== undefined && this.random.next() >= rule.probability) continue;
      // A flapping service fails every second request.
      if (rule.fault === "flap" && (number - (rule.after ?? 0)) % 2 === 1) continue;
      armed.struck++;
      return strikeOf(rule.fault, rule);
    }
    return undefined;
  }
}

export function strikeOf(fault: FaultName, { delayMs, at }: FaultConditions = {}): Strike {
  return { fault, delayMs, at: at ?? 0.5 };
}

/** What is left of an answer after the fault. `failure` is an error inside a stream, as it is sent. */
export function spoil(plan: Plan, { fault, delayMs = defaultDelayMs, at }: Strike, failure: string | Uint8Array): Plan {
  const cut = plan.steps.slice(0, cutOf(plan.steps, at));
  switch (fault) {
    case "no-response":
      return { ...plan, before: "hang" };
    case "reset-before-headers":
      return { ...plan, before: "reset" };
    case "slow-first-token":
      return { ...plan, steps: [{ waitMs: delayMs }, ...plan.steps] };
    case "reset-mid-stream":
      return broken(plan, [...cut, { act: "reset" }]);
    case "clean-end-mid-stream":
      return broken(plan, cut);
    case "stall-mid-stream":
      return broken(plan, [...cut, { act: "hang" }]);
    case "error-mid-stream":
      return broken(plan, [...cut, { send: failure }]);
    case "malformed-chunk":
      return broken(plan, malformed(plan.steps, at));
    case "no-terminal-marker":
      return plan.endMarker === true ? { ...plan, steps: plan.steps.slice(0, -1) } : plan;
    case "unterminated-socket":
      return broken(plan, [...plan.steps, { act: "hang" }]);
    case "split-utf8":
      return { ...plan, steps: plan.steps.flatMap(bytewise) };
    default:
      return plan;
  }
}

/** At least one chunk goes out, and at least one is lost. */
function cutOf(steps: readonly Step[], at: number): number {
  return Math.max(1, Math.min(steps.length - 1, Math.floor(steps.length * at)));
}

/** A body that does not end as announced has no announced length. */
function broken(plan: Plan, steps: readonly Step[]): Plan {
  const { "content-length": _, ...headers } = plan.headers;
  return { ...plan, headers, steps };
}

/** One chunk loses its second half, the line ends stay: only its JSON is broken. */
function malformed(steps: readonly Step[], at: number): readonly Step[] {
  const index = cutOf(steps, at) - 1;
  return steps.map((step, i) => {
    if (i !== index || !("send" in step)) return step;
    const { send } = step;
    if (typeof send !== "string") return { send: send.subarray(0, Math.ceil(send.length / 2)) };
    const text = send.trimEnd();
    return { send: text.slice(0, Math.ceil(text.length / 2)) + send.slice(text.length) };
  });
}

const encoder = new TextEncoder();

/** Every byte by itself, so that characters of several bytes arrive in pieces. */
function bytewise(step: Step): readonly Step[] {
  if (!("send" in step)) return [step];
  const bytes = typeof step.send === "string" ? encoder.encode(step.send) : step.send;
  return Array.from(bytes, (byte) => ({ send: Uint8Array.of(byte) }));
}
