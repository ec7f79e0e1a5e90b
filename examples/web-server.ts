/**
 * One fetch handler, for every server that speaks Request and Response. With Hono:
 * `app.post("/*", (context) => handle(context.req.raw))`. With Bun or Deno: `serve({ fetch: handle })`.
 */
import { type ErrorCode, isModelwrightError, user } from "modelwright";
import { anthropic } from "modelwright/anthropic";
import { agUiResponse, eventStreamResponse, readAgUiInput } from "modelwright/streams";

const model = anthropic("claude-sonnet-4-5");

export async function handle(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  try {
    const body: unknown = await request.json();
    if (pathname === "/ask") return ask(body, request.signal);
    if (pathname === "/agent") return agent(body, request.signal);
    return new Response("not found", { status: 404 });
  } catch (error) {
    // Bad input is told before anything is sent: `path` names the place.
    if (isModelwrightError(error) && badInput.has(error.code))
      return Response.json({ error: error.message }, { status: 400 });
    throw error;
  }
}

const badInput: ReadonlySet<ErrorCode> = new Set(["invalid-request", "unsupported"]);

/** Our own events: read them in the browser with `readEventStream(await fetch("/ask", ...))`. */
function ask(body: unknown, signal: AbortSignal): Response {
  const question = typeof body === "object" && body !== null && "question" in body ? String(body.question) : "Hello";
  return eventStreamResponse(model.stream({ messages: [user(question)], signal }));
}

/** AG-UI: CopilotKit, or `new HttpAgent({ url: "/agent" })`. The client's own tools are offered to the model, too. */
function agent(body: unknown, signal: AbortSignal): Response {
  const { messages, tools, threadId, runId } = readAgUiInput(body);
  return agUiResponse(model.stream({ messages, tools, signal }), { threadId, runId });
}
