/** Calls, chunks and short forms for the tests of the openai-chat room. */
import type { OpenaiChatDialect } from "../../../src/catalog/dialects/openai-chat.js";
import type { ModelFacts, ProviderFacts } from "../../../src/catalog/facts.js";
import type { FinishEvent, ProtocolEvent } from "../../../src/chat/events.js";
import type { NeutralRequest } from "../../../src/chat/request.js";
import { openaiChatRoom as openaiChat } from "../../../src/protocols/openai-chat/room.js";
import type { Adjustment, ChatCall } from "../../../src/protocols/protocol.js";

export type Members = { readonly [member: string]: unknown };

export interface CallOptions {
  readonly request?: Partial<NeutralRequest>;
  readonly model?: Partial<ModelFacts>;
  readonly provider?: Partial<ProviderFacts>;
  readonly dialect?: OpenaiChatDialect;
  readonly stream?: boolean;
}

export interface TestCall extends ChatCall {
  readonly adjustments: readonly Adjustment[];
}

export function callWith({ request, model, provider, dialect, stream = false }: CallOptions = {}): TestCall {
  const adjustments: Adjustment[] = [];
  return {
    provider: {
      id: "acme",
      name: "Acme",
      role: "lab",
      protocol: "openai-chat",
      baseURL: "https://api.acme.test/v1",
      auth: [{ type: "none" }],
      assume: "strict",
      unknownModels: "reject",
      models: {},
      ...(dialect === undefined ? {} : { dialect: { "openai-chat": dialect } }),
      ...provider,
    },
    modelId: "rocket-1",
    model: { kind: "chat", input: ["text"], output: ["text"], features: {}, params: {}, limits: {}, ...model },
    request: { messages: [{ role: "user", content: "Hi" }], tools: [], params: {}, ...request },
    stream,
    adjust: (adjustment) => void adjustments.push(adjustment),
    adjustments,
  };
}

export function bodyOf(options: CallOptions): Members {
  return openaiChat.encodeChat(callWith(options)).body as Members;
}

/** A chunk with one delta of choice 0. */
export function delta(members: Members, finish: string | null = null): Members {
  return {
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1766000000,
    model: "rocket-1-2026",
    choices: [{ index: 0, delta: members, logprobs: null, finish_reason: finish }],
  };
}

/** One element of `delta.tool_calls`. */
export function piece(index: number | undefined, id: string | undefined, called: Members): Members {
  return {
    ...(index === undefined ? {} : { index }),
    ...(id === undefined ? {} : { id, type: "function" }),
    function: called,
  };
}

export function usageChunk(usage: Members): Members {
  return { id: "chatcmpl-1", object: "chat.completion.chunk", model: "rocket-1-2026", choices: [], usage };
}

/** Streams chunks, then `[DONE]` unless it is left out, then the end of the body. */
export function streamed(
  chunks: readonly (Members | string)[],
  { call = callWith({ stream: true }), marker = true }: { readonly call?: ChatCall; readonly marker?: boolean } = {},
): ProtocolEvent[] {
  const decoder = openaiChat.createStreamDecoder(call);
  const events: ProtocolEvent[] = [];
  for (const chunk of marker ? [...chunks, "[DONE]"] : chunks) {
    if (decoder.done) break;
    decoder.push({ event: "", data: typeof chunk === "string" ? chunk : JSON.stringify(chunk) }, events);
  }
  if (!decoder.done) decoder.end(events);
  return events;
}

export function whole(message: Members, rest: Members = {}, call: ChatCall = callWith()): ProtocolEvent[] {
  const choice = { index: 0, finish_reason: "stop", message: { role: "assistant", ...message } };
  return openaiChat.decodeChat(
    { id: "chatcmpl-1", object: "chat.completion", model: "rocket-1-2026", choices: [choice], ...rest },
    call,
  );
}

export function finishOf(events: readonly ProtocolEvent[]): FinishEvent {
  const last = events.at(-1);
  if (last?.type !== "finish") throw new Error("no finish");
  return last;
}

export function textOf(
  events: readonly ProtocolEvent[],
  type: "text-delta" | "reasoning-delta" = "text-delta",
): string {
  return events.map((event) => (event.type === type ? event.text : "")).join("");
}

export function callsOf(events: readonly ProtocolEvent[]): readonly Members[] {
  return events.filter((event) => event.type === "tool-call").map(({ id, name, input }) => ({ id, name, input }));
}

export function thrownBy(run: () => unknown): Error & Members {
  try {
    run();
  } catch (error) {
    return error as Error & Members;
  }
  throw new Error("nothing was thrown");
}
