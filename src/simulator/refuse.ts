/** Refuses what the real model would refuse, by the catalog and on the wire: a second opinion on the client's own check. */
import type { Check, Inspection, Refusal } from "./inspection.js";
import { capabilityChecks } from "./refuse-capabilities.js";
import { historyChecks } from "./refuse-history.js";
import { paramChecks } from "./refuse-params.js";
import { reasoningChecks } from "./refuse-reasoning.js";
import { signatureChecks } from "./refuse-signatures.js";

/** In the order in which a provider finds out. The first refusal is the answer. */
const checks: readonly Check[] = [
  ...capabilityChecks,
  ...reasoningChecks,
  ...paramChecks,
  ...historyChecks,
  ...signatureChecks,
];

export function findRefusal(inspection: Inspection): Refusal | undefined {
  for (const check of checks) {
    const refusal = check(inspection);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
