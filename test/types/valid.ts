/** Programs that must compile and be sent: what the types may never refuse. */

export interface Valid {
  readonly id: string;
  readonly title: string;
  readonly setup?: string;
  readonly text: string;
}

const url = '"https://example.com/a.png"';

export const valid: readonly Valid[] = [
  {
    id: "messages-by-hand",
    title: "messages as literals of all roles",
    text: `await openai("gpt-4o").chat({
  messages: [
    { role: "system", content: "Be brief." },
    { role: "user", content: [{ type: "text", text: "Look" }, { type: "image", image: ${url}, detail: "low" }] },
    { role: "assistant", content: "A cat." },
    { role: "user", content: "Sure?" },
  ],
});`,
  },
  {
    id: "messages-grow",
    title: "a conversation that grows by replies",
    text: `const model = openai("gpt-4o");
const history: Message[] = [user("Hello")];
const reply = await model.chat({ messages: history });
await model.chat({ messages: [...history, reply.message, user("More")] });`,
  },
  {
    id: "messages-grow-without-tools",
    title: "a conversation that grows by replies of a model without tools",
    text: `const model = groq("groq/compound");
const history: Message[] = [user("Hello")];
const reply = await model.chat({ messages: history });
await model.chat({ messages: [...history, reply.message, user("More")] });
await model.chat({ messages: [...history, ...reply.messages, user("More")] });`,
  },
  {
    id: "messages-spread",
    title: "text and pictures spread into one message",
    setup: 'const pictures = ["a", "b"].map((name) => image("https://example.com/" + name));',
    text: 'await openai("gpt-4o").chat({ messages: [user("Compare", ...pictures)] });',
  },
  {
    id: "builtin-tool-options",
    title: "a built-in tool by name, and one with its own options",
    text: `await anthropic("claude-opus-4-6").chat({
  messages,
  builtinTools: ["web_fetch", { type: "web_search", max_uses: 3, allowed_domains: ["example.com"] }],
});`,
  },
  {
    id: "messages-readonly",
    title: "a readonly history from a function",
    setup:
      'function history(): readonly Message<"image">[] { return [system("Be brief."), user("Look", image("https://example.com/a.png"))]; }',
    text: 'await openai("gpt-4o").chat({ messages: history() });',
  },
  {
    id: "numbers-wide",
    title: "numbers known only at run time",
    setup: "const temperature: number = coin ? 0.5 : 1;",
    text: `await openai("gpt-4o").chat({ messages, temperature, maxOutputTokens: 20 * 5 });
await google("gemini-2.5-flash").chat({ messages, reasoning: { budget: Math.round(temperature * 1000) } });`,
  },
  {
    id: "numbers-literal",
    title: "literal numbers within their ranges",
    text: `for (const temperature of [0, 0.1, 1, 1.9, 2] as const) await openai("gpt-4o").chat({ messages, temperature });
await anthropic("claude-opus-4-6").chat({ messages, temperature: 1e-7 });`,
  },
  {
    id: "undefined-options",
    title: "options that are there but undefined",
    text: `await openai("gpt-4").chat({
  messages,
  tools: undefined,
  reasoning: undefined,
  temperature: coin ? 1 : undefined,
  output: undefined,
});`,
  },
  {
    id: "tools-loop",
    title: "a tool loop with typed arguments and results",
    text: `const reply = await openai("gpt-4o").chat({
  messages,
  maxSteps: 3,
  toolChoice: "auto",
  parallelTools: false,
  tools: {
    weather: {
      description: "The weather of a city",
      input: z.object({ city: z.string(), days: z.number().default(1) }),
      execute: async ({ city, days }, { toolCallId, signal }) => [city.toUpperCase(), days + 1, toolCallId, signal?.aborted],
    },
    clock: { input: z.object({}), execute: () => new Date().toISOString() },
  },
});
for (const call of reply.toolCalls) {
  if (call.name === "weather") call.input.city.length + call.input.days;
}`,
  },
  {
    id: "tools-approval",
    title: "approval, stop conditions and per-step functions, typed by the tools",
    text: `await openai("gpt-4o").chat({
  messages,
  maxSteps: 9,
  approve: async (call, { signal }) => {
    if (call.name === "clock") return true;
    return call.input.city.length > 3 && signal?.aborted !== true ? true : { denied: "too short" };
  },
  stopWhen: (steps) => steps.some(({ toolResults }) => toolResults.some(({ toolName }) => toolName === "clock")),
  onStep: async ({ usage }, index) => void [usage, index.toFixed()],
  prepareStep: ({ steps, messages }) => (steps.length === 8 ? { messages: messages.slice(-3), toolChoice: "none" } : undefined),
  tools: {
    weather: {
      input: z.object({ city: z.string() }),
      needsApproval: ({ city }) => city.startsWith("A"),
      execute: async ({ city }) => city.toUpperCase(),
    },
    clock: { input: z.object({}), needsApproval: true, execute: () => new Date().toISOString() },
  },
});`,
  },
  {
    id: "tools-json-schema",
    title: "a tool described by plain JSON Schema",
    text: `await openai("gpt-4o").chat({
  messages,
  tools: { lookup: { input: { type: "object", properties: { id: { type: "string" } } }, execute: (input: unknown) => String(input) } },
});`,
  },
  {
    id: "schema-zod3",
    title: "schemas of zod 3",
    setup: "const row = z3.object({ name: z3.string() });",
    text: `const { output, toolCalls } = await openai("gpt-4o").chat({
  messages,
  output: row,
  tools: { save: { input: row, execute: ({ name }) => name.length } },
});
const name: string = output.name + toolCalls.map((call) => call.input.name);`,
  },
  {
    id: "schema-standard",
    title: "any Standard Schema",
    setup: `const id = {
  "~standard": {
    version: 1 as const,
    vendor: "own",
    validate: (value: unknown) => ({ value: value as { id: string } }),
    jsonSchema: { input: () => ({ type: "object" }), output: () => ({ type: "object" }) },
    types: undefined as { readonly input: { id: string }; readonly output: { id: string } } | undefined,
  },
};`,
    text: `const { output } = await openai("gpt-4o").chat({ messages, output: id });
const given: string = output.id;`,
  },
  {
    id: "output-named",
    title: "a structured output with a name",
    text: `const { output, outputPath } = await openai("gpt-4o").chat({
  messages,
  output: { schema: z.object({ steps: z.array(z.string()) }), name: "recipe", description: "How to cook it" },
});
const first: string | undefined = output.steps[0];`,
  },
  {
    id: "reasoning-variable",
    title: "an effort level chosen by a condition",
    text: `const reply = await openai("o3").chat({ messages, reasoning: { effort: coin ? "high" : "low", summary: "auto" } });
const thoughts: string | undefined = reply.reasoning;`,
  },
  {
    id: "reasoning-off",
    title: "sampling while reasoning is off by default",
    text: 'await openai("gpt-5.2").chat({ messages, temperature: 0.3, topP: 0.9, verbosity: "low" });',
  },
  {
    id: "reasoning-budget",
    title: "a budget, and a budget left to the model",
    text: `await anthropic("claude-opus-4-6").chat({ messages, reasoning: { budget: 2048 }, maxOutputTokens: 4096 });
await google("gemini-2.5-flash").chat({ messages, reasoning: { budget: "auto" } });`,
  },
  {
    id: "stream",
    title: "a stream by events, by text, and as a reply",
    text: `const stream = openai("gpt-4o").stream({ messages, tools: { clock: { input: z.object({}) } } });
for await (const event of stream) if (event.type === "text-delta") event.text.length;
for await (const text of openai("gpt-4o").stream({ messages }).text) text.length;
(await stream.reply).toolCalls;`,
  },
  {
    id: "function-any-model",
    title: "a function over any chat model",
    setup: `async function ask(model: ChatModelWith, question: string): Promise<string> {
  return (await model.chat({ messages: [user(question)], maxOutputTokens: 100 })).text;
}`,
    text: `await ask(openai("gpt-4"), "Hello");
await ask(anthropic("claude-opus-4-6"), "Hello");
await ask(openai.model("gpt-99"), "Hello");`,
  },
  {
    id: "function-capabilities",
    title: "a function over models with tools and pictures",
    setup: `async function act(model: ChatModelWith<"tools" | "image">) {
  const reply = await model.chat({
    messages: [user("Look", image(${url}))],
    tools: { weather: { input: z.object({ city: z.string() }), execute: ({ city }) => city.length } },
  });
  return reply.toolCalls.map((call) => call.input.city);
}`,
    text: `await act(openai("gpt-4o"));
await act(google("gemini-2.5-flash"));`,
  },
  {
    id: "list-of-models",
    title: "a list of different models, each called",
    text: `for (const model of [openai("gpt-4o"), anthropic("claude-opus-4-6"), google("gemini-2.5-flash")])
  await model.chat({ messages, temperature: 0.5, stop: ["END"] });`,
  },
  {
    id: "supports",
    title: "a handle of a run-time id, narrowed",
    setup: 'const id: string = coin ? "gpt-99" : "gpt-98";',
    text: `const model: ChatModelWith = openai.model(id);
if (model.supports("image", "tools"))
  await model.chat({ messages: [user(image(${url}))], tools: { a: { input: z.object({}) } } });
await openai.model(id).chat({ messages, temperature: 1, extraBody: { anything: 1 } });`,
  },
  {
    id: "group",
    title: "a group that takes what its members share",
    text: `const group = failover([openai("gpt-4o"), anthropic("claude-opus-4-6")]);
const reply = await group.chat({
  messages: [user("Look", image(${url}))],
  temperature: 0.5,
  output: z.object({ name: z.string() }),
});
const name: string = reply.output.name;`,
  },
  {
    id: "group-dynamic",
    title: "a group with members whose model is known only at run time",
    setup: 'const id: string = coin ? "gpt-99" : "gpt-98";',
    text: `const model: ChatModelWith = openai.model(id);
if (model.supports("image")) {
  const reply = await failover([model, openai("gpt-4o")]).chat({ messages: [user("Look", image(${url}))] });
  const text: string = reply.text;
}`,
  },
  {
    id: "group-degraded",
    title: "a group with members that answer without what they lack",
    text: `const group = failover([openai("gpt-4o"), degrade(openai("gpt-4"), "image"), degrade(openai("o3"), "temperature")]);
const reply = await group.chat({ messages: [user("Look", image(${url}))], temperature: 0.5 });
const answered: "gpt-4o" | "gpt-4" | "o3" = reply.model;
await degrade(groq("groq/compound"), "tools").chat({ messages, tools: { a: { input: z.object({}) } }, toolChoice: "auto" });`,
  },
  {
    id: "unverified",
    title: "values that the catalog does not know yet",
    text: `// The provider decides, and may well refuse.
await Promise.allSettled([
  openai("o3").chat({ messages, temperature: unverified(0.2) }),
  openai("gpt-4").chat({ messages: [user("Look", unverified(image(${url})))] }),
  openai("gpt-4o").chat({ messages, reasoning: unverified({ effort: "low" }) }),
  openai("o3").chat({ messages, reasoning: { effort: unverified("ultra") } }),
]);`,
  },
  {
    id: "call-options",
    title: "options that have nothing to do with the model",
    text: `await openai("gpt-4").chat({
  messages,
  signal: AbortSignal.timeout(60_000),
  timeouts: { total: 5_000 },
  apiKey: "other",
  extraBody: { metadata: { a: 1 } },
  extraHeaders: { "x-trace": "1" },
  tags: { team: "search" },
});`,
  },
  {
    id: "provider-options",
    title: "options of the provider's own",
    text: `await openai("gpt-4o").chat({ messages, options: { store: true, user: "u1" }, serviceTier: "priority" });
await anthropic("claude-opus-4-6").chat({ messages, options: { userId: "u1" } });`,
  },
  {
    id: "embeddings",
    title: "vectors of one text and of many",
    setup: "const size: number = coin ? 256 : 512;",
    text: `const { embeddings } = await openai("text-embedding-3-small").embed({ input: ["a", "b"], dimensions: size });
const first: number | undefined = embeddings[0]?.[0];`,
  },
  {
    id: "handle-parts",
    title: "what a handle says of itself",
    text: `const model = openai("gpt-4o");
const line: string = \`\${model.provider}/\${model.id} \${model.kind} \${model.facts.limits.context}\`;
await model.chat({ messages: [user(line)] });`,
  },
];
