/** Failover in production: two providers behind one handle, policies for load, and logs without content. */
import { failover, production, user } from "modelwright";
import { anthropic } from "modelwright/anthropic";
import { openai } from "modelwright/openai";
import { logTelemetry } from "modelwright/telemetry";

// Tries within a minute, a circuit breaker, the provider's own rate limits, at most 100 calls in flight. Each client
// has its own: an outage of one provider never blocks the other.
const telemetry = logTelemetry(({ level, message, ms, code }) => console.error(level, message, code ?? "", `${ms} ms`));
const primary = openai.create({ ...production(), telemetry });
const second = anthropic.create({ ...production(), telemetry });

// The group takes what every member can serve: with a parameter that one of them refuses, `chat` would not compile.
const model = failover([primary("gpt-4.1"), second("claude-sonnet-4-5")], {
  // When an answer breaks in its middle, the next member goes on where it can, and else begins anew.
  midStream: "auto",
});

const stream = model.stream({ messages: [user("Tell me a story of three sentences.")], temperature: 0.5 });
for await (const event of stream) {
  if (event.type === "switch")
    console.error(`\n${event.from} failed (${event.code}), ${event.to} takes over: ${event.mode}`);
  if (event.type === "switch" && event.mode === "restart") process.stdout.write("\n");
  if (event.type === "text-delta") process.stdout.write(event.text);
}

const reply = await stream.reply;
console.log(`\nanswered by ${reply.provider}/${reply.model}`);
for (const { target, outcome, code, ms } of reply.attempts)
  console.error(target, outcome, code ?? "", `${Math.round(ms)} ms`);
