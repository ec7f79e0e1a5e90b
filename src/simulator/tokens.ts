/** Counts tokens roughly, and remembers prompts to tell which part of the next one is cached. */
import type { ModelFacts } from "../catalog/facts.js";
import type { AnyMessage } from "../chat/message.js";
import type { NeutralRequest } from "../chat/request.js";
import type { UsageBuckets } from "../chat/usage.js";
import { hash } from "./random.js";

const charactersPerToken = 4;

/** What one picture, sound or document counts, whatever its size. */
const tokensPerMedia = 100;

/** Shortest prefix that is cached when the catalog does not say. */
const defaultCacheMinTokens = 64;

/** Most prompts remembered; the oldest are forgotten first. */
const maxPrefixes = 10_000;

export function countTokens(text: string): number {
  return Math.ceil(text.length / charactersPerToken);
}

/** One piece of a prompt, in the order in which a provider reads it. */
interface Segment {
  readonly text: string;
  readonly tokens: number;
  /** An explicit cache mark ends here. */
  readonly mark: "5m" | "1h" | undefined;
}

export function countPrompt(request: NeutralRequest): number {
  return segmentsOf(request).reduce((sum, segment) => sum + segment.tokens, 0);
}

function segmentsOf(request: NeutralRequest): readonly Segment[] {
  const tools = request.tools.length === 0 ? [] : [textSegment(JSON.stringify(request.tools))];
  return [...tools, ...request.messages.flatMap(messageSegments)];
}

function messageSegments(message: AnyMessage): readonly Segment[] {
  if (typeof message.content === "string") return [textSegment(`${message.role}: ${message.content}`)];
  return message.content.map((part) => {
    const mark = "cache" in part ? part.cache : undefined;
    if (part.type === "text" || part.type === "reasoning")
      return { ...textSegment(`${message.role}: ${part.text}`), mark };
    if (part.type === "tool-call") return textSegment(`${part.name} ${JSON.stringify(part.input)}`);
    return { text: `${message.role}: ${JSON.stringify(part)}`, tokens: tokensPerMedia, mark };
  });
}

function textSegment(text: string): Segment {
  return { text, tokens: countTokens(text), mark: undefined };
}

/** Prompts that a provider has seen, by provider and model. */
export class PrefixCache {
  private readonly seen = new Map<string, true>();

  clear(): void {
    this.seen.clear();
  }

  /** The input buckets of a prompt, which is remembered. */
  read(
    request: NeutralRequest,
    { scope, model }: { readonly scope: string; readonly model: ModelFacts },
  ): UsageBuckets {
    const segments = segmentsOf(request);
    const total = segments.reduce((sum, segment) => sum + segment.tokens, 0);
    const kind = model.features.promptCaching ?? "none";
    if (kind === "none") return { input: total };
    const minimum = model.limits.cacheMinTokens ?? defaultCacheMinTokens;
    const marked = segments.some((segment) => segment.mark !== undefined);
    if (kind === "explicit" || (kind === "both" && marked)) return this.readMarked(segments, scope, minimum);
    const cacheRead = this.longestSeen(segments, scope, minimum);
    return { input: total - cacheRead, cacheRead };
  }

  /** Implicit caching: every prefix counts, and all are remembered. */
  private longestSeen(segments: readonly Segment[], scope: string, minimum: number): number {
    let cached = 0;
    for (const { key, tokens } of prefixes(segments, scope)) {
      if (this.seen.has(key) && tokens >= minimum) cached = tokens;
      this.remember(key);
    }
    return cached;
  }

  /** Explicit caching: up to the last mark the prompt is read from the cache or written to it. */
  private readMarked(segments: readonly Segment[], scope: string, minimum: number): UsageBuckets {
    let cached = 0;
    let marked = 0;
    let total = 0;
    let longLived = false;
    for (const { key, tokens, mark } of prefixes(segments, scope)) {
      total = tokens;
      if (mark === undefined || tokens < minimum) continue;
      if (this.seen.has(key)) cached = tokens;
      else longLived = mark === "1h";
      marked = tokens;
      this.remember(key);
    }
    const written = longLived ? { cacheWrite1h: marked - cached } : { cacheWrite: marked - cached };
    return { input: total - marked, cacheRead: cached, ...written };
  }

  private remember(key: string): void {
    this.seen.set(key, true);
    if (this.seen.size > maxPrefixes) for (const oldest of this.seen.keys()) return void this.seen.delete(oldest);
  }
}

function* prefixes(
  segments: readonly Segment[],
  scope: string,
): Generator<{ key: string; tokens: number; mark: Segment["mark"] }> {
  let left = hash(scope);
  let right = hash(scope, 1);
  let tokens = 0;
  for (const segment of segments) {
    left = hash(segment.text, left);
    right = hash(segment.text, right);
    tokens += segment.tokens;
    yield { key: `${left}:${right}`, tokens, mark: segment.mark };
  }
}
