/** Learns from answers that refuse a parameter: each becomes a proposed change with its evidence, and nothing more. */
import type { NeutralRequest } from "../chat/request.js";
import type { HookCall, Hooks } from "../client/hooks.js";
import type { ModelwrightError } from "../errors.js";

/** A change of the catalog that refusals speak for. */
export interface Proposal {
  readonly provider: string;
  readonly model: string;
  /** Canonical name of the parameter that was refused. */
  readonly param: string;
  /** For `registry.addSource(overlay(proposal.change))`, or a catalog file. */
  readonly change: object;
  readonly evidence: {
    /** Answers that said so. */
    readonly count: number;
    readonly status: number | undefined;
    readonly providerCode: string | undefined;
    /** The provider's own words. */
    readonly providerMessage: string;
    readonly requestId: string | undefined;
  };
}

/** Collects what refusals of providers say about models. */
export interface Learner {
  /** For `hooks` of a client, or `provider.addHooks`. */
  readonly hooks: Hooks;
  readonly proposals: readonly Proposal[];
}

/** More are not kept: whoever answers with ever new refusals learns nothing. */
const maxProposals = 1_000;

const refusal =
  /\b(unsupported|not supported|does ?n[o']t support|unrecognized|unknown|not (?:allowed|permitted)|deprecated|extra inputs)\b/i;

/** Applies nothing by itself. `onProposal` is told of each new proposal. */
export function learnFromRefusals(onProposal?: (proposal: Proposal) => void): Learner {
  const requests = new WeakMap<HookCall, NeutralRequest>();
  const proposals = new Map<string, Proposal>();
  const learn = (error: ModelwrightError, call: HookCall): void => {
    const request = requests.get(call);
    const { providerMessage, status, providerCode, requestId } = error;
    if (request === undefined || providerMessage === undefined || !(status === 400 || status === 422)) return;
    if (!refusal.test(`${providerCode ?? ""} ${providerMessage}`.replaceAll("_", " "))) return;
    const named = Object.keys(request.params).filter((name) => mentions(providerMessage, name));
    const [param] = named;
    // A message that names two says that they do not go together.
    if (param === undefined || named.length > 1) return;
    const { provider, model } = call;
    const key = JSON.stringify([provider, model, param]);
    const before = proposals.get(key);
    if (before === undefined && proposals.size >= maxProposals) return;
    const count = (before?.evidence.count ?? 0) + 1;
    const evidence = { count, status, providerCode, providerMessage, requestId };
    const change = { provider: { id: provider }, models: { [model]: { params: { [param]: false } } } };
    const proposal = { provider, model, param, change, evidence };
    proposals.set(key, proposal);
    if (before === undefined) onProposal?.(proposal);
  };
  return {
    hooks: {
      onRequest: (request, call) => void requests.set(call, request),
      onError: (error, call) => learn(error, call),
    },
    get proposals() {
      return [...proposals.values()];
    },
  };
}

/** The canonical name as wires spell it, as a word of its own: `topP`, `top_p`, `max_tokens` for `maxOutputTokens`. */
function mentions(message: string, name: string): boolean {
  const snake = name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
  const spellings = name === "maxOutputTokens" ? [name, snake, "max_tokens", "max_completion_tokens"] : [name, snake];
  const words = message.split(/[^A-Za-z0-9_]+/);
  return spellings.some((spelling) => words.includes(spelling));
}
