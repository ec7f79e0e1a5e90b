/** Where statements come from: URL citations of the message, and the lists that search models send beside it. */

import type { ReplyBuilder } from "../../chat/reply-builder.js";
import { listOf } from "../lenient.js";
import { type Members, membersOf, textOf } from "./wire.js";

export class SourceReader {
  private readonly builder: ReplyBuilder;
  private readonly urls = new Set<string>();
  private citations: unknown;
  private searchResults: unknown;
  private annotated = false;

  constructor(builder: ReplyBuilder) {
    this.builder = builder;
  }

  /** The provider searched for this answer. */
  get searched(): boolean {
    return this.annotated || listOf(this.searchResults).length > 0;
  }

  /** Perplexity and xAI repeat their lists in every chunk: the last one counts. */
  readHead(body: Members): void {
    this.citations = body.citations ?? this.citations;
    // Tencent wraps the list of Perplexity and Baidu, Zhipu names it after its tool.
    const found = body.search_results ?? membersOf(body.search_info)?.search_results ?? body.web_search;
    this.searchResults = found ?? this.searchResults;
    // MiniMax closes with the messages of its search, of which the last is the answer.
    if (body.messages !== undefined) this.readMessage(membersOf(listOf(body.messages).at(-1)) ?? {});
  }

  /** `url_citation` annotations, of OpenAI's search models and OpenRouter, and the searches that Groq ran. */
  readMessage(message: Members): void {
    if (message.annotations !== undefined)
      for (const annotation of listOf(message.annotations)) {
        const citation = membersOf(membersOf(annotation)?.url_citation);
        if (citation === undefined) continue;
        this.annotated = true;
        this.add(textOf(citation.url), textOf(citation.title), textOf(citation.content));
      }
    if (message.executed_tools !== undefined)
      for (const tool of listOf(message.executed_tools))
        this.addResults(membersOf(membersOf(tool)?.search_results)?.results);
  }

  /** Search results come first: they have titles. */
  end(): void {
    this.addResults(this.searchResults);
    for (const url of listOf(this.citations)) this.add(textOf(url), "", "");
  }

  private addResults(results: unknown): void {
    for (const value of listOf(results)) {
      const result = membersOf(value);
      if (result !== undefined) this.add(textOf(result.url) || textOf(result.link), textOf(result.title), "");
    }
  }

  private add(url: string, title: string, text: string): void {
    if (url === "" || this.urls.has(url)) return;
    this.urls.add(url);
    this.builder.source({
      url,
      ...(title === "" ? {} : { title }),
      ...(text === "" ? {} : { text }),
    });
  }
}
