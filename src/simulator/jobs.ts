/** The jobs that a simulator keeps. */
import type { ServedTask, TaskContext } from "../protocols/server.js";
import type { TaskKind } from "../protocols/task.js";

/** A job that the simulator keeps. */
export interface SimulatedJob {
  readonly id: string;
  readonly modelId: string;
  readonly kind: TaskKind;
  readonly served: ServedTask;
  readonly params: TaskContext["params"];
  polls: number;
  cancelled: boolean;
}
