/** Answers requests of the kinds beside chat: at once, or by jobs that are done when they were asked for twice. */
import type { ModelFacts } from "../catalog/facts.js";
import type { ServedJob, TaskBody } from "../protocols/server.js";
import type { TaskKind } from "../protocols/task.js";
import { bytesPlan, failurePlan, jsonPlan, streamPlan } from "./answer-plan.js";
import type { Destination, Directory } from "./directory.js";
import type { Plan } from "./plan.js";
import { inspectTask } from "./refuse-task.js";
import type { State } from "./state.js";
import { makeResult } from "./task-results.js";

/** Asked for so often a job is done. */
const pollsUntilDone = 2;

export interface TaskExchange {
  readonly to: Destination;
  readonly id: string;
  readonly state: State;
  readonly directory: Directory;
}

/** The kind that a request is for; chat endpoints may serve other kinds of model, too. */
export function taskKindOf({ to: { route, provider, protocol }, directory }: TaskExchange): TaskKind | undefined {
  if (protocol.tasks === undefined) return undefined;
  const kind = route.modelId === undefined ? undefined : directory.model(provider, route.modelId)?.model.kind;
  if (kind !== undefined && isTask(kind)) return kind;
  return isTask(route.operation) ? route.operation : undefined;
}

const kinds: readonly string[] = [
  "image",
  "video",
  "speech",
  "transcription",
  "rerank",
  "moderation",
] satisfies TaskKind[];

function isTask(word: string): word is TaskKind {
  return kinds.includes(word);
}

export function serveTask(
  exchange: TaskExchange,
  kind: TaskKind,
  { body, query }: { readonly body: unknown; readonly query: string | undefined },
): Plan {
  const { to, id, state, directory } = exchange;
  const { protocol, provider, route } = to;
  const tasks = protocol.tasks as NonNullable<typeof protocol.tasks>;
  const served = tasks.decode(body, { kind, route, query: new URLSearchParams(query) });
  const found = served.modelId === "" ? modelAt(to, kind) : directory.model(provider, served.modelId);
  if (found === undefined || found.model.status === "retired")
    return failurePlan(protocol, {
      code: "unknown-model",
      message: `The model '${served.modelId}' does not exist.`,
      param: "model",
    });
  const inspected = inspectTask({ provider, modelId: found.id, model: found.model, served });
  if ("code" in inspected) return failurePlan(protocol, inspected);
  const { params } = inspected;
  const { result, usage } = makeResult(served, { params, label: state.label, byUrl: protocol.tasksOnly === true });
  const context = { id, modelId: served.modelId || found.id, created: state.now(), usage, params };
  const events = tasks.encodeStream?.(served, result, context);
  if (events !== undefined) return streamPlan({ protocol, events, end: "", waitMs: state.latency.event });
  if (tasks.jobs?.kinds.includes(kind) !== true || route.atOnce === true)
    return bodyPlan(tasks.encode(served, result, context));
  state.jobs.set(id, { id, modelId: found.id, kind, served, params, polls: 0, cancelled: false });
  return jsonPlan(200, tasks.jobs.encodeTicket(served, context));
}

/** The status of a job, its result, its end, or its bytes. */
export function serveJob({ to: { protocol, route }, state }: TaskExchange, jobId: string): Plan {
  const job = state.jobs.get(jobId);
  const jobs = protocol.tasks?.jobs;
  if (job === undefined || jobs === undefined)
    return failurePlan(protocol, { code: "not-found", message: `No job '${jobId}'.` });
  if (route.operation === "cancel-job") job.cancelled = true;
  else job.polls += 1;
  const done = job.polls > pollsUntilDone;
  if (route.operation === "job-content")
    return done
      ? bytesPlan(new TextEncoder().encode(`${state.label}a film`), "video/mp4")
      : failurePlan(protocol, { code: "not-found", message: `Job '${job.id}' is not done.` });
  const made = { params: job.params, label: state.label, byUrl: protocol.tasksOnly === true };
  const running = job.polls > 1 ? "running" : "queued";
  const served: ServedJob = {
    id: job.id,
    modelId: job.modelId,
    kind: job.kind,
    params: job.params,
    state: job.cancelled ? "cancelled" : done ? "done" : running,
    progress: Math.min(1, job.polls / (pollsUntilDone + 1)),
    ...(done ? { result: makeResult(job.served, made).result } : {}),
  };
  if (route.operation !== "job-result") return jsonPlan(200, jobs.encodeStatus(served));
  if (!done) return failurePlan(protocol, { code: "not-found", message: `Job '${job.id}' is not done.` });
  return jsonPlan(200, jobs.encodeResult?.(served));
}

function bodyPlan(body: TaskBody): Plan {
  if ("json" in body) return jsonPlan(200, body.json);
  const { content, contentType } = body;
  return bytesPlan(typeof content === "string" ? new TextEncoder().encode(content) : content, contentType);
}

/** The one model of an endpoint that takes no name. */
function modelAt(
  { provider, path }: Destination,
  kind: TaskKind,
): { readonly id: string; readonly model: ModelFacts } | undefined {
  const entry = Object.entries(provider.models).find(
    ([, model]) => model.kind === kind && model.transport?.path === path,
  );
  return entry === undefined ? undefined : { id: entry[0], model: entry[1] };
}
