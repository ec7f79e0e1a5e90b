/** Decides which model a program means, and says why: named, from the environment, the default, or what is left. */
import { isDefaultWord } from "../client/default-model.js";
import { firstSet, processEnvironment } from "../client/environment.js";
import { ModelwrightError } from "../errors.js";
import type { Registry, RegistryProviders } from "./registry-types.js";

/** A name for `registry.model`, and where it came from. */
export interface Resolution {
  readonly id: string;
  readonly source: "explicit" | "environment" | "default" | "fallback";
}

/** What decides. A program may have its own: by tenant, by hour, by a flag. */
export interface ModelResolver {
  /** `wanted`: the name that a caller gave, if any; `auto`, `default`, `provider_default` and an empty text name none. Throws "unknown-model" when nothing decides. */
  resolve(wanted?: string): Resolution;
}

/** What is taken when a caller names no model. */
export interface ResolverOptions {
  /** Name of the environment variable. Default `AI_MODEL`. */
  readonly env?: string | undefined;
  /** Taken while it is listed. */
  readonly default?: string | undefined;
  /** The first that is listed is taken when the default is not. */
  readonly fallbacks?: readonly string[] | undefined;
}

/**
 * Asks in this order: the caller, the environment, the default, the fallbacks; what holds in the registry when it is asked.
 * What somebody named is never replaced, also when no catalog lists it: the registry says what to do with unknown models.
 */
export function modelResolver(
  registry: Pick<Registry<RegistryProviders>, "get">,
  { env = "AI_MODEL", default: usual, fallbacks = [] }: ResolverOptions = {},
): ModelResolver {
  const isListed = (id: string): boolean => registry.get(id) !== undefined;
  return {
    resolve(wanted) {
      if (wanted !== undefined && (!isDefaultWord(wanted) || isListed(wanted)))
        return { id: wanted, source: "explicit" };
      const set = firstSet(processEnvironment(), [env]);
      if (set !== undefined) return { id: set, source: "environment" };
      if (usual !== undefined && isListed(usual)) return { id: usual, source: "default" };
      const left = fallbacks.find(isListed);
      if (left !== undefined) return { id: left, source: "fallback" };
      const tried = [...(usual === undefined ? [] : [usual]), ...fallbacks].map((id) => JSON.stringify(id));
      const why = tried.length === 0 ? "no default is given" : `the registry lists none of ${tried.join(", ")}`;
      throw new ModelwrightError("unknown-model", `no model is named, ${env} is not set, and ${why}`);
    },
  };
}
