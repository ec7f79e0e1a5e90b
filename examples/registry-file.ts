/** A catalog that changes while the program runs: facts from a file lie over those of the package, and are followed. */
import { user } from "modelwright";
import { openai } from "modelwright/openai";
import { createRegistry, files } from "modelwright/registry";

// models.json holds what differs from the package's catalog: a price of yours, a limit, a model that is new.
// { "provider": { "id": "openai" }, "models": { "gpt-4.1": { "pricing": { "currency": "USD", "tokens": { "input": 1.5, "output": 6 } } } } }
const registry = await createRegistry({
  providers: { openai },
  sources: [files(process.argv[2] ?? "models.json", { watch: true })],
});

// A file with mistakes changes nothing: the last good facts stay, and the problem names file, place and value.
registry.subscribe((event) => {
  if (event.type === "changed") console.log(`changed: ${event.reason}`);
  if (event.type === "problem") console.error(event.error.message);
});
for (const problem of registry.problems) console.error(problem.message);

// Typed like `openai("gpt-4.1")`; each call uses what holds when it begins.
const model = registry.model("openai/gpt-4.1");
const reply = await model.chat({ messages: [user("Hello")] });
console.log(`generation ${reply.generation}`);
console.log(reply.cost.state === "known" ? `${reply.cost.amount} ${reply.cost.currency}` : "cost unknown");

// Every fact knows where it comes from.
const price = registry.explain("openai/gpt-4.1", "pricing.tokens.input");
console.log(
  `input price ${price?.value}, from ${price?.source}${price?.line === undefined ? "" : `, line ${price.line}`}`,
);
await registry.close();
