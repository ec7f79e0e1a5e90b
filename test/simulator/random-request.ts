/** Random chat requests that a model's facts allow, for asking the simulator's opinion of them. */
import { accepted, assumeOf, toolChoice as takesChoice, tools as takesTools } from "../../src/catalog/capabilities.js";
import { reasoningControls } from "../../src/catalog/conditions.js";
import type { ModelFacts, ParamConstraint, ProviderFacts } from "../../src/catalog/facts.js";
import type { AnyMessage, UserPart } from "../../src/chat/message.js";
import type { ChatOptions, ReasoningOptions } from "../../src/client/options.js";
import type { Random } from "../../src/simulator/random.js";

interface Subject {
  readonly provider: ProviderFacts;
  readonly model: ModelFacts;
  readonly random: Random;
}

type Draft = { -readonly [K in keyof ChatOptions]: ChatOptions[K] };

const chance = (random: Random, share: number): boolean => random.next() < share;

const schema = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};
const tool = { description: "Looks something up.", input: schema };

/** One pixel; a silent sound; an empty page. */
const media = {
  image: { type: "image", image: "data:image/png;base64,iVBORw0KGgo=" },
  audio: { type: "audio", audio: "data:audio/wav;base64,UklGRiQAAABXQVZF" },
  pdf: { type: "pdf", pdf: "data:application/pdf;base64,JVBERi0xLjQ=" },
  video: { type: "video", video: "data:video/mp4;base64,AAAAGGZ0eXA=" },
} as const satisfies { readonly [modality: string]: UserPart };

/** Stays within what the facts say yes to; conditional rules are left to whoever checks the request. */
export function randomRequest(subject: Subject): ChatOptions {
  const { random } = subject;
  const draft: Draft = { messages: [] };
  addParams(draft, subject);
  addTools(draft, subject);
  if (chance(random, 0.3)) addOutput(draft, subject);
  const reasoning = chance(random, 0.5) ? randomReasoning(subject, draft.maxOutputTokens) : undefined;
  if (reasoning !== undefined) draft.reasoning = reasoning;
  // A call whose reasoning is lost cannot go on where the model demands it back; no fact of the model can tell.
  const continues =
    draft.tools !== undefined && (reasoning === undefined || subject.model.reasoning?.replay !== "required");
  draft.messages = randomMessages(subject, continues);
  return draft;
}

function randomMessages({ model, random }: Subject, calls: boolean): readonly AnyMessage[] {
  const system: AnyMessage[] =
    model.features.systemRole !== false && chance(random, 0.5) ? [{ role: "system", content: "Be brief." }] : [];
  const turns: AnyMessage[] = [];
  if (chance(random, 0.3)) turns.push({ role: "user", content: "Hi" }, { role: "assistant", content: "Hello" });
  const parts: UserPart[] = [{ type: "text", text: random.pick(["What is this?", "lookup Rome", "é 漢字 🙂"]) }];
  for (const [modality, part] of Object.entries(media))
    if (model.input.includes(modality as keyof typeof media) && chance(random, 0.3)) parts.push(part);
  turns.push({ role: "user", content: parts.length === 1 && chance(random, 0.5) ? "lookup Rome" : parts });
  if (calls && chance(random, 0.3))
    turns.push(
      {
        role: "assistant",
        content: [{ type: "tool-call", id: "call_abc123", name: "lookup", input: { city: "Rome" } }],
      },
      { role: "tool", toolCallId: "call_abc123", toolName: "lookup", content: "18 degrees" },
    );
  return [...system, ...turns];
}

function addTools(draft: Draft, { provider, model, random }: Subject): void {
  const assume = assumeOf(provider, model);
  if (!accepted(takesTools(model), assume) || !chance(random, 0.5)) return;
  draft.tools = chance(random, 0.5) ? { lookup: tool } : { lookup: tool, send_mail: tool };
  const modes = (["auto", "none", "required", "named"] as const).filter((mode) =>
    accepted(takesChoice(model, mode), assume),
  );
  const mode = chance(random, 0.5) ? modes[random.integer(0, modes.length - 1)] : undefined;
  if (mode !== undefined) draft.toolChoice = mode === "named" ? { tool: "lookup" } : mode;
  if (model.features.parallelTools === true && chance(random, 0.3)) draft.parallelTools = chance(random, 0.5);
}

function addOutput(draft: Draft, { model }: Subject): void {
  const { structuredOutput, structuredOutputWithTools } = model.features;
  if (structuredOutput === undefined || structuredOutput === "none") return;
  if (draft.tools !== undefined && structuredOutputWithTools === false) return;
  draft.output = { schema, name: "place" };
}

function randomReasoning(
  { provider, model, random }: Subject,
  maxOutputTokens: number | undefined,
): ReasoningOptions | undefined {
  const controls = reasoningControls(model);
  const yes = (answer: typeof controls.effort): boolean => accepted(answer, assumeOf(provider, model));
  const { bounds } = controls;
  const most = Math.min(
    bounds.max ?? 4096,
    bounds.below === undefined ? 1e9 : (maxOutputTokens ?? model.limits.output ?? 4096) - 1,
  );
  const options: ReasoningOptions[] = [
    ...(controls.effort === "yes" ? controls.levels.map((effort) => ({ effort })) : []),
    ...(controls.budget === "yes" && most >= (bounds.min ?? 1)
      ? [{ budget: random.integer(bounds.min ?? 1, most) }]
      : []),
    ...(yes(controls.auto) && controls.auto === "yes" ? [{ budget: "auto" as const }] : []),
    ...(controls.on === "yes" ? [{ enabled: true }] : []),
    ...(controls.off === "yes" ? [{ enabled: false }] : []),
  ];
  return options[random.integer(0, options.length - 1)];
}

function addParams(draft: Draft, { provider, model, random }: Subject): void {
  const { output = 4096 } = model.limits;
  if (chance(random, 0.5)) draft.maxOutputTokens = random.integer(Math.min(64, output), output);
  for (const [name, usual] of Object.entries(params)) {
    const constraint = model.params[name] ?? assumeOf(provider, model) === "permissive";
    if (constraint === false || !chance(random, 0.2)) continue;
    Object.assign(draft, { [name]: valueWithin(constraint, usual, random) });
  }
}

/** A value for each parameter when nothing bounds it. */
const params: { readonly [name: string]: unknown } = {
  temperature: 1,
  topP: 0.9,
  topK: 20,
  minP: 0.1,
  frequencyPenalty: 0.5,
  presencePenalty: 0.5,
  repetitionPenalty: 1.1,
  seed: 7,
  stop: ["###"],
  verbosity: "low",
};

function valueWithin(constraint: ParamConstraint, usual: unknown, random: Random): unknown {
  if (typeof constraint !== "object") return usual;
  const { const: only, enum: values, min, max, exclusiveMin, exclusiveMax, type } = constraint;
  if (only !== undefined) return only;
  if (values !== undefined) return values[random.integer(0, values.length - 1)];
  if (typeof usual !== "number") return usual;
  const low = min ?? (exclusiveMin === undefined ? Math.min(usual, max ?? usual) : exclusiveMin + 0.01);
  const high = max ?? (exclusiveMax === undefined ? Math.max(usual, low) : exclusiveMax - 0.01);
  const value = low + random.next() * (high - low);
  return type === "integer" || Number.isInteger(usual) ? Math.min(Math.ceil(value), high) : value;
}
