/** What a broken answer costs although nobody can use it. */

import { type Cost, costOf } from "../chat/cost.js";
import type { SwitchEvent } from "../chat/events.js";
import { charactersPerToken } from "../chat/prompt-tokens.js";
import { type Usage, usageOf } from "../chat/usage.js";
import type { ChatOptions } from "../client/options.js";
import type { StartableModel } from "../client/run.js";
import { isModelwrightError } from "../errors.js";
import { inputTokens } from "./expected-cost.js";
import type { Member } from "./member.js";

/** The model of a member that an error names; its only one when the error names none. */
export function modelOf({ models }: Member, error: unknown): StartableModel | undefined {
  const known = isModelwrightError(error) ? error : undefined;
  const named = models.find(({ provider, modelId }) => provider.id === known?.provider && modelId === known?.model);
  return named ?? (models.length === 1 ? models[0] : undefined);
}

/** Tokens and cost of a broken answer: what the provider stated of it, else counted from the characters. */
export function lostPart(
  member: Member,
  options: ChatOptions,
  broken: { readonly error: unknown; readonly text: string },
): Pick<SwitchEvent, "lostUsage" | "lostCost"> {
  const { error, text } = broken;
  const stated = statedUsage(error);
  const { buckets } = stated ?? usageOf({ input: inputTokens(options) });
  const output = Math.max(buckets.output ?? 0, Math.ceil(text.length / charactersPerToken));
  const lostUsage = usageOf({ ...buckets, output }, { state: "partial", raw: stated?.raw });
  return { lostUsage, lostCost: costAt(modelOf(member, error), { ...lostUsage, state: "known" }, options) };
}

function costAt(target: StartableModel | undefined, usage: Usage, { serviceTier }: ChatOptions): Cost {
  if (target === undefined) return { state: "unknown", reason: "several models stand behind the member" };
  return costOf([usage], target.model.pricing, { at: Date.now(), serviceTier });
}

function statedUsage(error: unknown): Usage | undefined {
  const partial = isModelwrightError(error) ? error.partial : undefined;
  if (typeof partial !== "object" || partial === null || !("usage" in partial)) return undefined;
  const usage = partial.usage as Usage;
  return usage.state === "absent" ? undefined : usage;
}
