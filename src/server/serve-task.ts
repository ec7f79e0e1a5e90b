/** Serves pictures, speech, transcripts, rankings and moderation from any model of the kind. */
import { accepted, assumeOf, param } from "../catalog/capabilities.js";
import { type TaskOptions, taskReaders } from "../client/task-options.js";
import type { TaskReply } from "../client/task-reply.js";
import { CapabilityError } from "../errors.js";
import type { Adjustment } from "../protocols/protocol.js";
import type { ServedTask } from "../protocols/server.js";
import type { TaskKind } from "../protocols/task.js";
import { factHeaders } from "./answer-headers.js";
import { idleReason } from "./idle-values.js";
import type { ServedModel } from "./model-names.js";
import { noteTarget, type ServedRequest } from "./served-request.js";

/** Methods of handles, by kind. Films come by jobs: see `serve-video.ts`. */
const methods = {
  image: "image",
  speech: "speech",
  transcription: "transcribe",
  rerank: "rerank",
  moderation: "moderate",
} as const;
type ServedKind = keyof typeof methods;

export function isServedTask(operation: string): operation is ServedKind {
  return Object.hasOwn(methods, operation);
}

/** Wire members that are the request itself, of any kind. */
const subjects: ReadonlySet<string> = new Set(
  "model prompt input text image images file url file_url query documents".split(" "),
);

/** Values of forms are texts. */
const numbers: ReadonlySet<string> = new Set("n seed speed temperature topN outputCompression duration".split(" "));

/** Rejects with what the client is to be told. */
export async function serveTask(request: ServedRequest, kind: ServedKind): Promise<Response> {
  const { endpoint, record, names, signal, own, now } = request;
  const { tasks } = endpoint.protocol;
  if (tasks === undefined) throw new CapabilityError("unsupported", "this protocol has no such endpoint");
  const served = tasks.decode(request.body, { kind, route: endpoint.route });
  record.note({ requested: served.modelId });
  const model = names.find(served.modelId);
  const [{ provider, modelId }] = model.targets;
  noteTarget(request, { requested: served.modelId, provider: provider.id, model: modelId });
  const { params, adjustments } = taskParams(served, model);
  requireKind(model, kind);
  const call = (model.handle as TaskHandle)[methods[kind]];
  const reply = await call({ ...optionsOf(served, params), signal, ...own });
  const { usage, cost, requestId } = reply;
  record.note({ usage, cost, requestId, adjustments: [...adjustments, ...reply.adjustments] });
  const id = requestId ?? record.facts.id;
  const context = { id, modelId: served.modelId, created: Math.floor(now() / 1000), usage, params };
  const body = tasks.encode(served, reply, context);
  const facts = factHeaders(record.facts);
  record.end(200);
  if ("json" in body) return Response.json(body.json, { headers: facts });
  return new Response(body.content as BodyInit, { headers: { "content-type": body.contentType, ...facts } });
}

type TaskHandle = Record<(typeof methods)[ServedKind], (options: TaskOptions) => Promise<TaskReply<TaskKind>>>;

/** Throws "unsupported" for a model of another kind. */
export function requireKind({ targets }: ServedModel, kind: TaskKind): void {
  const [{ provider, modelId, model }] = targets;
  if (model.kind === kind) return;
  const why = `${modelId} is a model of kind ${model.kind}, not ${kind}`;
  throw new CapabilityError("unsupported", why, { provider: provider.id, model: modelId, path: "model" });
}

/** Parameters by canonical name. Throws for members that nobody would read. */
export function taskParams(
  { wire, paths }: ServedTask,
  { targets: [{ provider, modelId, model }] }: ServedModel,
): { readonly params: { readonly [name: string]: unknown }; readonly adjustments: readonly Adjustment[] } {
  const byMember = new Map(Object.entries(paths).map(([name, member]) => [member, name]));
  const params: { [name: string]: unknown } = {};
  const adjustments: Adjustment[] = [];
  for (const [member, value] of Object.entries(wire)) {
    if (subjects.has(member) || value === null || value === undefined) continue;
    const name = byMember.get(member);
    const reason = idleReason(name ?? member, value);
    const takes = name !== undefined && accepted(param(model, name), assumeOf(provider, model));
    if (!takes && reason !== undefined) adjustments.push({ path: member, action: "dropped", reason, from: value });
    else if (name !== undefined) params[name] = numbers.has(name) && typeof value === "string" ? Number(value) : value;
    else if (value !== false)
      throw new CapabilityError("unsupported", `${member} is not served`, { model: modelId, path: member });
  }
  return { params, adjustments };
}

/** What has a name of ours stands beside the request, the rest among the provider's own options. */
export function optionsOf(
  { kind, request }: { readonly kind: TaskKind; readonly request: object },
  params: { readonly [name: string]: unknown },
): TaskOptions {
  const known = Object.entries(params).filter(([name]) => taskReaders[kind].params.includes(name));
  const others = Object.entries(params).filter(([name]) => !taskReaders[kind].params.includes(name));
  return {
    ...request,
    ...Object.fromEntries(known),
    ...(others.length === 0 ? {} : { options: Object.fromEntries(others) }),
  };
}
