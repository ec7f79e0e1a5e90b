/** What the types of a chat model accept and refuse, in sentences: the same words as compile errors and run-time errors. */
import {
  accepted,
  assumeOf,
  inputModality,
  outputModality,
  param,
  paramConstraint,
  prefill,
  structuredOutputPath,
  systemMessages,
  toolChoice,
  tools,
} from "../catalog/capabilities.js";
import { reasoningControls } from "../catalog/conditions.js";
import { rangeText } from "../catalog/constraints.js";
import type { Modality, ModelFacts, ParamConstraint, ProviderFacts, ToolChoiceMode } from "../catalog/facts.js";
import {
  refusesBudget,
  refusesEffort,
  refusesInput,
  refusesOutput,
  refusesParam,
  refusesPrefill,
  refusesReasoning,
  refusesReasoningSwitch,
  refusesSystemMessages,
  refusesToolChoice,
  refusesTools,
} from "../catalog/sentences.js";

export interface Description {
  readonly accepts: readonly string[];
  readonly refuses: readonly string[];
}

const media: readonly Modality[] = ["image", "pdf", "audio", "video"];
const toolChoices: readonly ToolChoiceMode[] = ["none", "required", "named"];
const commonParams = [
  "temperature",
  "topP",
  "topK",
  "frequencyPenalty",
  "presencePenalty",
  "seed",
  "stop",
  "n",
  "logprobs",
  "verbosity",
  "serviceTier",
];

/** Describes a model by what a request to it may hold. */
export function describeModel(provider: ProviderFacts, id: string, model: ModelFacts): Description {
  const accepts: string[] = [];
  const refuses: string[] = [];
  const tell = (takes: boolean, yes: string, no: string): void => void (takes ? accepts.push(yes) : refuses.push(no));
  const can = (answer: "yes" | "no" | "unknown"): boolean => accepted(answer, assumeOf(provider, model));

  for (const medium of media) {
    tell(can(inputModality(model, medium)), `${medium} input`, refusesInput(id, medium));
  }
  tell(can(systemMessages(model)), "system messages", refusesSystemMessages(id));
  tell(can(prefill(model)), "a last message of the assistant", refusesPrefill(id));
  tell(can(tools(model)), "tools", refusesTools(id));
  for (const mode of can(tools(model)) ? toolChoices : []) {
    tell(can(toolChoice(model, mode)), `toolChoice '${mode}'`, refusesToolChoice(id, mode));
  }
  const output = structuredOutputPath(model, assumeOf(provider, model));
  tell(output !== undefined, `structured output, by ${output}`, refusesOutput(id));
  describeReasoning(id, model, { tell, can });
  for (const name of new Set([...commonParams, ...Object.keys(model.params)])) {
    const constraint = paramConstraint(model, name);
    tell(can(param(model, name)), `${name}${constraintText(constraint)}`, refusesParam(id, name));
  }
  for (const medium of media.filter((medium) => outputModality(model, medium) === "yes")) {
    accepts.push(`gives ${medium} output`);
  }
  return { accepts, refuses };
}

interface Telling {
  readonly tell: (takes: boolean, yes: string, no: string) => void;
  readonly can: (answer: "yes" | "no" | "unknown") => boolean;
}

function describeReasoning(id: string, model: ModelFacts, { tell, can }: Telling): void {
  const controls = reasoningControls(model);
  if (controls.mode === "none" || (controls.mode === "unknown" && !can("unknown"))) {
    tell(false, "", refusesReasoning(id));
    return;
  }
  const { levels, bounds } = controls;
  tell(can(controls.effort), `reasoning effort ${levels.join(", ")}`.trimEnd(), refusesEffort(id, "", []));
  tell(can(controls.budget), `a reasoning budget ${rangeText(bounds)} tokens`, refusesBudget(id));
  tell(can(controls.off), "reasoning switched off", refusesReasoningSwitch(id, "off"));
}

function constraintText(constraint: ParamConstraint | undefined): string {
  if (typeof constraint !== "object") return "";
  const { enum: values, open, const: fixed } = constraint;
  if (fixed !== undefined) return ` ${JSON.stringify(fixed)}`;
  if (values !== undefined) return ` ${values.map((value) => JSON.stringify(value)).join(", ")}${open ? ", ..." : ""}`;
  const { min, max, exclusiveMin, exclusiveMax } = constraint;
  const bounded = [min, max, exclusiveMin, exclusiveMax].some((bound) => bound !== undefined);
  return bounded ? ` ${rangeText(constraint)}` : "";
}
