/** Hooks around calls of models that are no chat models. A running call keeps those it began with. */
import type { ModelFacts, ProviderFacts } from "../catalog/facts.js";
import { isModelwrightError } from "../errors.js";
import type { CallOptions } from "../model/request.js";
import type { FormField, WireRequest } from "../protocols/protocol.js";
import type { Connection } from "./connection.js";
import { type AnyTaskReply, type Hooked, type Hooks, passThrough, recovery } from "./hooks.js";

export interface TaskHooks extends Hooked {
  readonly hooks: readonly Hooks[];
}

/** The part of a target that hooks are told of. */
interface HookedTarget {
  readonly provider: Pick<ProviderFacts, "id">;
  readonly modelId: string;
  readonly model: ModelFacts;
  readonly generation?: string | undefined;
  readonly client: { hooks(): readonly Hooks[]; connection(): Pick<Connection, "timeouts"> };
}

export function hooksOf(
  { provider, modelId, model, generation, client }: HookedTarget,
  { tags, signal, timeouts, stream = false }: CallOptions & { readonly stream?: boolean },
): TaskHooks {
  const hooks = client.hooks();
  return {
    hooks,
    signal,
    // Of a job, which may run for hours, it is the time of each hook.
    total: hooks.length === 0 ? undefined : (timeouts?.total ?? client.connection().timeouts.total),
    call: { kind: model.kind, provider: provider.id, model: modelId, generation, stream, tags },
  };
}

/** The options after all hooks. What belongs to the connection is not shown, and stays. */
export async function hookedOptions<Options extends CallOptions>(
  { hooks, ...hooked }: TaskHooks,
  options: Options,
): Promise<Options> {
  const changes = hooks.map(({ onTaskRequest }) => onTaskRequest).filter((hook) => hook !== undefined);
  if (changes.length === 0) return options;
  const { apiKey, signal, timeouts, ...visible } = options;
  return { ...(await passThrough(changes, visible, hooked)), apiKey, signal, timeouts } as unknown as Options;
}

/** The request after all hooks. One without a body, or whose body is a recording, passes them by. */
export async function hookedWire({ hooks, ...hooked }: TaskHooks, wire: WireRequest): Promise<WireRequest> {
  const changes = hooks.map(({ onWireRequest }) => onWireRequest).filter((hook) => hook !== undefined);
  const body = wire.form ?? wire.body;
  if (changes.length === 0 || body === undefined) return wire;
  const changed = await passThrough(changes, body, hooked);
  return wire.form === undefined ? { ...wire, body: changed } : { ...wire, form: changed as readonly FormField[] };
}

/** The reply after all hooks: each answers in the kind that it was given. */
export async function hookedReply<Reply extends object>({ hooks, ...hooked }: TaskHooks, reply: Reply): Promise<Reply> {
  const changes = hooks.map(({ onTaskResponse }) => onTaskResponse);
  return (await passThrough(changes, reply as object as AnyTaskReply, hooked)) as object as Reply;
}

/** Does the work, and tells hooks of its failure. */
export async function telling<Value>(hooked: TaskHooks, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    await tell(hooked, error);
    throw error;
  }
}

export async function tell({ hooks, ...hooked }: TaskHooks, error: unknown): Promise<void> {
  // Each is told: a reply given here recovers nothing.
  if (isModelwrightError(error)) for (const set of hooks) await recovery([set], error, hooked);
}
