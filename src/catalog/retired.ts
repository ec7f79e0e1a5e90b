/** The sentence of a model that is gone. Apart from the refusals: every handle may need it. */
import type { ModelFacts } from "./facts.js";

/** "gpt-4-0314 was retired on 2026-03-26; use gpt-4.1". */
export function wasRetired(model: string, { dates, successor }: Pick<ModelFacts, "dates" | "successor">): string {
  const when = dates?.retires === undefined ? "" : ` on ${dates.retires}`;
  return `${model} was retired${when}${successor === undefined ? "" : `; use ${successor}`}`;
}
