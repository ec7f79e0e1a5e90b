/** Programs that a catalog can refuse, each with the same program made right. Rows 01 to 32 are the published list of misuses. */

/** One misuse. Texts are statements; `prelude` of `programs.ts` stands above them. */
export interface Misuse {
  readonly id: string;
  readonly title: string;
  /** Statements before, in both programs. */
  readonly setup?: string;
  readonly bad: string;
  readonly good: string;
  /** What the first three lines of the compiler's message say. Empty when only run time can refuse. */
  readonly says: readonly string[];
  /** What the run-time refusal says; `says` when absent. `false`: the call itself is sound. */
  readonly runtime?: readonly string[] | false;
  /** Without strict mode the compiler does not look. */
  readonly strictOnly?: true;
}

const picture = 'messages: [user("What is this?", image("https://example.com/a.png"))]';
const tools = "tools: { weather: { input: z.object({ city: z.string() }) } }";
const recipe = "z.object({ name: z.string(), steps: z.array(z.string()) })";

export const misuses: readonly Misuse[] = [
  {
    id: "01",
    title: "image input to a text-only chat model",
    bad: `await openai("gpt-4").chat({ ${picture} });`,
    good: `await openai("gpt-4o").chat({ ${picture} });`,
    says: ["gpt-4 does not accept", "image"],
  },
  {
    id: "02",
    title: "audio input to a model without audio input",
    bad: 'await openai("gpt-4o").chat({ messages: [user("Who speaks?", audio(bytes))] });',
    good: 'await google("gemini-2.5-flash").chat({ messages: [user("Who speaks?", audio(bytes))] });',
    says: ["gpt-4o does not accept audio"],
  },
  {
    id: "03",
    title: "PDF input to a model without file input",
    bad: 'await groq("llama-3.1-8b-instant").chat({ messages: [user("Sum up.", pdf(bytes))] });',
    good: 'await anthropic("claude-opus-4-6").chat({ messages: [user("Sum up.", pdf(bytes))] });',
    says: ["llama-3.1-8b-instant does not accept", "pdf"],
  },
  {
    id: "04",
    title: "tools to a model without function calling",
    bad: `await groq("groq/compound").chat({ messages, ${tools} });`,
    good: `await groq("llama-3.1-8b-instant").chat({ messages, ${tools} });`,
    says: ["groq/compound does not support tool calling"],
  },
  {
    id: "05",
    title: "toolChoice on such a model",
    bad: 'await groq("groq/compound").chat({ messages, toolChoice: "required" });',
    good: `await groq("llama-3.1-8b-instant").chat({ messages, ${tools}, toolChoice: "required" });`,
    says: ["groq/compound does not support tool calling"],
  },
  {
    id: "06",
    title: "reasoning effort on a non-reasoning model",
    bad: 'await openai("gpt-4o").chat({ messages, reasoning: { effort: "high" } });',
    good: 'await openai("o3").chat({ messages, reasoning: { effort: "high" } });',
    says: ["gpt-4o does not support reasoning"],
  },
  {
    id: "07a",
    title: "effort level 'minimal' on a model lacking it",
    bad: 'await openai("o4-mini").chat({ messages, reasoning: { effort: "minimal" } });',
    good: 'await openai("gpt-5").chat({ messages, reasoning: { effort: "minimal" } });',
    says: ["o4-mini accepts reasoning effort low, medium or high"],
    runtime: ["o4-mini does not accept reasoning effort 'minimal'"],
  },
  {
    id: "07b",
    title: "effort level 'xhigh' on a model lacking it",
    bad: 'await anthropic("claude-opus-4-6").chat({ messages, reasoning: { effort: "xhigh" } });',
    good: 'await openai("gpt-5.2").chat({ messages, reasoning: { effort: "xhigh" } });',
    says: ["claude-opus-4-6 accepts reasoning effort low, medium, high or max"],
    runtime: ["claude-opus-4-6 does not accept reasoning effort 'xhigh'"],
  },
  {
    id: "08",
    title: "thinking token budget on an effort-only model",
    bad: 'await openai("o4-mini").chat({ messages, reasoning: { budget: 4096 } });',
    good: 'await google("gemini-2.5-flash").chat({ messages, reasoning: { budget: 4096 } });',
    says: ["o4-mini does not accept a reasoning budget"],
  },
  {
    id: "09",
    title: "temperature on a model that rejects it",
    bad: 'await openai("o3").chat({ messages, temperature: 0.2 });',
    good: 'await openai("gpt-4o").chat({ messages, temperature: 0.2 });',
    says: ["o3 does not accept temperature"],
  },
  {
    id: "10",
    title: "JSON-schema output on a model lacking it",
    bad: `await google("gemma-3-27b-it").chat({ messages, output: ${recipe} });`,
    good: `await google("gemini-2.5-flash").chat({ messages, output: ${recipe} });`,
    says: ["gemma-3-27b-it does not support structured output"],
  },
  {
    id: "11",
    title: "embeddings call with a chat model id",
    bad: 'await openai("gpt-4o").embed({ input: "text" });',
    good: 'await openai("text-embedding-3-small").embed({ input: "text" });',
    says: ["Property 'embed' does not exist on type 'ChatModel<", "gpt-4o"],
    runtime: ["gpt-4o is a model of kind chat and has no method embed"],
  },
  {
    id: "12a",
    title: "chat call with an embedding model id",
    bad: 'await openai("text-embedding-3-small").chat({ messages });',
    good: 'await openai("gpt-4o").chat({ messages });',
    says: ["Property 'chat' does not exist on type 'EmbeddingModel<", "text-embedding-3-small"],
    runtime: ["text-embedding-3-small is a model of kind embedding and has no method chat"],
  },
  {
    id: "12b",
    title: "embedding model handle passed where a chat model is wanted",
    setup: "const ask = (model: ChatModelWith) => model.chat({ messages });",
    bad: 'await ask(openai("text-embedding-3-small"));',
    good: 'await ask(openai("gpt-4o"));',
    says: ["EmbeddingModel<", "text-embedding-3-small", "ChatModelWith"],
    runtime: ["text-embedding-3-small is a model of kind embedding and has no method chat"],
  },
  {
    id: "13",
    title: "image generation with a text model",
    bad: 'await openai("gpt-4o").image({ prompt: "A cat" });',
    good: 'await openai("gpt-image-1").image({ prompt: "A cat" });',
    says: ["Property 'image' does not exist on type 'ChatModel<", "gpt-4o"],
    runtime: ["gpt-4o is a model of kind chat and has no method image"],
  },
  {
    id: "14",
    title: "image size the image model does not offer",
    bad: 'await openai("gpt-image-1").image({ prompt: "A cat", size: "512x512" });',
    good: 'await openai("gpt-image-1").image({ prompt: "A cat", size: "1536x1024" });',
    says: ["gpt-image-1 does not accept this size"],
    runtime: ["size", "gpt-image-1"],
  },
  {
    id: "15",
    title: "TTS voice the model does not offer",
    bad: 'await groq("canopylabs/orpheus-v1-english").speech({ input: "Hello", voice: "fahad" });',
    good: 'await groq("canopylabs/orpheus-arabic-saudi").speech({ input: "Hello", voice: "fahad" });',
    says: ["canopylabs/orpheus-v1-english does not accept this voice"],
    runtime: ["voice", "canopylabs/orpheus-v1-english"],
  },
  {
    id: "16",
    title: "transcription with a chat model",
    bad: 'await openai("gpt-4o").transcribe({ audio: bytes });',
    good: 'await openai("whisper-1").transcribe({ audio: bytes });',
    says: ["Property 'transcribe' does not exist on type 'ChatModel<", "gpt-4o"],
    runtime: ["gpt-4o is a model of kind chat and has no method transcribe"],
  },
  {
    id: "17",
    title: "web search tool on a model lacking it",
    bad: 'await openai("gpt-4").chat({ messages, builtinTools: ["web_search"] });',
    good: 'await openai("gpt-4o").chat({ messages, builtinTools: ["web_search"] });',
    says: ["gpt-4 does not offer", "built-in tool"],
  },
  {
    id: "18",
    title: "logprobs on a model lacking them",
    bad: 'await anthropic("claude-opus-4-6").chat({ messages, logprobs: true });',
    good: 'await openai("gpt-4o").chat({ messages, logprobs: true });',
    says: ["claude-opus-4-6 does not accept logprobs"],
  },
  {
    id: "19",
    title: "typo in a model id",
    bad: 'await openai("gpt-4oo").chat({ messages });',
    good: 'await openai("gpt-4o").chat({ messages });',
    says: ['there is no model \\"gpt-4oo\\" in this catalog'],
    runtime: ["gpt-4oo"],
  },
  {
    id: "20a",
    title: "retired model, long gone",
    bad: 'await anthropic("claude-3-opus-20240229").chat({ messages });',
    good: 'await anthropic("claude-opus-4-6").chat({ messages });',
    says: ["claude-3-opus-20240229 was retired"],
  },
  {
    id: "20b",
    title: "model retired this year",
    bad: 'await anthropic("claude-opus-4-1").chat({ messages });',
    good: 'await anthropic("claude-opus-4-6").chat({ messages });',
    says: ["claude-opus-4-1 was retired on 2026-08-05; use claude-opus-4-8"],
  },
  {
    id: "21",
    title: "reading reasoning from the result of a non-reasoning model",
    bad: '(await openai("gpt-4o").chat({ messages })).reasoning;',
    good: '(await openai("o3").chat({ messages })).reasoning;',
    says: ["Property 'reasoning' does not exist on type 'Reply<\"gpt-4o\">"],
    runtime: false,
  },
  {
    id: "22",
    title: "tool argument used at the wrong type",
    bad: `await openai("gpt-4o").chat({
  messages,
  tools: { weather: { input: z.object({ city: z.string() }), execute: ({ city }) => city.toFixed(2) } },
});`,
    good: `await openai("gpt-4o").chat({
  messages,
  tools: { weather: { input: z.object({ city: z.string() }), execute: ({ city }) => city.toUpperCase() } },
});`,
    says: ["Property 'toFixed' does not exist on type 'string'"],
    runtime: false,
  },
  {
    id: "23",
    title: "structured result used at the wrong type",
    setup: `const recipe = ${recipe};`,
    bad: 'const { output } = await openai("gpt-4o").chat({ messages, output: recipe });\nconst n: number = output.name;',
    good: 'const { output } = await openai("gpt-4o").chat({ messages, output: recipe });\nconst n: string = output.name;',
    says: ["Type 'string' is not assignable to type 'number'"],
    runtime: false,
  },
  {
    id: "24",
    title: "failover list in which one model lacks a needed capability",
    bad: `await failover([openai("gpt-4o"), openai("gpt-4")]).chat({ ${picture} });`,
    good: `await failover([openai("gpt-4o"), anthropic("claude-opus-4-6")]).chat({ ${picture} });`,
    says: ["gpt-4 does not accept", "image"],
  },
  {
    id: "25",
    title: "literal temperature out of range (3)",
    bad: 'await openai("gpt-4o").chat({ messages, temperature: 3 });',
    good: 'await openai("gpt-4o").chat({ messages, temperature: 2 });',
    says: ["temperature must be between 0 and 2 for gpt-4o"],
  },
  {
    id: "26",
    title: "literal max output tokens over the model's limit",
    bad: 'await openai("gpt-4o").chat({ messages, maxOutputTokens: 1_000_000 });',
    good: 'await openai("gpt-4o").chat({ messages, maxOutputTokens: 1_000 });',
    says: [],
    runtime: ["maxOutputTokens", "gpt-4o"],
  },
  {
    id: "27",
    title: "typo in an option name",
    bad: 'await openai("gpt-4o").chat({ messages, temprature: 1 });',
    good: 'await openai("gpt-4o").chat({ messages, temperature: 1 });',
    says: ["'temprature' does not exist in type", "gpt-4o"],
    runtime: ['unknown option "temprature"', "temperature"],
  },
  {
    id: "28",
    title: "another provider's option",
    bad: 'await openai("gpt-4o").chat({ messages, options: { userId: "u1" } });',
    good: 'await anthropic("claude-opus-4-6").chat({ messages, options: { userId: "u1" } });',
    says: ["'userId' does not exist in type 'OwnOptions<\"gpt-4o\">"],
    runtime: ['unknown option "userId"'],
  },
  {
    id: "29",
    title: "embedding dimensions over the model's maximum",
    bad: 'await openai("text-embedding-3-large").embed({ input: "text", dimensions: 4000 });',
    good: 'await openai("text-embedding-3-large").embed({ input: "text", dimensions: 3072 });',
    says: ["dimensions must be between 1 and 3072 for text-embedding-3-large"],
  },
  {
    id: "30",
    title: "stop sequences on a model that rejects them",
    bad: 'await xai("grok-4.3").chat({ messages, stop: "END" });',
    good: 'await openai("gpt-4o").chat({ messages, stop: "END" });',
    says: ["grok-4.3 does not accept stop"],
  },
  {
    id: "31",
    title: "forbidden option passed through a variable or spread (as 06)",
    setup: 'const request = { messages, reasoning: { effort: "high" as const } };',
    bad: 'await openai("gpt-4o").chat({ ...request });',
    good: 'await openai("o3").chat({ ...request });',
    says: ["gpt-4o does not support reasoning"],
  },
  {
    id: "32",
    title: "model chosen at run time between one that allows the option and one that does not (as 06)",
    bad: 'await (coin ? openai("gpt-4o") : openai("o3")).chat({ messages, reasoning: { effort: "high" } });',
    good: 'await (coin ? openai("o4-mini") : openai("o3")).chat({ messages, reasoning: { effort: "high" } });',
    says: ["gpt-4o does not support reasoning"],
  },
  {
    id: "video-duration",
    title: "film length the model does not offer",
    bad: 'await openai("sora-2").video({ prompt: "Rain", duration: 5, pollMs: 1 });',
    good: 'await openai("sora-2").video({ prompt: "Rain", duration: 8, pollMs: 1 });',
    says: ["sora-2 does not accept this duration"],
    runtime: ["duration", "sora-2"],
  },
  {
    id: "job-of-a-model-at-once",
    title: "a job of a model that answers at once",
    bad: 'await openai("gpt-image-1").submit({ prompt: "A cat" });',
    good: 'await openai("sora-2").submit({ prompt: "A cat" });',
    says: ["gpt-image-1 answers at once and has no jobs"],
  },
  {
    id: "moderation-picture",
    title: "a picture to a moderation model of texts",
    bad: 'await openai("text-moderation-latest").moderate({ input: [image("https://example.com/a.png")] });',
    good: 'await openai("omni-moderation-latest").moderate({ input: [image("https://example.com/a.png")] });',
    says: ["text-moderation-latest does not accept image input"],
  },
];
