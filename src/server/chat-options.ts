/** A client's request as the options of a chat handle: what the catalog must check stays, what only its own wire knows is judged here. */
import { accepted, assumeOf, param, tools } from "../catalog/capabilities.js";
import type { ProtocolId } from "../catalog/facts.js";
import { refusesParam } from "../catalog/sentences.js";
import type { NeutralRequest, NeutralTool } from "../chat/request.js";
import { type AnyTools, type ChatOptions, chatParamNames } from "../client/options.js";
import type { StartableModel } from "../client/run.js";
import { CapabilityError } from "../errors.js";
import { unverified } from "../model/unverified.js";
import type { Adjustment } from "../protocols/protocol.js";
import { clientOutput } from "./client-output.js";
import { idleReason } from "./idle-values.js";
import { boundReplays } from "./replays.js";

/** What a request is sent to, and the wire it came by. */
export interface Destination {
  readonly protocol: ProtocolId;
  readonly targets: readonly [StartableModel, ...StartableModel[]];
}

export interface ClientOptions {
  readonly options: ChatOptions;
  /** What was left out of the request. */
  readonly adjustments: readonly Adjustment[];
}

/** Throws `CapabilityError` for what cannot be said to every target; the handle checks the rest against the catalog. */
export function chatOptionsOf(request: NeutralRequest, to: Destination): ClientOptions {
  const adjustments: Adjustment[] = [];
  const reader = new RequestReader(request, to, adjustments);
  return { options: reader.read(), adjustments };
}

class RequestReader {
  private readonly request: NeutralRequest;
  private readonly to: Destination;
  private readonly adjustments: Adjustment[];
  /** The models speak the client's own wire: what has no neutral words passes. */
  private readonly sameWire: boolean;
  /** So do their requests with built-in tools, which may go by another. */
  private readonly sameToolWire: boolean;

  constructor(request: NeutralRequest, to: Destination, adjustments: Adjustment[]) {
    this.request = request;
    this.to = to;
    this.adjustments = adjustments;
    this.sameWire = to.targets.every((target) => protocolOf(target) === to.protocol);
    this.sameToolWire = to.targets.every(
      (target) => (target.model.transport?.builtinTools ?? protocolOf(target)) === to.protocol,
    );
  }

  read(): ChatOptions {
    const { messages, toolChoice, output } = this.request;
    return {
      messages: boundReplays(messages, this.to.targets),
      ...this.params(),
      ...this.tools(),
      ...given("toolChoice", toolChoice),
      ...given("output", output && clientOutput(output)),
      ...given("reasoning", this.reasoning()),
      ...given("extraBody", this.extraBody()),
    };
  }

  private params(): Partial<ChatOptions> {
    const params: { [name: string]: unknown } = {};
    const own: { [name: string]: unknown } = {};
    for (const [name, value] of Object.entries(this.request.params)) {
      refuseUnserved(name, value);
      if (!this.takes(name) && this.leftOut(name, value)) continue;
      if (chatParamNames.has(name)) params[name] = value;
      else own[name] = this.ownOption(name, value);
    }
    return Object.keys(own).length === 0 ? params : { ...params, options: own };
  }

  /** An option that the catalog does not list: over the same wire the provider decides. */
  private ownOption(name: string, value: unknown): unknown {
    const sameWire = name === "builtinTools" ? this.sameToolWire : this.sameWire;
    if (name === "builtinTools" && !sameWire) return this.translatedTools(value);
    if (this.targetsWith((target) => Object.hasOwn(target.model.params, name))) return value;
    if (sameWire) return unverified(value);
    throw new CapabilityError("unsupported", refusesParam(this.name, name), { path: name });
  }

  /** Tools that providers run, by their common names: the exact version and the options are the client's wire's own. */
  private translatedTools(value: unknown): unknown {
    const tools = (Array.isArray(value) ? value : []) as readonly { readonly [name: string]: unknown }[];
    const named = tools.map(({ type, version: _word, ...options }) => {
      const [option] = Object.keys(options);
      if (option === undefined) return { type };
      const why = `${String(type)}: ${option} cannot be translated for ${this.name}`;
      throw new CapabilityError("unsupported", why, { path: "builtinTools" });
    });
    const offered = this.targetsWith(({ model }) => Object.hasOwn(model.params, "builtinTools"));
    return offered ? named : unverified(named);
  }

  private tools(): Partial<ChatOptions> {
    const { tools: declared, parallelTools } = this.request;
    if (declared.length === 0) return {};
    const takesParallel = this.takes("parallelTools");
    const omitted = parallelTools === true && !takesParallel;
    if (omitted) this.note("parallelTools", true, "the value asks for nothing");
    return { tools: toolsOf(declared), ...given("parallelTools", omitted ? undefined : parallelTools) };
  }

  /** A model that never reasons already does what "off" asks for. */
  private reasoning(): ChatOptions["reasoning"] {
    const { reasoning } = this.request;
    const never = this.targetsWith(({ model }) => model.reasoning?.mode === "none");
    if (reasoning === undefined || !never || (reasoning.enabled !== false && reasoning.effort !== "none"))
      return reasoning;
    this.note("reasoning", reasoning, "the model never reasons");
    return undefined;
  }

  private extraBody(): ChatOptions["extraBody"] {
    const { extraBody } = this.request;
    if (extraBody === undefined || this.sameWire) return extraBody;
    for (const [name, value] of Object.entries(extraBody))
      if (!this.leftOut(name, value))
        throw new CapabilityError("unsupported", `${name} cannot be translated for ${this.name}`, { path: name });
    return undefined;
  }

  private takes(name: string): boolean {
    return this.targetsWith(({ provider, model }) => {
      const assume = assumeOf(provider, model);
      if (name === "parallelTools" && !accepted(tools(model), assume)) return false;
      if (!chatParamNames.has(name) && name !== "parallelTools" && !Object.hasOwn(model.params, name))
        return this.sameWire;
      return accepted(param(model, name), assume);
    });
  }

  private leftOut(name: string, value: unknown): boolean {
    const reason = idleReason(name, value);
    if (reason === undefined) return false;
    this.note(name, value, reason);
    return true;
  }

  private note(path: string, from: unknown, reason: string): void {
    this.adjustments.push({ path, action: "dropped", reason, from });
  }

  private targetsWith(holds: (target: StartableModel) => boolean): boolean {
    return this.to.targets.every(holds);
  }

  private get name(): string {
    return this.to.targets[0].modelId;
  }
}

function protocolOf({ provider, model }: StartableModel): ProtocolId {
  return model.transport?.protocol ?? provider.protocol;
}

/** An answer has one choice, and neutral events carry no probabilities: asking for more would lose it. */
function refuseUnserved(name: string, value: unknown): void {
  const one = name === "n" && value !== 1;
  const probabilities = (name === "logprobs" && value !== false) || (name === "topLogprobs" && value !== 0);
  if (!one && !probabilities) return;
  const why = one ? "the gateway gives one answer per request" : "the gateway gives no log probabilities";
  throw new CapabilityError("unsupported", `${name}: ${why}`, { path: name });
}

function toolsOf(declared: readonly NeutralTool[]): AnyTools {
  const entries = declared.map(({ name, description, parameters, strict }, i) => {
    if (declared.findIndex((other) => other.name === name) !== i)
      throw new CapabilityError("invalid-request", `tools[${i}]: the name '${name}' is used twice`, { path: "tools" });
    // Some clients leave the type out of the schema of a tool without arguments.
    const input = parameters.type === undefined ? { type: "object", ...parameters } : parameters;
    return [name, { input, ...given("description", description), ...given("strict", strict) }] as const;
  });
  return Object.fromEntries(entries);
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { [N in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { [N in Name]?: Value };
}
