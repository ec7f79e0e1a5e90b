/** From the caller's options to a call that can be sent: read, convert, hooks, check. */
import { streaming, wholeAnswer } from "../catalog/capabilities.js";
import type { NeutralRequest } from "../chat/request.js";
import { feature, type Soon } from "../feature.js";
import type { Adjustment, ChatCall } from "../protocols/protocol.js";
import { connectionFor } from "./connection.js";
import type { PreparedCall } from "./handler.js";
import { type HookCall, type Hooked, type Hooks, passThrough } from "./hooks.js";
import type { ChatOptions } from "./options.js";
import { isPlain } from "./plain.js";
import { prepareRequest } from "./prepare.js";
import { readOptions } from "./read-options.js";
import type { ModelTarget } from "./target.js";

const checks = /*#__PURE__*/ feature(() => import("./check-request.js"));

/** A call, and the options behind it without their marks. */
export interface Prepared {
  readonly call: PreparedCall;
  readonly options: ChatOptions;
  /** Checks a later request of the same call, whose messages may have moved. */
  readonly recheck: (request: NeutralRequest) => Promise<NeutralRequest>;
}

/** Throws `CapabilityError` when the model cannot serve the request. */
export async function prepareCall(
  target: ModelTarget,
  options: ChatOptions,
  run: {
    readonly signal: AbortSignal | undefined;
    readonly hooks: readonly Hooks[];
    readonly hookCall: HookCall;
  },
): Promise<Prepared> {
  const { client, provider, modelId, model, generation, chosenBy } = target;
  const { hooks, hookCall } = run;
  const adjustments: Adjustment[] = [];
  const adjust = (adjustment: Adjustment): void => {
    // Each step of a tool loop is encoded anew, and changed alike.
    if (adjustments.some((known) => known.path === adjustment.path && known.reason === adjustment.reason)) return;
    adjustments.push(adjustment);
    client.options.onAdjustment?.(adjustment, `${provider.id}/${modelId}`);
  };
  const read = readOptions(options, model);
  const policy = { marked: read.marked, outOfRange: client.options.outOfRange ?? "error" } as const;
  const about = (request: NeutralRequest): ChatCall => ({
    provider,
    modelId,
    model,
    request,
    stream: hookCall.stream,
    adjust,
  });
  const check = async (asked: NeutralRequest, marked = read.marked): Promise<NeutralRequest> =>
    (await checks()).checkRequest(about(asked), { ...policy, marked });
  const prepared = prepareRequest(read, target);
  const asked = prepared instanceof Promise ? await prepared : prepared;
  const given = isPlain(asked, model) ? asked : await check(asked);
  const connection = connectionFor(client.connection(), options);
  const hooked = { call: hookCall, signal: run.signal, total: connection.timeouts.total };
  const changes = hooks.map(onRequestOf).filter((hook) => hook !== undefined);
  // Checked even if it is the same object: a hook may have changed it in place.
  const request = changes.length === 0 ? given : await check(await passThrough(changes, given, hooked));
  const stream = streams(about(request));
  if (request.extraBody !== undefined)
    adjust({ path: "extraBody", action: "added", reason: "passed on as it is", to: Object.keys(request.extraBody) });
  const call: PreparedCall = {
    provider,
    modelId,
    model,
    generation,
    chosenBy,
    request,
    stream: stream instanceof Promise ? await stream : stream,
    adjust,
    protocol: (request.params.builtinTools === undefined ? undefined : target.toolProtocol) ?? target.protocol,
    connection,
    signal: run.signal,
    tags: options.tags,
    onWire: wireHooks(hooks, hooked),
    adjustments,
    attempts: [],
  };
  const recheck = (later: NeutralRequest) => check(later, movedMarks(read.marked, request.messages, later.messages));
  return { call, options: read.options, recheck };
}

/** Marks follow their messages to where they stand now. */
function movedMarks(
  marked: ReadonlySet<string>,
  before: NeutralRequest["messages"],
  after: NeutralRequest["messages"],
): ReadonlySet<string> {
  const moved = new Set<string>();
  for (const path of marked) {
    const [, index, rest] = /^messages\[(\d+)\](.*)$/.exec(path) ?? [];
    const message = before[Number(index)];
    if (message === undefined) moved.add(path);
    else moved.add(`messages[${after.indexOf(message)}]${rest}`);
  }
  return moved;
}

/** What goes on the wire: a model that cannot stream answers whole, and one that must stream streams for `chat`, too. */
function streams(call: ChatCall): Soon<boolean> {
  const { model } = call;
  if (streaming(model) === "no") return false;
  if (call.stream || wholeAnswer(model) === "no") return true;
  const mayRequire = model.rules?.some(({ require }) => require?.stream === true) === true;
  return mayRequire && requiresStream(call);
}

async function requiresStream(call: ChatCall): Promise<boolean> {
  return (await checks()).requiresStream(call);
}

function onRequestOf({ onRequest }: Hooks): Hooks["onRequest"] {
  return onRequest;
}

function wireHooks(hooks: readonly Hooks[], hooked: Hooked): PreparedCall["onWire"] {
  const changes = hooks.map((set) => set.onWireRequest).filter((hook) => hook !== undefined);
  return changes.length === 0 ? undefined : (body) => passThrough(changes, body, hooked);
}

/** Throws what the call would throw before anything is sent. Hooks are not asked: they may act. */
export async function checkCall(target: ModelTarget, options: ChatOptions): Promise<void> {
  const { provider, modelId } = target;
  const hookCall: HookCall = {
    kind: "chat",
    provider: provider.id,
    model: modelId,
    stream: false,
    tags: options.tags,
  };
  await prepareCall({ ...target, client: { ...target.client, options: {} } }, options, {
    signal: undefined,
    hooks: [],
    hookCall,
  });
}
