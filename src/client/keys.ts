/** Finds the key or the credentials of a call: what the caller passed, else what has to be looked for. */
import { ModelwrightError } from "../errors.js";
import { feature, type Soon } from "../feature.js";
import type { Signing } from "../transport/auth.js";
import { type Found, type FoundCredentials, type Headers, type KeyScope, keyFor } from "./found-key.js";

const further = /*#__PURE__*/ feature(() => import("./further-keys.js"));

/**
 * Undefined when the request needs none. Throws "authentication" when it needs one and there is none. At once where the
 * key was passed as it is.
 */
export function findKey(scope: KeyScope, callKey: string | undefined, headers: Headers): Soon<Found | undefined> {
  const schemes = scope.provider.auth.filter((auth) => auth.type !== "none");
  if (schemes.length === 0) return undefined;
  const key = callKey ?? scope.options.apiKey;
  if (typeof key === "string") return keyFor(scope, schemes, key);
  const loaded = further();
  return loaded instanceof Promise
    ? loaded.then(({ findFurther }) => findFurther(scope, schemes, headers))
    : loaded.findFurther(scope, schemes, headers);
}

/** How the request is signed. Throws "invalid-configuration" when nobody states the region. */
export function signingOf({ auth, credentials }: FoundCredentials, { provider, options, variable }: KeyScope): Signing {
  const region = variable(auth.region);
  if (region === undefined)
    throw new ModelwrightError("invalid-configuration", `${provider.id}: signing needs a value for '${auth.region}'`);
  return { credentials, service: auth.service, region, at: (options.now ?? Date.now)() };
}
