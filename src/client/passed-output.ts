/** An output that is asked of the model for somebody else, who reads the answer: a gateway's client. */
import type { ModelFacts } from "../catalog/facts.js";
import type { NeutralOutput } from "../chat/request.js";

// Recognised across two copies of this package.
const mark = Symbol.for("modelwright.passed-output");

/** What to ask a model for; undefined when it cannot give it. `hasTools`: tools of the caller stand beside it. */
export type ChooseOutput = (
  model: ModelFacts,
  about: { readonly assume: "strict" | "permissive"; readonly hasTools: boolean },
) => NeutralOutput | undefined;

/** Stands in `output`: neither parsed nor validated, so that refusals and cut answers go on as they are. */
export interface PassedOutput {
  readonly [mark]: ChooseOutput;
}

export function passedOutput(choose: ChooseOutput): PassedOutput {
  return { [mark]: choose };
}

/** The function behind a passed output; undefined for any other. */
export function chooserOf(output: unknown): ChooseOutput | undefined {
  return typeof output === "object" && output !== null && mark in output ? (output as PassedOutput)[mark] : undefined;
}
