/** Where statements come from: URL citations of the message, and the lists that search models send beside it. */

import type { ReplyBuilder } from "../../chat/reply-builder.js";
import { listOf } from "../lenient.js";
import { type Members, membersOf, textOf } from "./wire.js";

export class SourceReader {
  private readonly builder: ReplyBuilder;
  private readonly urls = new Set<string>();
  private citations: unknown;
  private searchResults: unknown;

  constructor(builder: ReplyBuilder) {
    this.builder = builder;
  }

  /** Perplexity and xAI repeat their lists in every chunk: the last one counts. */
  readHead(body: Members): void {
    this.citations = body.citations ?? this.citations;
    this.searchResults = body.search_results ?? this.searchResults;
  }

  /** `url_citation` annotations, of OpenAI's search models and OpenRouter. */
  readAnnotations(value: unknown): void {
    for (const annotation of listOf(value)) {
      const citation = membersOf(membersOf(annotation)?.url_citation);
      if (citation !== undefined) this.add(textOf(citation.url), textOf(citation.title), textOf(citation.content));
    }
  }

  /** Search results come first: they have titles. */
  end(): void {
    for (const value of listOf(this.searchResults)) {
      const result = membersOf(value);
      if (result !== undefined) this.add(textOf(result.url), textOf(result.title), "");
    }
    for (const url of listOf(this.citations)) this.add(textOf(url), "", "");
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
