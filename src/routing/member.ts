/** A member of a group: a handle, or another group, with what routes need to know of it. */
import type { ChatOptions } from "../client/options.js";
import { type Run, type Startable, type StartableModel, type StreamSignal, startable } from "../client/run.js";
import { ModelwrightError } from "../errors.js";

/** One model or group of a group, as strategies see it. */
export interface Member {
  /** Position in the group. */
  readonly index: number;
  /** `provider/model`, or the labels of a group's members. */
  readonly label: string;
  readonly models: readonly StartableModel[];
  start(options: ChatOptions, stream: StreamSignal | undefined): Run;
  check(options: ChatOptions): Promise<void>;
  /** Where its requests go, as URL origins. */
  origins(): Promise<readonly string[]>;
}

/**
 * Throws "invalid-configuration" for anything but chat handles and groups, for an empty group, and for a model that is
 * listed twice, also within groups of the group: who failed is not asked again.
 */
export function membersOf(handles: readonly unknown[]): readonly Member[] {
  if (handles.length === 0) throw new ModelwrightError("invalid-configuration", "a group needs at least one model");
  const members = handles.map((handle, index): Member => {
    const behind = startableOf(handle);
    if (behind === undefined)
      throw new ModelwrightError("invalid-configuration", `member ${index} of a group is no chat model`);
    const label = behind.models.map(({ provider, modelId }) => `${provider.id}/${modelId}`).join(" | ");
    return {
      index,
      label,
      models: behind.models,
      start: (options, stream) => behind.start(options, stream),
      check: (options) => behind.check(options),
      origins: () => behind.origins(),
    };
  });
  refuseTwice(members);
  return members;
}

/** One model of two clients, such as of two regions, is two members. */
function refuseTwice(members: readonly Member[]): void {
  const seen = new Map<object, Map<string, number>>();
  for (const { index, models } of members)
    for (const { client, provider, modelId } of models) {
      if (client === undefined) continue;
      const ofClient = seen.get(client) ?? new Map<string, number>();
      const before = ofClient.get(modelId);
      if (before !== undefined)
        throw new ModelwrightError(
          "invalid-configuration",
          `members ${before} and ${index} of a group are the same model of the same client, ${provider.id}/${modelId}: list it once; \`retry\` of the client tries it again, and \`weighted\` gives it a larger share`,
          { provider: provider.id, model: modelId },
        );
      seen.set(client, ofClient.set(modelId, index));
    }
}

/** What stands behind a chat handle or group; undefined for anything else. */
function startableOf(handle: unknown): Startable | undefined {
  if (typeof handle !== "object" || handle === null || !(startable in handle)) return undefined;
  return handle[startable] as Startable;
}

const keyHeader = /^(?:authorization|(?:x-)?(?:goog-)?api-key)$/i;

/** Throws "invalid-configuration" when a key that comes with the call would go to several origins: it is one's secret. */
export async function checkCallKey(members: readonly Member[], { apiKey, extraHeaders }: ChatOptions): Promise<void> {
  const header = Object.keys(extraHeaders ?? {}).find((name) => keyHeader.test(name));
  if (apiKey === undefined && header === undefined) return;
  const origins = new Set((await Promise.all(members.map((member) => member.origins()))).flat());
  if (origins.size < 2) return;
  const path = apiKey === undefined ? `extraHeaders.${header}` : "apiKey";
  throw new ModelwrightError(
    "invalid-configuration",
    `${path}: invalid-configuration: the members of the group send to ${[...origins].join(" and ")}, and a key given with the call belongs to one of them; give each client its own`,
    { path },
  );
}
