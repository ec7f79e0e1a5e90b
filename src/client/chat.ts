/** `chat`: one request, one reply. */
import type { AnyReply } from "./any-reply.js";
import type { ChatOptions } from "./options.js";
import type { Startable } from "./run.js";

/** Reads a run to its end. */
export async function chatRun(behind: Pick<Startable, "start">, options: ChatOptions): Promise<AnyReply> {
  const run = behind.start(options, undefined);
  while (run.reply === undefined) await run.read();
  return run.reply;
}
