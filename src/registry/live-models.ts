/** A provider's own live list of models as a source: new models are there on the day they come. */
import type { AnyProvider } from "../client/define-provider.js";
import type { Inferred } from "./infer.js";
import type { RegistryProvider } from "./registry-types.js";
import type { Source } from "./source.js";

/** How often a provider is asked for its list. */
export interface LiveModelsOptions {
  /** Asked this often. Default 3,600,000 ms; `false`: only at the start. */
  readonly pollMs?: number | false | undefined;
  /** Guesses the kind of a model that no catalog lists; see `createInference`. Default: chat. */
  readonly infer?: ((id: string) => Inferred | undefined) | undefined;
}

/**
 * What the provider lists, laid over what the program knows: models it did not know, with the limits that the list
 * states. Of known models nothing changes but limits. Costs a request each time, with the provider's key.
 */
export function liveModels(provider: RegistryProvider, { pollMs = 3_600_000, infer }: LiveModelsOptions = {}): Source {
  const client = provider as unknown as AnyProvider;
  const { id } = provider.facts;
  const source: Source = {
    name: `live ${id}`,
    layer: "remote",
    async load(signal) {
      const listed = await client.list({ signal });
      const models = listed.map(({ id: model, name, contextTokens, outputTokens }) => {
        const known = Object.hasOwn(client.facts.models, model);
        const limits = {
          ...(isLimit(contextTokens) ? { context: contextTokens } : {}),
          ...(isLimit(outputTokens) ? { output: outputTokens } : {}),
        };
        const added = known ? {} : { ...(name === undefined ? {} : { name }), kind: infer?.(model)?.kind ?? "chat" };
        return [model, { ...added, limits }] as const;
      });
      const text = JSON.stringify({ provider: { id }, models: Object.fromEntries(models) }, null, 1);
      return [{ name: `live list of ${id}`, text }];
    },
  };
  if (pollMs === false) return source;
  return {
    ...source,
    watch(watcher, signal) {
      const timer = setInterval(() => watcher.changed(), pollMs).unref();
      signal.addEventListener("abort", () => clearInterval(timer), { once: true });
    },
  };
}

const isLimit = (tokens: number | undefined): tokens is number => Number.isSafeInteger(tokens) && (tokens ?? 0) > 0;
