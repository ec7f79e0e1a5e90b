/** Replies of models that are no chat models: the result of the kind, with what it used and what that costs. */
import type { Cost } from "../chat/cost.js";
import type { TaskKind, TaskResults } from "../chat/results.js";
import type { Usage } from "../chat/usage.js";
import type { Adjustment } from "../protocols/call.js";

/** What every reply of a task has beside its result. */
export interface TaskReplyFacts {
  readonly usage: Usage;
  readonly cost: Cost;
  readonly adjustments: readonly Adjustment[];
  readonly provider: string;
  readonly model: string;
  readonly requestId: string | undefined;
}
export type TaskReply<K extends TaskKind> = TaskResults[K] & TaskReplyFacts;
