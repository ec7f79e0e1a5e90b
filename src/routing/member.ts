/** A member of a group: a handle, or another group, with what routes need to know of it. */
import type { ChatOptions } from "../client/options.js";
import { type Run, type Startable, type StartableModel, type StreamSignal, startable } from "../client/run.js";
import { ModelwrightError } from "../errors.js";

export interface Member {
  /** Position in the group. */
  readonly index: number;
  /** `provider/model`, or the labels of a group's members. */
  readonly label: string;
  readonly models: readonly StartableModel[];
  start(options: ChatOptions, stream: StreamSignal | undefined): Run;
  check(options: ChatOptions): Promise<void>;
}

/** Throws "invalid-configuration" for anything but chat handles and groups, and for an empty group. */
export function membersOf(handles: readonly unknown[]): readonly Member[] {
  if (handles.length === 0) throw new ModelwrightError("invalid-configuration", "a group needs at least one model");
  return handles.map((handle, index) => {
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
    };
  });
}

/** What stands behind a chat handle or group; undefined for anything else. */
function startableOf(handle: unknown): Startable | undefined {
  if (typeof handle !== "object" || handle === null || !(startable in handle)) return undefined;
  return handle[startable] as Startable;
}
