/** Serves films: one request orders one, further ones ask how it stands, fetch it, or call it off. */
import type { VideoPart } from "../chat/message.js";
import type { VideoHandle } from "../client/handle.js";
import { ProviderError } from "../errors.js";
import type { JobProgress } from "../model/job.js";
import type { ServedJob, ServedTask, ServedTasks } from "../protocols/server.js";
import { factHeaders } from "./answer-headers.js";
import { failureOf } from "./failure-response.js";
import { GatewayRefusal } from "./refusal.js";
import { optionsOf, requireKind, taskParams } from "./serve-task.js";
import { noteTarget, type ServedRequest } from "./served-request.js";
import type { VideoJob } from "./video-jobs.js";

/** Operations on what was ordered before. */
const followUps = { job: status, "job-content": content, "cancel-job": callOff } as const;

export function isVideoOperation(operation: string): operation is "video" | keyof typeof followUps {
  return operation === "video" || Object.hasOwn(followUps, operation);
}

/** Rejects with what the client is to be told. */
export async function serveVideo(request: ServedRequest, operation: "video" | keyof typeof followUps) {
  const { tasks } = request.endpoint.protocol;
  if (tasks?.jobs === undefined) throw new GatewayRefusal(404, "not-found", "this endpoint is not served");
  if (operation === "video") return order(request, tasks);
  const { jobId = "" } = request.endpoint.route;
  const found = request.videos.find(jobId, request.tenant);
  noteModel(request, found.served.modelId, found);
  return followUps[operation](request, { ...found, id: jobId, tasks });
}

interface Found extends VideoJob {
  readonly id: string;
  readonly tasks: ServedTasks;
}

async function order(request: ServedRequest, tasks: ServedTasks): Promise<Response> {
  const { endpoint, record, names, signal, own, now, videos, tenant } = request;
  const served = tasks.decode(request.body, { kind: "video", route: endpoint.route }) as ServedTask<"video">;
  record.note({ requested: served.modelId });
  const model = names.find(served.modelId);
  noteModel(request, served.modelId, { model });
  requireKind(model, "video");
  const { params, adjustments } = taskParams(served, model);
  const { images, ...rest } = served.request;
  const [image] = images;
  const options = optionsOf({ ...served, request: { ...rest, ...(image === undefined ? {} : { image }) } }, params);
  const job = await (model.handle as VideoHandle).submit({ ...options, signal, ...own });
  record.note({ adjustments });
  const id = videos.add({ job, model, served, params, tenant });
  const usage = { state: "absent", inputTokens: 0, outputTokens: 0, buckets: {} } as const;
  const context = { id, modelId: served.modelId, created: Math.floor(now() / 1000), usage, params };
  return answer(request, tasks.jobs?.encodeTicket(served, context));
}

/** Asks the provider once. A film that failed is an answer, not a failure of the question. */
async function status(request: ServedRequest, found: Found): Promise<Response> {
  const { jobs } = found.tasks;
  try {
    const { state, progress = 0 } = await asked(found);
    const reply = state === "done" ? await resultOf(request, found) : undefined;
    // An address that wants the provider's key is of no use to the client: it asks for the content here.
    const result = reply?.videos.some((film) => isOwn(film, found)) === false ? reply : undefined;
    return answer(request, jobs?.encodeStatus({ ...known(found), state, progress, result }));
  } catch (error) {
    // A refused question has a status of its own; a film that failed was told with 200.
    const asked = error instanceof ProviderError && (error.status ?? 200) < 400;
    if (!asked || jobs?.encodeFailed === undefined) throw error;
    request.record.noteFailure(error);
    return answer(request, jobs.encodeFailed({ ...known(found), ...failureOf(error) }));
  }
}

async function content(request: ServedRequest, found: Found): Promise<Response> {
  const { signal, own, record } = request;
  const { state } = await asked(found);
  if (state !== "done") throw new GatewayRefusal(409, "invalid-request", `the video is not ready: it is ${state}`);
  const { videos } = await resultOf(request, found);
  const [film] = videos;
  if (film === undefined) throw new GatewayRefusal(502, "invalid-response", "the provider gave no video");
  const facts = factHeaders(record.facts);
  if (film.video instanceof Uint8Array) {
    record.end(200);
    return new Response(film.video as BodyInit, {
      headers: { "content-type": film.mediaType ?? "video/mp4", ...facts },
    });
  }
  if (record.facts.simulated === true && !isOwn(film, found))
    throw new GatewayRefusal(404, "not-found", "this film is simulated: there is nothing to fetch");
  // What lies elsewhere needs no key: the client fetches it itself.
  if (!isOwn(film, found)) {
    record.end(302);
    return new Response(null, { status: 302, headers: { location: String(film.video), ...facts } });
  }
  const bytes = await (found.model.handle as VideoHandle).download(film, { signal, ...own });
  record.end(200);
  return new Response(bytes as BodyInit, { headers: { "content-type": film.mediaType ?? "video/mp4", ...facts } });
}

/** A film that is there is forgotten; one that is being made is stopped, where its provider can. */
async function callOff(request: ServedRequest, found: Found): Promise<Response> {
  const { state } = await asked(found).catch(() => ({ state: "done" }) as const);
  if (state !== "done") await found.job.cancel();
  request.videos.delete(found.id);
  return answer(request, { id: found.id, object: "video.deleted", deleted: true });
}

async function asked({ job }: VideoJob): Promise<JobProgress> {
  for await (const progress of job) return progress;
  return { state: "done", progress: 1 };
}

async function resultOf({ record }: ServedRequest, { job }: VideoJob) {
  const reply = await job.result();
  const { usage, cost, requestId, adjustments } = reply;
  record.note({ usage, cost, requestId, adjustments });
  return reply;
}

/** Whether it lies at the provider's own address, which wants the key. */
function isOwn({ video }: VideoPart, { model }: VideoJob): boolean {
  return String(video).startsWith(`${model.targets[0].provider.baseURL}/`);
}

function known({ id, served, params }: Found): Pick<ServedJob, "id" | "modelId" | "kind" | "params"> {
  return { id, modelId: served.modelId, kind: "video", params };
}

function noteModel(request: ServedRequest, requested: string, { model }: Pick<VideoJob, "model">): void {
  const [{ provider, modelId }] = model.targets;
  noteTarget(request, { requested, provider: provider.id, model: modelId });
}

function answer({ record }: ServedRequest, body: unknown): Response {
  const facts = factHeaders(record.facts);
  record.end(200);
  return Response.json(body, { headers: facts });
}
