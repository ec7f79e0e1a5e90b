/** Makes what stands behind a client's calls: its connection, and the layers around each request. */
import type { ProviderFacts } from "../catalog/facts.js";
import type { Cloud } from "../transport/cloud.js";
import type { ClientOptions } from "./client-options.js";
import { connect } from "./connect.js";
import type { Connection } from "./connection.js";
import type { EmbeddedBatch, EmbeddingBatch } from "./embed-batch.js";
import { compose } from "./handler.js";
import { policiesOf } from "./layers.js";
import { send } from "./send.js";
import type { Client } from "./target.js";
import type { TaskReceived, TaskRequest } from "./task-send.js";

export function createClient(
  facts: () => ProviderFacts,
  options: ClientOptions,
  { cloud, hooks }: { readonly cloud: Cloud | undefined; readonly hooks: Client["hooks"] },
): Client {
  const { onAdjustment, outOfRange, now = Date.now, middleware = [] } = options;
  const policies = policiesOf(options);
  let connection: Connection | undefined;
  return {
    options: { onAdjustment, outOfRange },
    now,
    handler: compose([...middleware, ...policies], send),
    embedHandler: compose<EmbeddingBatch, EmbeddedBatch>(policies, async (batch) =>
      (await import("./embed-batch.js")).sendBatch(batch),
    ),
    taskHandler: compose<TaskRequest, TaskReceived>(policies, async (task) =>
      (await import("./task-send.js")).sendTask(task),
    ),
    connection() {
      connection ??= connect(facts(), options, cloud);
      return connection;
    },
    hooks,
  };
}
