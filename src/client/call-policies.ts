/** Policies of one call, outside those of its client: how whoever calls for others keeps each of them within limits. */
import type { EmbeddedBatch, EmbeddingBatch } from "./embed-batch.js";
import { type Answer, compose, type Policy, type PreparedCall } from "./handler.js";
import type { Client } from "./target.js";
import type { TaskReceived, TaskRequest } from "./task-send.js";

/** Key of a call's own policies among its options; routes pass it on to every member. Shared by all copies of this package. */
export const callPolicies: unique symbol = Symbol.for("modelwright.callPolicies") as never;

export interface WithCallPolicies {
  /** The first is the outermost. */
  readonly [callPolicies]?: readonly Policy[];
}

/** The client with the policies of a call around its own. */
export function clientFor(client: Client, options: object | undefined): Client {
  const policies = (options as WithCallPolicies | undefined)?.[callPolicies];
  if (policies === undefined || policies.length === 0) return client;
  return {
    ...client,
    handler: compose<PreparedCall, Answer>(policies, client.handler),
    embedHandler: compose<EmbeddingBatch, EmbeddedBatch>(policies, client.embedHandler),
    taskHandler: compose<TaskRequest, TaskReceived>(policies, client.taskHandler),
  };
}
