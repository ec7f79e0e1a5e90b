/** Encodes the history: system text apart, then user and assistant turns that alternate. */

import type {
  AnyMessage,
  AssistantPart,
  CacheMark,
  Replay,
  SystemMessage,
  ToolMessage,
  UserPart,
} from "../../chat/message.js";
import { CapabilityError } from "../../errors.js";
import { objectOf } from "../lenient.js";
import { mediaOf } from "../media.js";
import type { ChatCall } from "../protocol.js";
import { ToolCallIds } from "../tool-call-ids.js";
import {
  protocolId,
  type WireBlock,
  type WireCacheControl,
  type WireMedia,
  type WireMessage,
  type WireObject,
  type WireOpaque,
  type WireText,
  type WireToolResult,
} from "./wire.js";

export interface Conversation {
  readonly system: readonly WireText[];
  readonly messages: readonly WireMessage[];
}

/** Earlier messages give the same bytes whatever follows, so that a cached prefix stays valid. */
export function encodeMessages(call: ChatCall): Conversation {
  const history = new History(call);
  call.request.messages.forEach((message, i) => {
    history.add(message, `messages[${i}]`);
  });
  history.end();
  return history;
}

class History implements Conversation {
  readonly system: WireText[] = [];
  readonly messages: WireMessage[] = [];
  private readonly call: ChatCall;
  private readonly ids: ToolCallIds;
  private readonly systemInside: boolean;
  /** System text from within the conversation, until the turn of the user is over. */
  private readonly held: WireText[] = [];
  private heldPath = "";

  constructor(call: ChatCall) {
    this.call = call;
    this.ids = new ToolCallIds(call.adjust);
    const { systemInside } = { ...call.provider.dialect?.[protocolId], ...call.model.dialect?.[protocolId] };
    this.systemInside = systemInside === true;
  }

  /** The conversation is over: what was held stands last. */
  end(): void {
    this.release();
  }

  add(message: AnyMessage, path: string): void {
    if (message.role === "system") this.addSystem(message, path);
    else if (message.role === "tool") this.append("user", [this.toolResult(message, path)], path);
    else if (message.role === "user")
      this.append(
        "user",
        blocksOf(message.content, path, (part, at) => this.userBlock(part, at)),
        path,
      );
    else
      this.append(
        "assistant",
        blocksOf(message.content, path, (part, at) => this.assistantBlock(part, at)),
        path,
      );
  }

  private addSystem({ content }: SystemMessage, path: string): void {
    const blocks = blocksOf(content, path, (part, at) => this.textBlock(part, at));
    if (this.messages.length === 0) this.system.push(...blocks);
    else if (this.systemInside) {
      this.held.push(...blocks);
      this.heldPath = path;
    } else this.moveUp(blocks, path);
  }

  /** Places what was held: only after a turn of the user does the API take it. */
  private release(): void {
    const blocks = this.held.splice(0);
    if (blocks.length === 0) return;
    if (this.messages.at(-1)?.role === "user") this.messages.push({ role: "system", content: blocks });
    else this.moveUp(blocks, this.heldPath);
  }

  private moveUp(blocks: readonly WireText[], path: string): void {
    this.call.adjust({ path, action: "rewritten", reason: "system text goes before the conversation" });
    this.system.push(...blocks);
  }

  /** Turns of one role are joined: the results of parallel calls must stand in one message, before its other blocks. */
  private append(role: "user" | "assistant", blocks: readonly WireBlock[], path: string): void {
    if (role === "assistant" && blocks.length > 0) this.release();
    else if (this.held.length > 0)
      this.call.adjust({ path: this.heldPath, action: "rewritten", reason: "system text goes after the user's turn" });
    const last = this.messages.at(-1);
    if (blocks.length === 0) this.drop(path, "the message holds nothing that the API takes");
    else if (last?.role !== role) this.messages.push({ role, content: [...blocks] });
    else {
      const results = last.content.filter((block) => block.type === "tool_result").length;
      const moved = blocks[0]?.type === "tool_result" && results < last.content.length;
      if (moved)
        this.call.adjust({ path, action: "rewritten", reason: "tool results go before the other parts of a turn" });
      last.content.splice(moved ? results : last.content.length, 0, ...blocks);
    }
  }

  private userBlock(part: UserPart, path: string): WireBlock | undefined {
    if (part.type === "text") return this.textBlock(part, path);
    if (part.type === "image") return this.imageBlock(part, path);
    if (part.type === "pdf") {
      const title = part.filename === undefined ? {} : { title: part.filename };
      return { type: "document", source: sourceOf(part.pdf, "application/pdf"), ...title, ...this.mark(part, path) };
    }
    throw new CapabilityError("unsupported", `${path}: the Messages API takes no ${part.type}`, { path });
  }

  private assistantBlock(part: AssistantPart, path: string): WireBlock | undefined {
    switch (part.type) {
      case "text":
        return this.textBlock(part, path);
      case "reasoning":
        return this.thinkingBlock(part.text, part.replay, path);
      case "tool-call": {
        const caller = objectOf(this.replayed(part.replay)?.caller);
        const id = this.ids.call(part.id, path);
        const block = { type: "tool_use", id, name: part.name, input: part.input ?? {} };
        return caller === undefined ? block : { ...block, caller };
      }
      case "opaque": {
        const block = this.replayed(part.replay);
        if (typeof block?.type === "string") return block as WireOpaque;
        return this.drop(path, "the block belongs to another provider");
      }
      default:
        return this.drop(path, `the Messages API takes no ${part.type} of the assistant`);
    }
  }

  private textBlock(part: Extract<UserPart, { type: "text" }>, path: string): WireText | undefined {
    if (part.text.trim() === "") return this.drop(path, "text without content is refused");
    const citations = this.replayed(part.replay)?.citations;
    const cited = citations === undefined ? {} : { citations };
    return { type: "text", text: part.text, ...cited, ...this.mark(part, path) };
  }

  private imageBlock(part: Extract<UserPart, { type: "image" }>, path: string): WireMedia {
    if (part.detail !== undefined && part.detail !== "auto")
      this.drop(`${path}.detail`, "the Messages API has no level of detail");
    return { type: "image", source: sourceOf(part.image, part.mediaType), ...this.mark(part, path) };
  }

  /** Signatures are bound to the model: thinking of another one is refused. https://docs.claude.com/en/docs/build-with-claude/extended-thinking */
  private thinkingBlock(text: string, replay: Replay | undefined, path: string): WireBlock | undefined {
    const data = this.replayed(replay);
    if (data?.type !== "thinking") return this.drop(path, "reasoning of another model cannot be sent back");
    if (this.call.model.reasoning?.replay === "forbidden")
      return this.drop(path, "the model takes no earlier reasoning");
    return {
      type: "thinking",
      thinking: text,
      ...(typeof data.signature === "string" ? { signature: data.signature } : {}),
    };
  }

  private toolResult(message: ToolMessage, path: string): WireToolResult {
    const { content } = message;
    const parts = typeof content === "string" ? [] : content;
    // A mark inside a result is not read: it belongs on the result. https://docs.claude.com/en/docs/build-with-claude/prompt-caching
    const marked = parts.findLast((part) => part.cache !== undefined);
    const blocks = parts.map((part, j) => {
      const bare = { ...part, cache: undefined };
      return bare.type === "text"
        ? this.textBlock(bare, `${path}.content[${j}]`)
        : this.imageBlock(bare, `${path}.content[${j}]`);
    });
    return {
      type: "tool_result",
      tool_use_id: this.ids.result(message.toolCallId, path),
      content: typeof content === "string" ? content : blocks.filter((block) => block !== undefined),
      ...(message.isError === undefined ? {} : { is_error: message.isError }),
      ...(marked === undefined ? {} : this.mark(marked, path)),
    };
  }

  /**
   * What this provider left on a part; thinking, plain or redacted, also has to be of this model. A replay without a
   * provider came through a gateway, whose client only knows the model it asked.
   */
  private replayed(replay: Replay | undefined): WireObject | undefined {
    if (replay?.protocol !== protocolId) return undefined;
    const data = objectOf(replay.data);
    if (replay.provider === "") return data;
    const bound = data?.type === "thinking" || data?.type === "redacted_thinking";
    const own = replay.provider === this.call.provider.id && (!bound || replay.model === this.call.modelId);
    return own ? data : undefined;
  }

  private mark(
    { cache }: { readonly cache?: CacheMark | undefined },
    path: string,
  ): { cache_control?: WireCacheControl } {
    if (cache === undefined) return {};
    const caching = this.call.model.features.promptCaching;
    if (caching === "implicit") return {};
    if (caching === "none") {
      this.drop(`${path}.cache`, "the model caches nothing");
      return {};
    }
    return { cache_control: cache === "1h" ? { type: "ephemeral", ttl: "1h" } : { type: "ephemeral" } };
  }

  private drop(path: string, reason: string): undefined {
    this.call.adjust({ path, action: "dropped", reason });
    return undefined;
  }
}

function blocksOf<Part extends { readonly type: string }, Block>(
  content: string | readonly Part[],
  path: string,
  encode: (part: Part | { readonly type: "text"; readonly text: string }, path: string) => Block | undefined,
): Block[] {
  const blocks =
    typeof content === "string"
      ? [encode({ type: "text", text: content }, path)]
      : content.map((part, j) => encode(part, `${path}.content[${j}]`));
  return blocks.filter((block) => block !== undefined);
}

function sourceOf(media: Parameters<typeof mediaOf>[0], mediaType: string | undefined): WireMedia["source"] {
  const source = mediaOf(media, mediaType);
  if ("url" in source) return { type: "url", url: source.url };
  return { type: "base64", media_type: source.mediaType, data: source.base64 };
}
