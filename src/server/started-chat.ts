/** A chat call that was begun for a client: the model found, the request translated, the answer still to come. */
import type { ProtocolId } from "../catalog/facts.js";
import type { ChatEvent, ProtocolEvent } from "../chat/events.js";
import { type Run, type Startable, startable } from "../client/run.js";
import { CapabilityError } from "../errors.js";
import type { AnswerContext, ServedChat } from "../protocols/server.js";
import { chatOptionsOf } from "./chat-options.js";
import type { ServedModel } from "./model-names.js";
import { noteTarget, type ServedRequest } from "./served-request.js";

/** Beginnings of ids that clients of a wire are used to. */
const idPrefixes: { readonly [P in ProtocolId]?: string } = {
  "openai-chat": "chatcmpl-",
  "openai-responses": "resp_",
  "anthropic-messages": "msg_",
};

/** A call that was begun for a client. */
export interface StartedChat {
  readonly request: ServedRequest;
  readonly served: ServedChat;
  readonly run: Run;
  readonly targets: ServedModel["targets"];
  /** Lets go of the client's signal. */
  readonly release: () => void;
  /** Ends the call and closes its connection. */
  readonly abort: () => void;
}

/** Nothing is sent before the first read. Throws `CapabilityError` for what the client is to be told. */
export function startChat(request: ServedRequest, served: ServedChat): StartedChat {
  const { names, endpoint, record, own } = request;
  const { handle, targets } = names.find(served.modelId);
  const [{ provider, modelId }] = targets;
  noteTarget(request, { requested: served.modelId, provider: provider.id, model: modelId });
  const behind = chatModel(handle, targets);
  const { options, adjustments } = chatOptionsOf(served.request, { protocol: endpoint.protocol.id, targets });
  record.note({ adjustments });
  const { signal, abort, release } = linked(request.signal);
  const run = behind.start({ ...options, ...own, signal }, served.stream ? { signal } : undefined);
  return {
    request,
    served,
    run,
    targets,
    release,
    abort: () => {
      run.close();
      abort();
    },
  };
}

function chatModel(handle: unknown, [{ modelId, model, provider }]: ServedModel["targets"]): Startable {
  if (typeof handle === "object" && handle !== null && startable in handle) return handle[startable] as Startable;
  const why = `${modelId} is a model of kind ${model.kind}, not chat`;
  throw new CapabilityError("unsupported", why, { provider: provider.id, model: modelId, path: "model" });
}

/** A signal of our own, so that no listener stays on one that outlives the request. */
function linked(outer: AbortSignal): {
  readonly signal: AbortSignal;
  readonly abort: () => void;
  readonly release: () => void;
} {
  const controller = new AbortController();
  const forward = (): void => controller.abort(outer.reason);
  if (outer.aborted) forward();
  else outer.addEventListener("abort", forward);
  return {
    signal: controller.signal,
    abort: () => controller.abort(),
    release: () => outer.removeEventListener("abort", forward),
  };
}

/** Events that a wire has words for: tools run at the client, so a call has one step. */
export function isAnswer(event: ChatEvent): event is ProtocolEvent {
  return event.type !== "switch" && event.type !== "tool-result" && event.type !== "step-finish";
}

/**
 * The answer keeps the id that its provider gave it where the client speaks that wire: it may refer to it later. It
 * names the model as the client did; that of a route by who answers.
 */
export function contextOf(
  { request, served, targets }: StartedChat,
  events: readonly ChatEvent[],
): AnswerContext & { modelId: string } {
  const { id: wire } = request.endpoint.protocol;
  const start = events.find((event) => event.type === "start");
  const own = targets.every(({ provider, model }) => (model.transport?.protocol ?? provider.protocol) === wire);
  const made = `${idPrefixes[wire] ?? ""}${crypto.randomUUID().replaceAll("-", "")}`;
  const id = (own ? start?.id : undefined) ?? made;
  const modelId = targets.length === 1 ? served.modelId : memberNamed(start?.model, targets);
  return { id, modelId: modelId ?? served.modelId, created: Math.floor(request.now() / 1000), served };
}

/** `provider/model` of the member that a provider's answer means. */
function memberNamed(name: string | undefined, targets: StartedChat["targets"]): string | undefined {
  const found = targets.find(({ modelId, model }) => modelId === name || model.wireId === name);
  return found === undefined ? name : `${found.provider.id}/${found.modelId}`;
}
