/** Splits reasoning between tags (`<think>` … `</think>`) off the front of streamed text, wherever the chunks are cut. */

/** Takes the two kinds of text apart; the reply builder is one. */
export interface ThinkSink {
  text(text: string): void;
  reasoning(text: string): void;
}

/** Only a tag that opens the answer counts: later ones are text about tags. White space around the block is no text. */
export class ThinkTags {
  private readonly open: string;
  private readonly close: string;
  private readonly sink: ThinkSink;
  private place: "before" | "inside" | "after" | "text" = "before";
  private held = "";

  constructor([open, close]: readonly [string, string], sink: ThinkSink) {
    this.open = open;
    this.close = close;
    this.sink = sink;
  }

  push(text: string): void {
    if (this.place === "text") {
      this.sink.text(text);
      return;
    }
    this.held += text;
    if (this.place === "before") this.readBefore();
    if (this.place === "inside") this.readInside();
    if (this.place === "after") this.readAfter();
  }

  /** The answer ended: what was held back for a possible tag is what it looks like. */
  end(): void {
    if (this.held === "") return;
    if (this.place === "inside") this.sink.reasoning(this.held);
    else if (this.place === "before") this.sink.text(this.held);
    this.held = "";
  }

  private readBefore(): void {
    const start = this.held.trimStart();
    if (start.startsWith(this.open)) {
      this.held = start.slice(this.open.length);
      this.place = "inside";
    } else if (!this.open.startsWith(start)) {
      this.place = "text";
      this.sink.text(this.take(this.held.length));
    }
  }

  private readInside(): void {
    const at = this.held.indexOf(this.close);
    if (at < 0) {
      const reasoning = this.take(this.held.length - overlap(this.held, this.close));
      if (reasoning !== "") this.sink.reasoning(reasoning);
      return;
    }
    const reasoning = this.take(at);
    if (reasoning !== "") this.sink.reasoning(reasoning);
    this.held = this.held.slice(this.close.length);
    this.place = "after";
  }

  private readAfter(): void {
    const text = this.held.trimStart();
    this.held = "";
    if (text === "") return;
    this.place = "text";
    this.sink.text(text);
  }

  private take(length: number): string {
    const taken = this.held.slice(0, length);
    this.held = this.held.slice(length);
    return taken;
  }
}

/** Length of the longest end of `text` that begins `tag`. */
function overlap(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--)
    if (text.endsWith(tag.slice(0, length))) return length;
  return 0;
}
