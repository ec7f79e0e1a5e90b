/** Function calls of one answer: whole parts, and calls spread over several. */
import type { Replay } from "../../chat/message.js";
import type { ReplyBuilder } from "../../chat/reply-builder.js";
import type { NeutralRequest } from "../../chat/request.js";
import { PartialArguments } from "./response-arguments.js";
import type { Members, WireReplay } from "./wire.js";
import { objectOf, objectsOf, wordOf } from "./wire-read.js";

interface OpenCall {
  readonly key: number;
  readonly id: string | undefined;
  readonly pieces: PartialArguments;
  signature: string | undefined;
}

/** No JSON, on purpose: a call that never closes must not pass for one without arguments. */
const unfinished = "{";

export class CallReader {
  private readonly builder: ReplyBuilder;
  private readonly newId: () => string;
  private readonly replay: (data: WireReplay) => Replay;
  private count = 0;
  private openCall: OpenCall | undefined;

  constructor(builder: ReplyBuilder, request: NeutralRequest, replay: (data: WireReplay) => Replay) {
    this.builder = builder;
    this.newId = idsAfter(request);
    this.replay = replay;
  }

  /** True while a call waits for more of its arguments. */
  get open(): boolean {
    return this.openCall !== undefined;
  }

  /** Reads one `functionCall` part. A part without a name goes on with the open call. */
  read(wire: Members, signature: string | undefined): void {
    const name = wordOf(wire.name);
    const id = wordOf(wire.id);
    const goesOn = this.openCall !== undefined && (name === undefined || (id !== undefined && id === this.openCall.id));
    const call = goesOn ? this.openCall! : this.start(name ?? "", id);
    call.signature ??= signature;
    const args = objectOf(wire.args);
    if (args !== undefined) call.pieces.assign(args);
    for (const piece of objectsOf(wire.partialArgs)) call.pieces.add(piece);
    this.openCall = wire.willContinue === true ? call : undefined;
    if (this.openCall === undefined) this.close(call);
  }

  private start(name: string, id: string | undefined): OpenCall {
    const key = this.count++;
    this.builder.toolCallStart(key, id ?? this.newId(), name);
    this.builder.toolCallSet(key, { json: unfinished });
    return { key, id, pieces: new PartialArguments(), signature: undefined };
  }

  private close({ key, id, pieces, signature }: OpenCall): void {
    this.builder.toolCallDelta(key, JSON.stringify(pieces.value));
    const replay =
      id === undefined && signature === undefined
        ? undefined
        : this.replay({
            ...(id === undefined ? {} : { id }),
            ...(signature === undefined ? {} : { thoughtSignature: signature }),
          });
    this.builder.toolCallSet(key, { input: pieces.value, replay });
  }
}

/** Ids for calls that come without one: numbered on from the history, so that a conversation never repeats one. */
function idsAfter(request: NeutralRequest): () => string {
  let used: Set<string> | undefined;
  let next = 0;
  return () => {
    if (used === undefined) {
      used = new Set(callIds(request));
      next = used.size;
    }
    while (used.has(`call_${next}`)) next++;
    return `call_${next++}`;
  };
}

function callIds(request: NeutralRequest): readonly string[] {
  return request.messages.flatMap((message) =>
    message.role !== "assistant" || typeof message.content === "string"
      ? []
      : message.content.flatMap((part) => (part.type === "tool-call" ? part.id : [])),
  );
}
