/** A batch: classifies many texts, eight at a time, and prints one JSON line for each, in their order. */
import { batch, user } from "modelwright";
import { openai } from "modelwright/openai";
import { z } from "zod";

const reviews = [
  "The food was cold, the view splendid.",
  "We will come again!",
  "An hour for a glass of water.",
  "Fair prices, friendly people.",
];

const model = openai("gpt-4.1-mini");
const label = z.object({ mood: z.enum(["good", "mixed", "bad"]), about: z.array(z.string()) });

// Ctrl-C ends the calls that run; what is done by then is printed.
const controller = new AbortController();
process.once("SIGINT", () => controller.abort());

const { results, values, successRate } = await batch(
  reviews,
  (review, { signal }) => model.chat({ messages: [user(`Classify: ${review}`)], output: label, signal }),
  {
    concurrency: 8,
    signal: controller.signal,
    onProgress: ({ done, total, failed }) => console.error(`${done} of ${total}, ${failed} failed`),
  },
);

for (const [index, result] of results.entries()) {
  // One failure leaves the others alone: it stands at its place.
  if (result.status === "fulfilled") console.log(JSON.stringify({ index, ...result.value.output }));
  else console.log(JSON.stringify({ index, error: String(result.reason) }));
}
const cost = values.reduce((sum, reply) => sum + (reply.cost.state === "known" ? reply.cost.amount : 0), 0);
console.error(`${Math.round(successRate * 100)} % done for ${cost.toFixed(6)} USD`);
if (successRate < 1) process.exitCode = 1;
