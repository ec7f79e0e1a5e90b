/** A run whose code is loaded by its first read. */
import type { ChatEvent } from "../chat/events.js";
import type { AnyReply } from "./any-reply.js";
import type { Progress, Run } from "./run.js";

export class PendingRun implements Run {
  readonly #start: () => Promise<Run>;
  #run: Run | undefined;
  #closed = false;

  constructor(start: () => Promise<Run>) {
    this.#start = start;
  }

  get reply(): AnyReply | undefined {
    return this.#run?.reply;
  }

  get progress(): Progress {
    return this.#run?.progress ?? { messages: [], steps: [], text: "" };
  }

  read(): Promise<readonly ChatEvent[] | undefined> {
    return this.#run === undefined ? this.#begin() : this.#run.read();
  }

  close(): void {
    this.#closed = true;
    this.#run?.close();
  }

  async #begin(): Promise<readonly ChatEvent[] | undefined> {
    this.#run = await this.#start();
    if (this.#closed) this.#run.close();
    return this.#run.read();
  }
}
