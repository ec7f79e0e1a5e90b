/** The server side of rooms without chat: tasks, and failures in the provider's form. */
import type { ProtocolId } from "../catalog/facts.js";
import { failureStatus } from "./served-answer.js";
import { refuse } from "./served-input.js";
import type { Route, ServedTasks, ServerProtocol } from "./server.js";

export interface TaskServer {
  readonly id: ProtocolId;
  readonly tasks: ServedTasks;
  route(method: string, path: string): Route | undefined;
  /** The provider's error body. */
  failure(message: string): unknown;
}

export function taskServer({ id, tasks, route, failure }: TaskServer): ServerProtocol {
  const noChat = (): never => refuse("model", `${id} serves no chat`);
  return {
    id,
    tasksOnly: true,
    route,
    decodeChat: noChat,
    encodeChat: noChat,
    createStreamEncoder: noChat,
    encodeFailure: (code, message) => ({ status: failureStatus[code], body: failure(message) }),
    encodeModels: (models) => ({ models: models.map((model) => model.id) }),
    tasks,
  };
}
