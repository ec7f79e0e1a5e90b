/** `chat`: one request, one reply. */
import type { AnyReply } from "./any-reply.js";
import type { Run } from "./run.js";

/** Reads a run to its end. */
export async function chatRun(run: Run): Promise<AnyReply> {
  while (run.reply === undefined) await run.read();
  return run.reply;
}
