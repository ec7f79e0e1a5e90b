/** A provider whose handles follow the registry: the same shape and types as the provider that it stands for. */
import type { AnyProvider } from "../client/define-provider.js";
import type { AnyHandle } from "../client/handle.js";

export interface LiveProviderParts {
  /** The provider as it is now. */
  readonly face: () => AnyProvider;
  /** `wide`: also for an id that is not listed, and for a word such as `auto` or `""` that stands for the default. */
  readonly handle: (model: string, wide: boolean) => AnyHandle;
}

export function liveProvider({ face, handle }: LiveProviderParts): AnyProvider {
  // The provider itself answers for the default model and for what it does not list.
  const live = (id?: string): AnyHandle => {
    const model = face()(id).id;
    return id === undefined ? handle("", true) : handle(model, false);
  };
  const models = new Proxy<{ [id: string]: AnyHandle | undefined }>(
    {},
    {
      get: (_target, id) => (typeof id === "string" && id in face().models ? handle(id, false) : undefined),
      has: (_target, id) => id in face().models,
      ownKeys: () => Reflect.ownKeys(face().models),
      getOwnPropertyDescriptor: (_target, id) =>
        typeof id === "string" && id in face().models
          ? { configurable: true, enumerable: true, value: handle(id, false) }
          : undefined,
    },
  );
  return Object.defineProperties(live, {
    facts: { get: () => face().facts, enumerable: true },
    models: { value: models, enumerable: true },
    model: { value: (id = "") => handle(id, true) },
    list: { value: (...args: Parameters<AnyProvider["list"]>) => face().list(...args) },
    pull: { value: (...args: Parameters<AnyProvider["pull"]>) => face().pull(...args) },
    create: { value: (...args: Parameters<AnyProvider["create"]>) => face().create(...args) },
    addHooks: { value: (...args: Parameters<AnyProvider["addHooks"]>) => face().addHooks(...args) },
  }) as unknown as AnyProvider;
}
