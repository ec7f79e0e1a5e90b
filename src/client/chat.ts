/** `chat`: one request, one reply. */
import { ChatRun } from "./chat-run.js";
import type { ChatOptions } from "./options.js";
import type { AnyReply } from "./reply.js";
import type { Run } from "./run.js";
import type { ModelTarget } from "./target.js";

/**
 * Calls the model and, with tools and `maxSteps`, goes on until it answers. Throws `CapabilityError` before anything is
 * sent when the model cannot serve the request, `ProviderError` when the provider refuses, `TransportError` when no
 * usable answer arrives.
 */
export function chat(target: ModelTarget, options: ChatOptions): Promise<AnyReply> {
  return chatRun(new ChatRun(target, options, undefined));
}

/** Reads a run to its end. */
export async function chatRun(run: Run): Promise<AnyReply> {
  while (run.reply === undefined) await run.read();
  return run.reply;
}
