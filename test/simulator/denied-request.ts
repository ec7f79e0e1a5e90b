/** Requests that a model's facts deny, one per kind of denial. Written from the facts alone, not from the client's check. */
import type { ModelFacts, ProviderFacts } from "../../src/catalog/facts.js";
import type { UserPart } from "../../src/chat/message.js";
import type { NeutralRequest } from "../../src/chat/request.js";

interface Subject {
  readonly provider: ProviderFacts;
  readonly model: ModelFacts;
}

/** Undefined for a model that allows it. */
type Misuse = (subject: Subject) => NeutralRequest | undefined;

const hi: NeutralRequest = { messages: [{ role: "user", content: "Hi" }], tools: [], params: {} };
const parameters = { type: "object", properties: {} };
const tools = [{ name: "lookup", parameters }];

const saying = (part: UserPart): NeutralRequest => ({ ...hi, messages: [{ role: "user", content: [part] }] });
const when = (denied: boolean, request: NeutralRequest): NeutralRequest | undefined => (denied ? request : undefined);
const lacks = ({ model }: Subject, modality: "image" | "audio" | "video" | "pdf"): boolean =>
  !model.input.includes(modality) && !model.input.includes("file") && model.inputUnstated !== true;

const param =
  (name: string, value: unknown): Misuse =>
  ({ model }) =>
    when(model.params[name] === false, { ...hi, params: { [name]: value } });

export const denied: { readonly [name: string]: Misuse } = {
  images: (subject) => when(lacks(subject, "image"), saying({ type: "image", image: "data:image/png;base64,AAAA" })),
  audio: (subject) => when(lacks(subject, "audio"), saying({ type: "audio", audio: "data:audio/wav;base64,AAAA" })),
  video: (subject) => when(lacks(subject, "video"), saying({ type: "video", video: "data:video/mp4;base64,AAAA" })),
  "PDF documents": (subject) =>
    when(lacks(subject, "pdf"), saying({ type: "pdf", pdf: "data:application/pdf;base64,AAAA" })),
  tools: ({ model }) => when(model.features.tools === false, { ...hi, tools }),
  "a forced tool": ({ model }) =>
    when(model.features.tools === true && model.features.toolChoice?.includes("required") === false, {
      ...hi,
      tools,
      toolChoice: "required",
    }),
  "a named tool": ({ model }) =>
    when(model.features.tools === true && model.features.toolChoice?.includes("named") === false, {
      ...hi,
      tools,
      toolChoice: { tool: "lookup" },
    }),
  "an enforced schema": ({ model }) =>
    when(model.features.structuredOutput === "none" || model.features.structuredOutput === "json", {
      ...hi,
      output: { name: "out", schema: parameters, path: "schema" },
    }),
  temperature: param("temperature", 1),
  topP: param("topP", 0.9),
  topK: param("topK", 5),
  seed: param("seed", 5),
  stop: param("stop", ["###"]),
  frequencyPenalty: param("frequencyPenalty", 0.1),
  "more output than the model gives": ({ model }) =>
    when(model.limits.output !== undefined, { ...hi, params: { maxOutputTokens: (model.limits.output ?? 0) + 1 } }),
  "a temperature above its range": ({ model }) => {
    const { temperature } = model.params;
    const max = typeof temperature === "object" && temperature.effect === undefined ? temperature.max : undefined;
    return when(max !== undefined, { ...hi, params: { temperature: (max ?? 0) + 0.5 } });
  },
  "an effort that is no level": ({ model }) => {
    const effort = model.reasoning?.effort;
    const known = [...(effort?.levels ?? []), effort?.off, ...Object.keys(effort?.alias ?? {})];
    return when(effort !== undefined && !known.includes("xhigh"), { ...hi, reasoning: { effort: "xhigh" } });
  },
  "an effort without reasoning": ({ model }) =>
    when(model.reasoning?.mode === "none", { ...hi, reasoning: { effort: "low" } }),
  "a budget below its range": ({ model }) => {
    const min = model.reasoning?.budget?.min ?? 0;
    return when(min > 1, { ...hi, reasoning: { budget: min - 1 } });
  },
  "a budget above its range": ({ model }) => {
    const max = model.reasoning?.budget?.max;
    return when(max !== undefined, { ...hi, reasoning: { budget: (max ?? 0) + 1 } });
  },
};
