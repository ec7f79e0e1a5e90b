/** Encodes the history: system text apart, then user and assistant turns that alternate. */

import type {
  AnyMessage,
  AssistantPart,
  CacheMark,
  ReasoningPart,
  Replay,
  SystemMessage,
  TextPart,
  ToolMessage,
  UserPart,
} from "../../chat/message.js";
import { listOf, objectOf } from "../lenient.js";
import type { ChatCall } from "../protocol.js";
import { ToolCallIds } from "../tool-call-ids.js";
import { DocumentNames, encodeMedia } from "./request-media.js";
import { protocolId, type WireBlock, type WireMessage, type WireObject } from "./wire.js";

export interface Conversation {
  readonly system: WireBlock[];
  readonly messages: readonly WireMessage[];
}

/** Longest id of a tool call. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html */
const maxIdLength = 64;

/** Earlier messages give the same bytes whatever follows, so that a cached prefix stays valid. */
export function encodeMessages(call: ChatCall): Conversation {
  const history = new History(call);
  call.request.messages.forEach((message, i) => {
    history.add(message, `messages[${i}]`);
  });
  return history;
}

class History implements Conversation {
  readonly system: WireBlock[] = [];
  readonly messages: WireMessage[] = [];
  private readonly call: ChatCall;
  private readonly ids: ToolCallIds;
  private readonly names: DocumentNames;

  constructor(call: ChatCall) {
    this.call = call;
    this.ids = new ToolCallIds(call.adjust, maxIdLength);
    this.names = new DocumentNames(call.adjust);
  }

  add(message: AnyMessage, path: string): void {
    if (message.role === "system") this.addSystem(message, path);
    else if (message.role === "tool") this.append("user", this.toolResult(message, path), path);
    else if (message.role === "user")
      this.append(
        "user",
        this.blocksOf(message.content, path, (part, at) => this.userBlock(part, at)),
        path,
      );
    else
      this.append(
        "assistant",
        this.blocksOf(message.content, path, (part, at) => this.assistantBlock(part, at)),
        path,
      );
  }

  private addSystem({ content }: SystemMessage, path: string): void {
    if (this.messages.length > 0)
      this.call.adjust({ path, action: "rewritten", reason: "system text goes before the conversation" });
    this.system.push(...this.blocksOf(content, path, (part, at) => this.textBlock(part, at)));
  }

  /** Turns of one role are joined: the results of parallel calls must stand in one message, before its other blocks. */
  private append(role: WireMessage["role"], blocks: readonly WireBlock[], path: string): void {
    const last = this.messages.at(-1);
    if (blocks.length === 0) this.drop(path, "the message holds nothing that the API takes");
    else if (last?.role !== role) this.messages.push({ role, content: [...blocks] });
    else {
      const results = last.content.filter((block) => "toolResult" in block).length;
      const moved = blocks[0] !== undefined && "toolResult" in blocks[0] && results < last.content.length;
      if (moved && last.content.some((block) => !("toolResult" in block) && !("cachePoint" in block)))
        this.call.adjust({ path, action: "rewritten", reason: "tool results go before the other parts of a turn" });
      last.content.splice(moved ? endOfResults(last.content) : last.content.length, 0, ...blocks);
    }
  }

  private blocksOf<Part extends { readonly type: string; readonly cache?: CacheMark | undefined } | AssistantPart>(
    content: string | readonly Part[],
    path: string,
    encode: (part: Part | { readonly type: "text"; readonly text: string }, path: string) => WireBlock | undefined,
  ): WireBlock[] {
    const parts = typeof content === "string" ? [{ type: "text", text: content } as const] : content;
    return parts.flatMap((part, j) => {
      const at = typeof content === "string" ? path : `${path}.content[${j}]`;
      const block = encode(part, at);
      const mark = "cache" in part ? this.cachePoint(part.cache, at) : [];
      return block === undefined ? [] : [block, ...mark];
    });
  }

  private userBlock(part: UserPart, path: string): WireBlock | undefined {
    if (part.type === "text") return this.textBlock(part, path);
    return encodeMedia(part, { call: this.call, path, names: this.names });
  }

  private assistantBlock(part: AssistantPart, path: string): WireBlock | undefined {
    switch (part.type) {
      case "text":
        return this.textBlock(part, path);
      case "reasoning":
        return this.reasoningBlock(part, path);
      case "tool-call":
        return { toolUse: { toolUseId: this.ids.call(part.id, path), name: part.name, input: part.input ?? {} } };
      case "opaque":
        return objectOf(this.replayed(part.replay)?.block) ?? this.drop(path, "the block belongs to another provider");
      default:
        return this.drop(path, `the API takes no ${part.type} of the assistant`);
    }
  }

  private textBlock({ text, replay }: Pick<TextPart, "text" | "replay">, path: string): WireBlock | undefined {
    if (text.trim() === "") return this.drop(path, "text without content is refused");
    const citations = listOf(this.replayed(replay)?.citations);
    return citations.length === 0 ? { text } : { citationsContent: { content: [{ text }], citations } };
  }

  /** Signatures are bound to the model: reasoning of another one is refused. */
  private reasoningBlock({ text, replay }: ReasoningPart, path: string): WireBlock | undefined {
    const data = this.replayed(replay);
    if (data?.type !== "reasoning") return this.drop(path, "reasoning of another model cannot be sent back");
    if (this.call.model.reasoning?.replay === "forbidden")
      return this.drop(path, "the model takes no earlier reasoning");
    const signed = typeof data.signature === "string" ? { signature: data.signature } : {};
    return { reasoningContent: { reasoningText: { text, ...signed } } };
  }

  private toolResult({ toolCallId, content, isError }: ToolMessage, path: string): WireBlock[] {
    const parts = typeof content === "string" ? [] : content;
    // A mark inside a result is not read: it goes behind the result.
    const marked = parts.findLast((part) => part.cache !== undefined);
    const blocks = parts.map((part, j) => this.userBlock(part, `${path}.content[${j}]`));
    const toolResult = {
      toolUseId: this.ids.result(toolCallId, path),
      content: typeof content === "string" ? [{ text: content }] : blocks.filter((block) => block !== undefined),
      ...(isError === undefined ? {} : { status: isError ? ("error" as const) : ("success" as const) }),
    };
    return [{ toolResult }, ...this.cachePoint(marked?.cache, path)];
  }

  /**
   * What this provider left on a part; reasoning, plain or redacted, also has to be of this model. A replay without a
   * provider came through a gateway, whose client only knows the model it asked.
   */
  private replayed(replay: Replay | undefined): WireObject | undefined {
    if (replay?.protocol !== protocolId) return undefined;
    const data = objectOf(replay.data);
    if (replay.provider === "") return data;
    const bound = data?.type === "reasoning" || objectOf(data?.block)?.reasoningContent !== undefined;
    const own = replay.provider === this.call.provider.id && (!bound || replay.model === this.call.modelId);
    return own ? data : undefined;
  }

  /** The point up to which the prompt is cached. https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html */
  private cachePoint(cache: CacheMark | undefined, path: string): WireBlock[] {
    const caching = this.call.model.features.promptCaching;
    if (cache === undefined || caching === "implicit") return [];
    if (caching === "none") {
      this.drop(`${path}.cache`, "the model caches nothing");
      return [];
    }
    return [{ cachePoint: cache === "1h" ? { type: "default", ttl: "1h" } : { type: "default" } }];
  }

  private drop(path: string, reason: string): undefined {
    this.call.adjust({ path, action: "dropped", reason });
    return undefined;
  }
}

/** Where the results of a turn end, with the cache points among them. */
function endOfResults(content: readonly WireBlock[]): number {
  const other = content.findIndex((block) => !("toolResult" in block) && !("cachePoint" in block));
  return other < 0 ? content.length : other;
}
