/** Serves a chat request in the client's wire from any model: decode, call, encode, whole or streamed. */
import type { ProtocolEvent } from "../chat/events.js";
import { TransportError } from "../errors.js";
import type { AnswerContext } from "../protocols/server.js";
import { factHeaders } from "./answer-headers.js";
import { failureResponse } from "./failure-response.js";
import { withSealedReplays } from "./replays.js";
import { noteTarget, type ServedRequest } from "./served-request.js";
import { contextOf, isAnswer, type StartedChat, startChat } from "./started-chat.js";
import { streamedAnswer } from "./stream-chat.js";

/** Rejects with what happened before the call; failures of the call itself are answered in the client's words. */
export async function serveChat(request: ServedRequest): Promise<Response> {
  const { protocol, route } = request.endpoint;
  const served = protocol.decodeChat(request.body, route);
  request.record.note({ stream: served.stream, requested: served.modelId });
  let started: StartedChat | undefined;
  try {
    started = startChat(request, served);
    return served.stream ? await streamedAnswer(started) : await wholeAnswer(started);
  } catch (error) {
    started?.abort();
    started?.release();
    request.record.noteFailure(error);
    const response = failureResponse(error, protocol, { wire: served.wire, facts: request.record.facts });
    request.record.end(response.status);
    return response;
  }
}

async function wholeAnswer(started: StartedChat): Promise<Response> {
  const { request, served, run, release } = started;
  const { record } = request;
  const events: ProtocolEvent[] = [];
  while (run.reply === undefined) {
    const batch = await run.read();
    if (batch === undefined && run.reply === undefined) throw new TransportError("aborted", "the call was aborted");
    for (const event of batch ?? []) {
      if (event.type !== "switch") {
        if (isAnswer(event)) events.push(withSealedReplays(event));
        continue;
      }
      // Nobody has seen anything yet: only text that is continued stays.
      if (event.mode !== "resume") events.length = 0;
    }
  }
  const body = JSON.stringify(request.endpoint.protocol.encodeChat(events, wholeContext(started, events)));
  record.noteReply(run.reply);
  noteTarget(request, { requested: served.modelId, provider: run.reply.provider, model: run.reply.model });
  release();
  record.end(200);
  return new Response(body, { headers: { "content-type": "application/json", ...factHeaders(record.facts) } });
}

function wholeContext(started: StartedChat, events: readonly ProtocolEvent[]): AnswerContext {
  const context = contextOf(started, events);
  const { reply } = started.run;
  if (reply !== undefined && started.targets.length > 1) context.modelId = `${reply.provider}/${reply.model}`;
  return context;
}
